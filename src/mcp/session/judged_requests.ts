/** Requests that are decided like a tool call, with a receipt, before they are handed on. */
import type { ServerRule } from "../../policy/snapshot.ts";
import { mcpMethodName, mcpToolName } from "../../policy/tools.ts";
import { ask, type ClientSession, resultOf, textOf } from "./client_session.ts";
import { type Members, objectIn, type Request } from "../framing/message.ts";
import { callIdOf } from "./meta.ts";
import { recordFailure } from "../gate/outcomes.ts";
import { Cancelled, Refusal } from "./refusal.ts";
import { isUnanswered, type Unanswered } from "../connection/request_table.ts";
import { presentable, ResultRefused } from "./results.ts";
import type { Answered } from "../connection/server_question.ts";
import { lineTooLong } from "../framing/read_frame.ts";
import { servedBy } from "../gate/served_policy.ts";
import { passGate } from "../gate/tool_gate.ts";

function withoutTask(params: Members): Members {
  if (params.task === undefined) return params;
  throw new Refusal("invalidParams", "Tasks are not passed on: a task outlives what was decided");
}

/** What of `_meta` is handed on beside what was decided about. */
function metaOf(params: Members): Members {
  const meta = objectIn(params, "_meta");
  return meta === undefined ? {} : { _meta: meta };
}

/** A result that is too long is so by the policy. */
function explained(answer: Answered | Unanswered, { resultBytes, line }: ServerRule) {
  const isLong = isUnanswered(answer) && answer.unanswered === "malformed" &&
    answer.why.startsWith(lineTooLong);
  if (!isLong) return answer;
  const rule = `${resultBytes} bytes pass (max_result_bytes of the server at tenuo.yaml:${line})`;
  return { ...answer, why: `The result is too long: ${rule}` };
}

/** Decides a request like a tool call; hands it on with what was decided about. */
async function judged(
  session: ClientSession,
  request: Request,
  params: Members,
  wanted: {
    readonly tool: string;
    readonly hookTool: string;
    readonly input: Members;
    /** The tool by the server's own name; absent for other methods. */
    readonly own?: string;
    /** The params that are handed on for the input that was decided about. */
    readonly forward: (input: Members) => Members;
  },
): Promise<{ readonly denied: string } | { readonly result: Members }> {
  const { server, locate } = session;
  let meant: Members | undefined;
  const verdict = await passGate(locate, {
    tool: wanted.tool,
    hookTool: wanted.hookTool,
    input: wanted.input,
    callId: callIdOf(params),
    requireApproved: async (policy) => {
      await server.requireApproved(policy, wanted.own);
      meant = server.connection.hello;
    },
  });
  if (!verdict.passes) return { denied: verdict.reason };
  const { policy } = verdict.trace;
  const served = policy === undefined ? server.served() : servedBy(policy, server.name);
  if (session.isCancelled(request)) throw new Cancelled();
  const asked = ask(session, request, wanted.forward(verdict.input), {
    seconds: served.server.timeoutSeconds,
    meant,
  });
  const answer = explained(await asked, served.server);
  if (isUnanswered(answer)) await recordFailure(locate, verdict.trace, answer.why);
  const result = resultOf(answer);
  const { mask } = served.policy.snapshot.receipts;
  try {
    return { result: await presentable(result, served.server, mask) };
  } catch (error) {
    if (error instanceof ResultRefused) await recordFailure(locate, verdict.trace, error.message);
    throw error;
  }
}

function toolError(text: string): Members {
  return { content: [{ type: "text", text }], isError: true };
}

/** `tools/call`: a refusal is a result that says so. */
export async function callTool(session: ClientSession, request: Request, params: Members) {
  const own = textOf(withoutTask(params), "name");
  const input = objectIn(params, "arguments") ?? {};
  if (Object.hasOwn(params, "arguments") && objectIn(params, "arguments") === undefined) {
    throw new Refusal("invalidParams", "arguments is no object");
  }
  const tool = mcpToolName(session.server.name, own);
  try {
    const answer = await judged(session, request, params, {
      ...{ tool, hookTool: tool, input, own },
      forward: (decided) => ({ name: own, arguments: decided, ...metaOf(params) }),
    });
    return "denied" in answer ? toolError(answer.denied) : answer.result;
  } catch (error) {
    // The model is told, so that it does not take silence for success.
    if (error instanceof Refusal || error instanceof ResultRefused) return toolError(error.message);
    throw error;
  }
}

/** What is no tool has no place in its result for a refusal. */
function granted(answer: Awaited<ReturnType<typeof judged>>): Members {
  if ("denied" in answer) throw new Refusal("refused", answer.denied);
  return answer.result;
}

/** `resources/read` and `resources/subscribe`. */
export async function useResource(session: ClientSession, request: Request, params: Members) {
  const uri = textOf(params, "uri");
  const result = granted(
    await judged(session, request, params, {
      tool: mcpMethodName(session.server.name, "resources/read"),
      hookTool: "ReadMcpResourceTool",
      input: { uri },
      forward: () => ({ uri, ...metaOf(params) }),
    }),
  );
  if (request.method === "resources/subscribe") session.subscribed.add(uri);
  return result;
}

/** `prompts/get`. */
export async function getPrompt(session: ClientSession, request: Request, params: Members) {
  const name = textOf(params, "name");
  const given = objectIn(params, "arguments");
  return granted(
    await judged(session, request, params, {
      tool: mcpMethodName(session.server.name, "prompts/get"),
      hookTool: "",
      input: given === undefined ? { name } : { name, arguments: given },
      forward: (decided) => ({ ...decided, ...metaOf(params) }),
    }),
  );
}
