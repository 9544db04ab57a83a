/** A sample of every request, notification and result that the SDK's types know, for tests. */

const text = { type: "text", text: 'Zeile 1\nline 2 "quoted" \u2028 😀' } as const;
const image = { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" } as const;
const task = {
  taskId: "t-1",
  status: "working",
  ttl: null,
  createdAt: "2026-01-02T03:04:05Z",
  lastUpdatedAt: "2026-01-02T03:04:05Z",
  pollInterval: 500,
} as const;
const schema = {
  type: "object",
  properties: { path: { type: "string" }, constructor: { type: "number", minimum: -1.5e10 } },
  required: ["path"],
} as const;
const meta = { _meta: { "claudecode/toolUseId": "toolu_1", progressToken: 2 } } as const;

interface Call {
  readonly method: string;
  readonly params?: { readonly [name: string]: unknown };
}

export const requests: readonly Call[] = [
  { method: "ping" },
  {
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {} } },
      clientInfo: { name: "client", version: "1.0.0", title: "A client" },
    },
  },
  {
    method: "completion/complete",
    params: { ref: { type: "ref/prompt", name: "a" }, argument: { name: "b", value: "" } },
  },
  { method: "logging/setLevel", params: { level: "debug" } },
  { method: "prompts/get", params: { name: "a", arguments: { b: "c" }, ...meta } },
  { method: "prompts/list", params: { cursor: "x" } },
  { method: "resources/list" },
  { method: "resources/templates/list", params: {} },
  { method: "resources/read", params: { uri: "file:///a%20b" } },
  { method: "resources/subscribe", params: { uri: "demo://a" } },
  { method: "resources/unsubscribe", params: { uri: "demo://a" } },
  {
    method: "tools/call",
    params: { name: "echo", arguments: { message: "hi", n: -1e-7, list: [[], {}, null] }, ...meta },
  },
  { method: "tools/list" },
  { method: "tasks/get", params: { taskId: "t-1" } },
  { method: "tasks/result", params: { taskId: "t-1" } },
  { method: "tasks/list", params: {} },
  { method: "tasks/cancel", params: { taskId: "t-1" } },
  {
    method: "sampling/createMessage",
    params: { messages: [{ role: "user", content: text }], maxTokens: 100, temperature: 0.1 },
  },
  {
    method: "elicitation/create",
    params: {
      message: "Which?",
      requestedSchema: { type: "object", properties: { a: { type: "boolean", default: true } } },
    },
  },
  { method: "roots/list" },
];

export const notifications: readonly Call[] = [
  { method: "notifications/cancelled", params: { requestId: 7, reason: "The user is gone" } },
  {
    method: "notifications/progress",
    params: { progressToken: "p", progress: 0.5, total: 1, message: "half" },
  },
  { method: "notifications/initialized" },
  { method: "notifications/roots/list_changed" },
  { method: "notifications/tasks/status", params: { ...task } },
  {
    method: "notifications/message",
    params: { level: "info", logger: "a", data: { deep: [1, { x: null }] } },
  },
  { method: "notifications/resources/updated", params: { uri: "demo://a" } },
  { method: "notifications/resources/list_changed" },
  { method: "notifications/tools/list_changed" },
  { method: "notifications/prompts/list_changed" },
  { method: "notifications/elicitation/complete", params: { elicitationId: "e-1" } },
];

export const results: readonly { readonly [name: string]: unknown }[] = [
  {},
  {
    protocolVersion: "2025-11-25",
    capabilities: { tools: { listChanged: true }, logging: {}, experimental: { a: {} } },
    serverInfo: { name: "server", version: "0.1" },
    instructions: "Ask\tfirst.",
  },
  { completion: { values: ["a", "b"], total: 2, hasMore: false } },
  { description: "A prompt", messages: [{ role: "assistant", content: image }] },
  { prompts: [{ name: "a", arguments: [{ name: "b", required: true }] }], nextCursor: "x" },
  { resources: [{ uri: "demo://a", name: "a", mimeType: "text/plain", size: 12 }] },
  { resourceTemplates: [{ uriTemplate: "demo://{id}", name: "t" }] },
  { contents: [{ uri: "demo://a", text: "a" }, { uri: "demo://b", blob: "AAEC" }] },
  {
    content: [text, image, {
      type: "resource",
      resource: { uri: "demo://a", mimeType: "text/plain", text: "__proto__" },
    }, { type: "resource_link", uri: "demo://b", name: "b" }],
    structuredContent: { temperature: -3.25, total: 9007199254740993n.toString() },
    isError: false,
  },
  {
    tools: [{
      name: "read_file",
      description: "Reads",
      inputSchema: schema,
      outputSchema: schema,
      annotations: { readOnlyHint: true },
    }],
  },
  { ...task },
  { tasks: [task], nextCursor: "x" },
  { task },
  { model: "m", role: "assistant", content: text, stopReason: "endTurn" },
  { action: "accept", content: { a: true, b: 1, c: ["x"] } },
  { roots: [{ uri: "file:///home/me", name: "home" }] },
];
