/** Every method of MCP as a test: who sends what, and what is to become of it. */
import type { Grant, Sender } from "../../src/mcp/methods.ts";
import type { Members } from "./session.ts";

export interface MethodCase {
  readonly kind: "request" | "notification";
  readonly sender: Sender;
  readonly method: string;
  readonly params?: Members;
  /** What becomes of it under a policy that grants everything. */
  readonly becomes:
    /** The other side gets it, and its answer comes back. */
    | "passed"
    /** The proxy itself answers or acts, and the other side does not get it. */
    | "own"
    /** Nobody gets it; a request is answered with -32601. */
    | "refused";
  /** Without this grant it is refused as well. */
  readonly grant?: Grant;
}

type More = Partial<MethodCase>;

function request(sender: Sender, method: string, becomes: MethodCase["becomes"], more: More = {}) {
  return { kind: "request", sender, method, becomes, ...more } as const;
}

function notice(sender: Sender, method: string, becomes: MethodCase["becomes"], more: More = {}) {
  return { kind: "notification", sender, method, becomes, ...more } as const;
}

const task = { taskId: "any" };
const status = {
  ...{ ...task, status: "working", ttl: null },
  ...{ createdAt: "2026-01-01T00:00:00Z", lastUpdatedAt: "2026-01-01T00:00:00Z" },
};
const resource = { uri: "test://one" };
const reference = { ref: { type: "ref/prompt", name: "one" }, argument: { name: "a", value: "" } };

/** The handshake is part of every session, so its own methods are tested where sessions are. */
export const handshake = ["initialize", "notifications/initialized"];

export const methodCases: readonly MethodCase[] = [
  request("client", "ping", "own"),
  request("client", "server/discover", "refused"),
  request("client", "tools/list", "passed"),
  request("client", "tools/call", "passed", { params: { name: "plain", arguments: { a: 1 } } }),
  request("client", "resources/list", "passed", { grant: "resources" }),
  request("client", "resources/templates/list", "passed", { grant: "resources" }),
  request("client", "resources/read", "passed", { params: resource, grant: "resources" }),
  request("client", "resources/subscribe", "passed", { params: resource, grant: "resources" }),
  request("client", "resources/unsubscribe", "passed", { params: resource, grant: "resources" }),
  request("client", "prompts/list", "passed", { grant: "prompts" }),
  request("client", "prompts/get", "passed", { params: { name: "one" }, grant: "prompts" }),
  request("client", "completion/complete", "passed", { params: reference, grant: "prompts" }),
  request("client", "logging/setLevel", "passed", { params: { level: "debug" } }),
  request("client", "tasks/get", "refused", { params: task }),
  request("client", "tasks/result", "refused", { params: task }),
  request("client", "tasks/list", "refused"),
  request("client", "tasks/cancel", "refused", { params: task }),
  request("server", "ping", "own"),
  request("server", "sampling/createMessage", "passed", {
    params: {
      messages: [{ role: "user", content: { type: "text", text: "hello" } }],
      maxTokens: 10,
    },
    grant: "sampling",
  }),
  request("server", "elicitation/create", "passed", {
    params: { message: "Name?", requestedSchema: { type: "object", properties: {} } },
    grant: "elicitation",
  }),
  request("server", "roots/list", "passed"),
  request("server", "tasks/get", "refused", { params: task }),
  request("server", "tasks/result", "refused", { params: task }),
  request("server", "tasks/list", "refused"),
  request("server", "tasks/cancel", "refused", { params: task }),
  notice("client", "notifications/roots/list_changed", "passed"),
  notice("client", "notifications/tasks/status", "refused", { params: status }),
  // Of requests that nobody has made: what they do for real ones is tested in the sessions.
  notice("client", "notifications/cancelled", "own", { params: { requestId: "none" } }),
  notice("client", "notifications/progress", "own", {
    params: { progressToken: "none", progress: 1 },
  }),
  notice("server", "notifications/cancelled", "own", { params: { requestId: "none" } }),
  notice("server", "notifications/progress", "own", {
    params: { progressToken: "none", progress: 1 },
  }),
  notice("server", "notifications/message", "passed", {
    params: { level: "error", logger: "tests", data: { any: ["thing"] } },
  }),
  notice("server", "notifications/resources/updated", "passed", {
    params: resource,
    grant: "resources",
  }),
  notice("server", "notifications/resources/list_changed", "passed", { grant: "resources" }),
  notice("server", "notifications/prompts/list_changed", "passed", { grant: "prompts" }),
  // The proxy asks for the new list and says by itself that there is one.
  notice("server", "notifications/tools/list_changed", "passed"),
  notice("server", "notifications/elicitation/complete", "passed", {
    params: { elicitationId: "any" },
    grant: "elicitation",
  }),
  notice("server", "notifications/tasks/status", "refused", { params: status }),
];
