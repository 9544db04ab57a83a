/** What the client asks for: answered, handed on, or decided first, as the table of methods says. */
import { Denial } from "../../authorizer/denial.ts";
import { reasonFor } from "../../authorizer/reason.ts";
import { type ClientSession, passOn, textOf } from "./client_session.ts";
import { type Members, objectIn, type Request, type ResponseError } from "../framing/message.ts";
import { isGranted, withGranted } from "../gate/granted_lists.ts";
import { callTool, getPrompt, useResource } from "./judged_requests.ts";
import { withoutOwnMeta } from "./meta.ts";
import { methodOf } from "../methods.ts";
import { Refusal, ServerRefusal } from "./refusal.ts";
import { presentable, ResultRefused } from "./results.ts";
import { requireInForce } from "../gate/in_force.ts";
import { ServerUnavailable } from "../connection/server_question.ts";

async function listTools(session: ClientSession, _request: Request, params: Members) {
  if (params.cursor !== undefined) throw new Refusal("invalidParams", "cursor is not one of ours");
  return { tools: await session.server.shown() };
}

async function listResources(session: ClientSession, request: Request, params: Members) {
  const { resources } = session.server.served();
  if (resources === undefined) throw notGranted(session, request.method);
  return await withGranted(await passOn(session, request, params), "resources", "uri", resources);
}

async function listPrompts(session: ClientSession, request: Request, params: Members) {
  const { prompts } = session.server.served();
  if (prompts === undefined) throw notGranted(session, request.method);
  return await withGranted(await passOn(session, request, params), "prompts", "name", prompts);
}

/** Completions tell what may be asked for; only those of granted prompts and resources are. */
async function complete(session: ClientSession, request: Request, params: Members) {
  const { prompts, resources } = session.server.served();
  const { type, name } = objectIn(params, "ref") ?? {};
  const isPrompt = type === "ref/prompt" && prompts !== undefined &&
    await isGranted(prompts, name);
  // A template names many resources, of which reading judges each.
  const isResource = type === "ref/resource" && resources !== undefined;
  if (!isPrompt && !isResource) throw notGranted(session, request.method);
  return await passOn(session, request, params);
}

async function unsubscribe(session: ClientSession, request: Request, params: Members) {
  session.subscribed.delete(textOf(params, "uri"));
  return await passOn(session, request, params);
}

async function setLevel(session: ClientSession, request: Request, params: Members) {
  session.level = withoutOwnMeta(params);
  return await passOn(session, request, params);
}

/** An error may tell as much as a result. */
async function presentableRefusal(session: ClientSession, refusal: ServerRefusal) {
  const { server, policy } = session.server.served();
  const { receipts } = policy.snapshot;
  const { error } = await presentable({ error: refusal.error }, server, receipts.mask);
  return new ServerRefusal(error as ResponseError);
}

function notGranted({ server }: ClientSession, method: string): Refusal {
  const { grant = "prompts or resources" } = methodOf("request", "client", method) ?? {};
  return new Refusal(
    "methodNotFound",
    `${method} is not granted by the policy; a person can grant ${grant} of the MCP server ` +
      `${server.name} in tenuo.yaml and run tenuo-claude refresh`,
  );
}

type Handler = (session: ClientSession, request: Request, params: Members) => Promise<Members>;

/** Lists and completions are searched for secrets like what was asked for by name. */
function searched(handler: Handler): Handler {
  return async (session, request, params) => {
    const { server, policy } = session.server.served();
    const result = await handler(session, request, params);
    return await presentable(result, server, policy.snapshot.receipts.mask);
  };
}

const handlers: { readonly [method: string]: Handler } = {
  "tools/list": listTools,
  "tools/call": callTool,
  "resources/list": searched(listResources),
  "resources/templates/list": searched(passOn),
  "resources/read": useResource,
  "resources/subscribe": useResource,
  "resources/unsubscribe": unsubscribe,
  "prompts/list": searched(listPrompts),
  "prompts/get": getPrompt,
  "completion/complete": searched(complete),
  "logging/setLevel": setLevel,
};

/**
 * The result of a request other than `initialize` and `ping`.
 *
 * @throws {Refusal} @throws {ServerRefusal} @throws {Cancelled}
 */
export async function answerClient(session: ClientSession, request: Request): Promise<Members> {
  const { method, params = {} } = request;
  const known = methodOf("request", "client", method);
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (known === undefined || known.handling === "refuse" || handler === undefined) {
    throw new Refusal("methodNotFound", `${method.slice(0, 100)} is not passed on`);
  }
  try {
    const { grant, handling } = known;
    const { server, locate } = session;
    if (grant !== undefined && !server.served().grants.has(grant)) {
      throw notGranted(session, method);
    }
    // What is judged is held to the warrant by the gate; tools are shown so that refusals can say why.
    const isOpen = grant !== undefined || method === "completion/complete";
    if (isOpen && handling !== "judge") await requireInForce(locate(), server, true);
    return await handler(session, request, params);
  } catch (error) {
    if (error instanceof Denial) {
      throw new Refusal("refused", reasonFor(error, `${session.server.name}: ${method}`));
    }
    if (error instanceof ServerUnavailable) throw new Refusal("internal", error.message);
    if (error instanceof ResultRefused) throw new Refusal("refused", error.message);
    if (error instanceof ServerRefusal) throw await presentableRefusal(session, error);
    throw error;
  }
}
