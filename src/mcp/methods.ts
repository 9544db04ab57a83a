/**
 * Every method of MCP (specification 2025-11-25) and what the proxy does with it. What is not in the
 * table is refused: requests with -32601, notifications without a word.
 */

/** Who sends it. */
export type Sender = "client" | "server";

/** What a policy must grant for a method to pass. */
export type Grant = "resources" | "prompts" | "sampling" | "elicitation";

export type Handling =
  /** The proxy answers or acts by itself. */
  | "own"
  /** Handed on as it is. */
  | "pass"
  /** Handed on, and the answer holds only what the policy grants. */
  | "filter"
  /** Decided like a tool call, with a receipt, before it is handed on. */
  | "judge"
  /** Never handed on. */
  | "refuse";

export interface Method {
  readonly sender: Sender;
  readonly handling: Handling;
  readonly grant?: Grant;
}

const tasks = ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"];

function both(names: readonly string[], handling: Handling): [string, Method[]][] {
  return names.map((name) => [
    name,
    [{ sender: "client", handling }, { sender: "server", handling }],
  ]);
}

function only(sender: Sender, name: string, handling: Handling, grant?: Grant): [string, Method[]] {
  return [name, [{ sender, handling, ...(grant === undefined ? {} : { grant }) }]];
}

/** Requests by their method. */
const requests: ReadonlyMap<string, readonly Method[]> = new Map([
  only("client", "initialize", "own"),
  // The stateless handshake of later versions, which the client probes for.
  only("client", "server/discover", "refuse"),
  ...both(["ping"], "own"),
  only("client", "tools/list", "filter"),
  only("client", "tools/call", "judge"),
  only("client", "resources/list", "filter", "resources"),
  only("client", "resources/templates/list", "filter", "resources"),
  only("client", "resources/read", "judge", "resources"),
  only("client", "resources/subscribe", "judge", "resources"),
  only("client", "resources/unsubscribe", "pass", "resources"),
  only("client", "prompts/list", "filter", "prompts"),
  only("client", "prompts/get", "judge", "prompts"),
  // Its grant depends on what is completed.
  only("client", "completion/complete", "filter"),
  only("client", "logging/setLevel", "pass"),
  only("server", "sampling/createMessage", "pass", "sampling"),
  only("server", "elicitation/create", "pass", "elicitation"),
  only("server", "roots/list", "pass"),
  // A task outlives the request that a decision was about.
  ...both(tasks, "refuse"),
]);

/** Notifications by their method. */
const notifications: ReadonlyMap<string, readonly Method[]> = new Map([
  only("client", "notifications/initialized", "own"),
  ...both(["notifications/cancelled", "notifications/progress"], "own"),
  only("client", "notifications/roots/list_changed", "pass"),
  only("server", "notifications/message", "pass"),
  only("server", "notifications/tools/list_changed", "own"),
  only("server", "notifications/resources/list_changed", "pass", "resources"),
  only("server", "notifications/resources/updated", "filter", "resources"),
  only("server", "notifications/prompts/list_changed", "pass", "prompts"),
  only("server", "notifications/elicitation/complete", "pass", "elicitation"),
  ...both(["notifications/tasks/status"], "refuse"),
]);

/** What is done with a request or notification of `sender`; undefined when it has no such method. */
export function methodOf(
  kind: "request" | "notification",
  sender: Sender,
  name: string,
): Method | undefined {
  const table = kind === "request" ? requests : notifications;
  return table.get(name)?.find((method) => method.sender === sender);
}

/** Every method of the table, for those who compare it with the specification. */
export function* allMethods(): Generator<
  { readonly kind: "request" | "notification"; readonly name: string } & Method
> {
  for (const [kind, table] of [["request", requests], ["notification", notifications]] as const) {
    for (const [name, methods] of table) {
      for (const method of methods) yield { kind, name, ...method };
    }
  }
}
