/** One example of each key of the grammar, and its default where it has one. */

export interface KeyExample {
  readonly value: unknown;
  /** As it is written; absent where leaving the key out grants or sets nothing. */
  readonly standard?: string;
}

type Row = readonly [path: string, value: unknown, standard?: string];

const top: readonly Row[] = [
  ["name", "demo", "tenuo-claude"],
  ["sandbox", "./sandbox", "./sandbox"],
  ["mode", "enforce", "enforce"],
  ["ttl_seconds", 3600, "3600"],
  ["enforce", { Read: "subpath:{sandbox}", Bash: "shlex:ls,git status" }],
  ["default", "deny", "deny"],
  ["allow", ["mcp__github__get_issue"]],
  ["deny", ["WebSearch"]],
  ["audit", ["EnterWorktree"]],
  ["audit_extra", ["EnterWorktree"]],
  ["allow_bundled", false, "true"],
  ["audit_bundled", false, "true"],
  ["subagents", { Explore: { tools: ["Read", "Grep"] } }],
  ["mcp", { servers: { files: { command: "node", args: ["server.js"] } } }],
  ["receipts", { sync: false }],
  ["strict_receipts", true, "true"],
  ["on_grant", "defer", "allow"],
  ["pin_paths", true, "false"],
  ["strict_input", true, "false"],
  ["allow_unsandboxed", true, "false"],
  ["examples", [{ allow: "Bash", input: "ls -la" }, { deny: "Read", input: "/etc/passwd" }]],
  ["cloud", { url: "https://control.example.com" }],
  ["authorizer", { transport: "unix" }],
];

const tools: readonly Row[] = [
  ["enforce.Read", "subpath:{sandbox},/usr/share/doc"],
  ["enforce.Write", { all: ["subpath:{sandbox}", "not:pattern:*.lock"] }],
  ["enforce.Edit", { args: { path: "subpath:{sandbox}", replace_all: { exact: false } } }],
  ["enforce.NotebookEdit", "subpath:{sandbox}"],
  ["enforce.Glob", "subpath:{sandbox}"],
  ["enforce.Grep", { subpath: ["{sandbox}", "/usr/share/doc"] }],
  ["enforce.Bash", { verbs: { ls: { paths: "{sandbox}" }, pwd: {} }, compose: ["pipe"] }],
  ["enforce.PowerShell", "shlex:Get-Location"],
  ["enforce.Monitor", "shlex:tail"],
  ["enforce.WebFetch", { domains: ["api.github.com", "*.example.com"] }],
  ["enforce.WebSearch", "regex:^site:example\\.com "],
  ["enforce.WebFetch.domains", ["api.github.com"]],
  ["enforce.WebFetch.cidrs", ["10.1.0.0/16"]],
  ["enforce.WebFetch.schemes", ["https"]],
  ["enforce.WebFetch.ports", [443, 8443]],
  ["enforce.WebFetch.resolve", true, "false"],
  ["enforce.WebFetch.approval", { threshold: 1 }],
  ["enforce.WebFetch.approval.threshold", 2, "1"],
  ["enforce.WebFetch.approval.approver", "ops"],
];

const forms: readonly Row[] = [
  ["all", ["subpath:{sandbox}", "pattern:*.md"]],
  ["any", ["subpath:{sandbox}", "exact:/etc/hosts"]],
  ["not", "pattern:*.pem"],
  ["subpath", ["{sandbox}", "/srv/data"]],
  ["exact", 5],
  ["oneof", ["low", "high"]],
  ["notoneof", [0]],
  ["contains", ["reviewed"]],
  ["subset", ["read", "list"]],
  ["constraint", "subpath:{sandbox}"],
  ["arg", "path", "the main argument; path for tools of servers"],
  ["args", { path: "subpath:{sandbox}", limit: "range:1,100", offset: "any" }],
  ["approval", { threshold: 1, exempt: "subpath:{sandbox}" }],
  ["approval.threshold", 2, "1"],
  ["approval.approver", "ops"],
  ["approval.exempt", "exact:staging"],
  ["exempt", { target: "exact:staging" }],
  ["verbs", { git: { subcommands: ["status", "diff"] }, cat: { paths: ["{sandbox}"] } }],
  ["verbs.*.paths", ["{sandbox}", "/srv/data"]],
  ["verbs.*.subcommands", ["status", "stash list"]],
  ["verbs.*.deny_flags", ["--output", "-O"]],
  ["compose", ["pipe", "and", "discard"], "none: one command alone"],
];

const others: readonly Row[] = [
  ["subagents.*.tools", ["Read", "Grep"]],
  ["subagents.*.ttl_seconds", 600],
  ["receipts.sync", false, "true"],
  ["receipts.strict", true, "true"],
  ["receipts.rotate_megabytes", 64, "64"],
  ["receipts.rotate_daily", true, "false"],
  ["receipts.mask", { names: ["pin"], patterns: ["acme-[0-9a-f]{16}"] }],
  ["receipts.mask.names", ["pin", "customer_number"]],
  ["receipts.mask.patterns", ["acme-[0-9a-f]{16}", "badge ([0-9]+)"]],
  ["examples.allow", "Bash"],
  ["examples.deny", "Read"],
  ["examples.input", { file_path: "{sandbox}/notes.txt" }],
  ["examples.cwd", "{sandbox}", "the project"],
  ["examples.role", "Explore", "none: the session itself"],
  ["cloud.url", "https://control.example.com"],
  ["cloud.trigger", "trig_demo"],
  ["cloud.agent_name", "demo"],
  ["cloud.approver_identity", "ops"],
  ["cloud.approver_identity_id", "id_1"],
  ["cloud.managed", true],
  ["authorizer.image", "authorizer:1"],
  ["authorizer.transport", "unix"],
  ["authorizer.socket", "/run/authorizer.sock"],
  ["authorizer.socket_group", "agents"],
  ["authorizer.binary", "/opt/authorizer"],
  ["mcp.downstream", "./server.py"],
  ["mcp.enforce", { read_file: "subpath:{sandbox}" }],
  ["mcp.servers", { files: { command: "node", args: ["server.js"], allow: ["ping"] } }],
  ["mcp.resources", ["file://{sandbox}/*", "note://public/*"]],
  ["mcp.prompts", ["summarize"]],
  ["mcp.sampling", true, "false"],
  ["mcp.elicitation", true, "false"],
  ["mcp.redact", true, "false"],
  ["mcp.max_result_bytes", 1048576, "33554432"],
  ["mcp.timeout_seconds", 30, "60"],
  ["mcp.servers.*.command", "node"],
  ["mcp.servers.*.args", ["server.js", "--stdio"]],
  ["mcp.servers.*.env", { LOG_LEVEL: "info" }],
  ["mcp.servers.*.pass_env", ["HOME"]],
  ["mcp.servers.*.cwd", "tools"],
  ["mcp.servers.*.url", "https://mcp.example.com/"],
  ["mcp.servers.*.headers", { Authorization: "MCP_TOKEN" }],
  ["mcp.servers.*.enforce", { read: "subpath:{sandbox}" }],
  ["mcp.servers.*.allow", ["ping"]],
  ["mcp.servers.*.default", "deny", "deny"],
  ["mcp.servers.*.resources", ["file://{sandbox}/*", "note://public/*"]],
  ["mcp.servers.*.prompts", ["summarize"]],
  ["mcp.servers.*.sampling", true, "false"],
  ["mcp.servers.*.elicitation", true, "false"],
  ["mcp.servers.*.redact", true, "false"],
  ["mcp.servers.*.max_result_bytes", 1048576, "33554432"],
  ["mcp.servers.*.timeout_seconds", 30, "60"],
];

/** Where rules of tools stand. Their forms are the same everywhere. */
export const rulePlaces: readonly string[] = [
  ..."Read Write Edit NotebookEdit Glob Grep Bash PowerShell Monitor WebSearch".split(" ")
    .map((tool) => `enforce.${tool}`),
  "mcp.enforce.*",
  "mcp.servers.*.enforce.*",
];

function entry([path, value, standard]: Row): [string, KeyExample] {
  return [path, { value, ...(standard === undefined ? {} : { standard }) }];
}

/** By the key's path; below maps with keys of any name the path has a star. */
export const keyExamples: ReadonlyMap<string, KeyExample> = new Map(
  [...top, ...tools, ...others].map(entry),
);

/** The keys of rules, by their path below a tool. */
export const formExamples: ReadonlyMap<string, KeyExample> = new Map(forms.map(entry));
