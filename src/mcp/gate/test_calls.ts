/** A project with one MCP tool, and calls of it at the hook and at the proxy: for the tests of this room. */
import { openSnapshot, type Place } from "../../authorizer/authority.ts";
import { mint, prepareState } from "../../authorizer/mint.ts";
import { type Answer, authorize } from "../../authorizer/pipeline.ts";
import { inProject } from "../../authorizer/test_mint.ts";
import type { Snapshot } from "../../policy/snapshot.ts";
import { parseReceipt, type Receipt } from "../../receipts/receipt.ts";
import { statePath } from "../../state/layout.ts";
import { type AskedCall, joinedCall, type JoinedCaller } from "./joined_call.ts";

export const tool = "mcp__notes__say";
export const otherTool = "mcp__notes__sing";

const enforce = `
enforce: { Read: "subpath:{sandbox}" }
mcp:
  servers:
    notes:
      command: notes
      enforce: { say: { args: { text: "regex:^h" } }, sing: { args: { text: any } } }
receipts: { sync: false }
`;
/** With and without declared subagents. */
export const plain = enforce;
export const withRoles = `
subagents:
  writer: { tools: [${tool}, ${otherTool}] }
  reader: { tools: [Read] }
  api_key=abcdefghijklmnop1234: { tools: [${tool}] }
${enforce}`;

/** Who calls, as the client tells the hook. */
export interface Teller {
  readonly session?: string;
  readonly agentId?: string;
  readonly agentType?: string;
}

export class Calls {
  constructor(readonly place: Place) {}

  /** Asks at the hook. */
  hook(call: string, teller: Teller = {}, named = tool, text = "hello"): Promise<Answer> {
    const { project } = this.place;
    return authorize({
      locate: () => this.place,
      decode: () => ({ door: "hook", tool: named, input: { text }, cwd: project, call, ...teller }),
    });
  }

  /** Asks at the proxy. */
  proxy(call: unknown, named = tool, text = "hello"): Promise<Answer> {
    const { project } = this.place;
    const turn = Symbol();
    const id = typeof call === "string" ? { call } : {};
    return authorize({
      door: "mcp",
      locate: () => this.place,
      decode: () => ({ door: "mcp", tool: named, input: { text }, cwd: project, ...id }),
      admit: async (asked, policy) => {
        return { ...asked, ...await joinedCall(this.place, policy, { call, tool: named }, turn) };
      },
    });
  }

  join(asked: AskedCall, turn = Symbol()): Promise<JoinedCaller> {
    return joinedCall(this.place, openSnapshot(this.place), asked, turn);
  }

  get log(): string {
    return statePath(this.place.project, "receipts");
  }

  rows(): Receipt[] {
    const lines = Deno.readTextFileSync(this.log).trimEnd().split("\n");
    return lines.map((line) => parseReceipt(line) as Receipt);
  }

  last(): Receipt {
    return this.rows().at(-1) as Receipt;
  }
}

/** Runs `body` in a fresh project. */
export async function withCalls(
  policy: string,
  body: (calls: Calls) => Promise<void>,
  change: Partial<Snapshot> = {},
): Promise<void> {
  await inProject(async ({ project, compile }) => {
    const snapshot = await compile(policy, change);
    prepareState(project);
    mint(project, snapshot, "init");
    const root = Deno.readTextFileSync(statePath(project, "issuerPublic")).trim();
    await body(new Calls({ project, root }));
  });
}
