/** What the proxy of an MCP server says to a call that the hook grants: is it as it was approved? */
import { asDenial } from "../authorizer/denial.ts";
import type { ExplainedStep } from "../authorizer/explain.ts";
import { reasonFor } from "../authorizer/reason.ts";
import { openLock, requirePinnedServer } from "../mcp/pins/lock_file.ts";
import { notPinned, verifyProgram } from "../mcp/pins/not_pinned.ts";
import { lockFileName } from "../mcp/pins/pin.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { mcpToolName, serverWord } from "../policy/tools.ts";
import type { Explained } from "./explain_lines.ts";

/** The server of the policy that a tool belongs to, by the name that the client calls it. */
function serverOf({ servers = {} }: Snapshot, tool: string): string | undefined {
  return Object.keys(servers).filter((name) => tool.startsWith(mcpToolName(name, "")))
    .toSorted((one, other) => other.length - one.length)[0];
}

/** @throws {Denial} what the proxy would, as far as it can be told without starting the server */
function requireApproved(snapshot: Snapshot, root: string, server: string, tool: string): void {
  const lock = openLock({ project: snapshot.project, root }, snapshot.pins);
  const pinned = requirePinnedServer(lock, server);
  const launch = snapshot.servers?.[server]?.launch;
  if (launch !== undefined) verifyProgram(server, pinned.program, launch);
  // What has a slash stands for resources and prompts, which are no tools.
  const isKnown = tool.includes("/") ||
    Object.keys(pinned.tools).some((own) => mcpToolName(server, own) === tool);
  if (!isKnown) {
    throw notPinned(`Nobody has approved the tool ${tool}`, `mcp diff ${serverWord(server)}`);
  }
}

/** The explanation with the proxy's word, for a call that the hook grants. */
export function withApproval(
  explained: Explained,
  snapshot: Snapshot | undefined,
  root: string,
): Explained {
  const { call: { tool }, steps, evaluation } = explained;
  const server = snapshot && serverOf(snapshot, tool);
  if (server === undefined || evaluation.verdict === "deny") return explained;
  const step = (outcome: ExplainedStep["outcome"], detail: string) => ({
    steps: [...steps, { name: lockFileName, outcome, detail }],
  });
  try {
    requireApproved(snapshot as Snapshot, root, server, tool);
    return {
      ...explained,
      ...step("ok", `${server} is pinned; it was not started to be compared`),
    };
  } catch (error) {
    const denial = asDenial(error);
    if (denial === undefined) throw error;
    const { code, message, reference } = denial;
    const refused = { verdict: "deny", reason: reasonFor(denial, tool), code } as const;
    return {
      ...explained,
      ...step("refused", message),
      evaluation: { ...evaluation, ...refused, ...(reference === undefined ? {} : { reference }) },
    };
  }
}
