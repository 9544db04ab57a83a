/**
 * Who makes a call that reaches the proxy. The client says so to the hook alone; the id of the call,
 * which it tells both, leads to the hook's receipt. The newest receipt of that id decides: the hook's
 * speaks for one call, and another one at the proxy before it shows that it has been made.
 */
import { openKey, type Place } from "../../authorizer/authority.ts";
import { Denial, type RuleReference } from "../../authorizer/denial.ts";
import type { ToolCall } from "../../authorizer/tool_call.ts";
import type { VerifiedSnapshot } from "../../policy/signed_snapshot.ts";
import type { RoleRule, Snapshot } from "../../policy/snapshot.ts";
import { maskCaller, type MaskRules } from "../../receipts/masking/mask.ts";
import { newestLines } from "../../receipts/outcome_lines.ts";
import { openReceipt, parseReceipt, type Receipt } from "../../receipts/receipt.ts";
import { statePath } from "../../state/layout.ts";
import { UsedCalls } from "./used_calls.ts";

/** What the client says of a call. */
export interface AskedCall {
  /** `_meta["claudecode/toolUseId"]`, whatever it holds; undefined when it is not there. */
  readonly call: unknown;
  /** The tool that the hook was asked about; empty when it is asked about none of this kind. */
  readonly tool: string;
}

/** Who made the call, as far as the hook was told. */
export type JoinedCaller = Pick<ToolCall, "session" | "agentId" | "agentType">;

const longestId = 256;
/** A person may think about a call for hours, and other sessions write meanwhile. */
const mostHours = 12;
/** How many bytes of the log are searched, back from its end: more where an answer is needed. */
const searched = 4 << 20;
const searchedForRoles = 32 << 20;

const used = new UsedCalls();

/**
 * Finds the hook's decision about the call.
 *
 * @param turn stands for this one request of the client: it may be looked up more than once
 * @returns what the hook was told; nothing when it was not asked, where that is enough
 * @throws {Denial} 9001 for an id that is none, 9015 for one that was used, 9016 when the hook denied
 * the call, or when subagents are declared and no receipt of the hook says whose call it is
 */
export async function joinedCall(
  place: Place,
  policy: VerifiedSnapshot,
  asked: AskedCall,
  turn: symbol,
): Promise<JoinedCaller> {
  const { snapshot } = policy;
  const { roles } = snapshot;
  const id = idOf(asked.call);
  if (asked.tool === "") return {};
  if (id === undefined) {
    if (roles === undefined) return {};
    throw unjoined(roles, "The client does not say which call this is (claudecode/toolUseId)");
  }
  const row = await newestOf(place, snapshot, id, asked.tool);
  if (row?.door === "mcp" || !used.claim(`${place.project} ${row?.seq ?? 0} ${id}`, turn)) {
    throw new Denial("CallReused", `The call ${id} was made already; an id is good for one call`, {
      rule: "one call for each tool_use_id",
      line: 0,
    });
  }
  if (row === undefined) {
    if (roles === undefined) return {};
    throw unjoined(
      roles,
      `No receipt of the last ${mostHours} hours shows that the hook was asked`,
    );
  }
  if (row.decision !== "allow" && row.observed !== true) throw refusedBefore(row);
  return await callerOf(place, snapshot, row);
}

function idOf(call: unknown): string | undefined {
  if (call === undefined) return undefined;
  const isId = typeof call === "string" && call.length > 0 && call.length <= longestId &&
    call.isWellFormed();
  if (isId) return call;
  throw new Denial(
    "EventMalformed",
    `claudecode/toolUseId is no text of 1 to ${longestId} characters; send the id of the call`,
  );
}

/** The newest signed decision about the call at the hook or at a proxy. */
async function newestOf(
  place: Place,
  { receipts, roles }: Snapshot,
  id: string,
  tool: string,
): Promise<Receipt | undefined> {
  const key = openKey(place, "receiptKey");
  const publicKey = receipts.key ?? key.publicKey;
  const { value: wanted } = await maskCaller({ call: id, tool }, key.seed, receipts.mask);
  const since = Date.now() - mostHours * 3_600_000;
  const needle = `"call":${JSON.stringify(wanted.call)}`;
  const limit = roles === undefined ? searched : searchedForRoles;
  for (const line of newestLines(statePath(place.project, "receipts"), needle, limit)) {
    const found = parseReceipt(line);
    const isIt = found?.kind === "decision" && found.call === wanted.call &&
      (found.door === "mcp" || (found.door === "hook" && found.tool === wanted.tool));
    // The signature comes last, since it costs most and arguments may quote what is looked for.
    const row = isIt ? openReceipt(line, publicKey) : undefined;
    if (row !== undefined) return Date.parse(row.time) >= since ? row : undefined;
  }
  return undefined;
}

function unjoined(roles: { readonly [type: string]: RoleRule }, why: string): Denial {
  const lines = Object.values(roles).map(({ line }) => line).filter((line) => line > 0);
  return new Denial(
    "CallUnjoined",
    `${why}, and subagents are declared: it could be the call of any of them; ` +
      "start the client with its hooks",
    { rule: "subagents", line: lines.length === 0 ? 0 : Math.min(...lines) },
  );
}

function refusedBefore({ seq, code, rule, line, reason }: Receipt): Denial {
  const reference: RuleReference = { rule: rule ?? "the hook's decision", line: line ?? 0 };
  const why = reason === undefined ? "" : `: ${reason}`;
  return new Denial(
    "CallUnjoined",
    `The hook denied this call with code ${code ?? 0} (receipt ${seq})${why}`,
    reference,
  );
}

async function callerOf(
  place: Place,
  { receipts, roles = {} }: Snapshot,
  { session, agent, agentId }: Receipt,
): Promise<JoinedCaller> {
  const agentType = agent?.startsWith("[masked ") === true
    ? await declaredType(place, agent, Object.keys(roles), receipts.mask)
    : agent;
  return {
    ...(session === undefined ? {} : { session }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(agentType === undefined ? {} : { agentType }),
  };
}

/** The declared type that receipts name so: its own name may read like a secret. */
async function declaredType(
  place: Place,
  agent: string,
  types: readonly string[],
  rules: MaskRules | undefined,
): Promise<string> {
  const { seed } = openKey(place, "receiptKey");
  for (const type of types) {
    const { value } = await maskCaller({ agent: type, tool: "" }, seed, rules);
    if (value.agent === agent) return type;
  }
  return agent;
}
