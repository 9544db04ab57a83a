/**
 * The decision about one call at the proxy: the same pipeline as the hook's, over the very arguments
 * that are then forwarded, for a tool that a person approved as it is listed now.
 */
import type { Place } from "../../authorizer/authority.ts";
import { Denial } from "../../authorizer/denial.ts";
import { authorize, type Request } from "../../authorizer/pipeline.ts";
import type { Trace } from "../../authorizer/record.ts";
import type { ToolCall } from "../../authorizer/tool_call.ts";
import type { VerifiedSnapshot } from "../../policy/signed_snapshot.ts";
import type { Members } from "../framing/message.ts";
import { joinedCall } from "./joined_call.ts";

/** What the client asks for. */
export interface Wanted {
  /** The tool by the client's name, or what stands for a method. */
  readonly tool: string;
  readonly input: Members;
  /** `_meta["claudecode/toolUseId"]`, whatever it holds. */
  readonly callId: unknown;
  /** The tool that the hook was asked about. */
  readonly hookTool: string;
  /** Throws a `Denial` when the server, as it is now, is not what a person approved. */
  readonly requireApproved: (policy: VerifiedSnapshot) => Promise<void>;
}

export type GateVerdict =
  | { readonly passes: true; readonly input: Members; readonly trace: Trace }
  | { readonly passes: false; readonly reason: string; readonly trace: Trace };

/** The arguments as they were signed: paths where they led, commands without outer blanks. */
function forwarded(input: Members, { permit }: Trace): Members {
  const read = (permit?.route.args ?? []).flatMap(({ kind, field, name }) => {
    const value = kind === "path" || kind === "command" ? permit?.args.get(name) : undefined;
    return typeof value === "string" && Object.hasOwn(input, field) ? [[field, value]] : [];
  });
  return read.length === 0 ? input : { ...input, ...Object.fromEntries(read) };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

async function admit(
  place: () => Place,
  call: ToolCall,
  policy: VerifiedSnapshot,
  { requireApproved, callId, hookTool }: Wanted,
  turn: symbol,
): Promise<ToolCall> {
  await requireApproved(policy);
  const caller = await joinedCall(place(), policy, { call: callId, tool: hookTool }, turn);
  return { ...call, ...caller };
}

/** Decides, and writes the receipt. Never throws. */
export async function passGate(locate: () => Place, wanted: Wanted): Promise<GateVerdict> {
  const { tool, input, callId } = wanted;
  // The pipeline may look twice at one request, never at two requests for one call.
  const turn = Symbol();
  const request: Request = {
    door: "mcp",
    locate,
    decode: () => ({
      door: "mcp",
      tool,
      input,
      // Relative paths start where the policy says that the server runs.
      cwd: "/",
      ...(isText(callId) ? { call: callId } : {}),
    }),
    admit: (call, policy) => admit(locate, call, policy, wanted, turn),
  };
  const answer = await authorize(request);
  const { trace } = answer;
  if (answer.verdict === "deny") return { passes: false, reason: answer.reason, trace };
  return {
    passes: true,
    input: answer.verdict === "allow" ? forwarded(input, trace) : input,
    trace,
  };
}

/** Records a line that is no message. */
export async function recordProblem(locate: () => Place, what: string): Promise<void> {
  const decode = () => {
    throw new Denial("EventMalformed", what);
  };
  await authorize({ door: "mcp", locate, decode });
}
