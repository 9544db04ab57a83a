/** Which tools there are, and which inputs belong to them. */
import { rows, type Table } from "../policy_rows.ts";

const reading = 'enforce:\n  Read: "subpath:{sandbox}"\n';
const some = { file_path: "{sandbox}/notes.txt" };

const unlisted = (tool: string, policy = reading): Table => ({
  name: `${tool} is not granted by default`,
  tool,
  policy,
  deny: [[{}]],
});

const granted = (tool: string, policy = reading): Table => ({
  name: `${tool} is granted`,
  tool,
  policy,
  allow: [[{}]],
});

const server = (rest: string) => `mcp:\n  enforce:\n    ${rest}\n`;

export const routing: readonly Table[] = [
  ...[
    "Write",
    "Edit",
    "Bash",
    "PowerShell",
    "Monitor",
    "MultiEdit",
    "FutureTool",
    "read",
    "READ",
    "Read ",
    "__proto__",
    "constructor",
    "toString",
    "EnterWorktree",
    "CronCreate",
    "mcp__tenuo-files__read_file",
    "mcp__other__tool",
  ].map((tool) => unlisted(tool)),
  ...["TodoWrite", "AskUserQuestion", "ToolSearch", "Skill", "WebSearch", "ListAgents", "Agent"]
    .map((tool) => granted(tool)),
  unlisted("TodoWrite", `allow_bundled: false\n${reading}`),
  unlisted("TodoWrite", `audit_bundled: false\n${reading}`),
  granted("FutureTool", `allow: [FutureTool]\n${reading}`),
  granted("FutureTool", `audit: [FutureTool]\n${reading}`),
  unlisted("FutureTool", `default: audit\n${reading}`),
  unlisted("FutureTool", `default: approve\n${reading}`),
  unlisted("TodoWrite", `deny: [TodoWrite]\n${reading}`),
  unlisted("FutureTool", `allow: [FutureTool]\ndeny: [FutureTool]\n${reading}`),
  {
    name: "a tool of a server takes the arguments that are named, and no other",
    tool: "mcp__tenuo-files__read_file",
    policy: server('read_file: {args: {path: "subpath:{sandbox}", limit: any}}'),
    allow: [
      [{ path: "{sandbox}/notes.txt" }],
      [{ path: "{sandbox}/notes.txt", limit: 5 }],
      [{ path: "{sandbox}/notes.txt", limit: { deep: ["x"] } }],
    ],
    deny: [
      [{ path: "/etc/passwd" }],
      [{ path: "{sandbox}/notes.txt", follow: true }],
      [{ path: "{sandbox}/notes.txt", Path: "/etc/passwd" }],
      [{ limit: 5 }],
      [{}],
      [{ path: "{sandbox}/notes.txt", limit: "{project}/.state/issuer_key.b64" }],
    ],
  },
  {
    name: "another server's tool of the same name has no rule",
    tool: "mcp__other__read_file",
    policy: server("read_file: subpath:{sandbox}"),
    deny: [[{ path: "{sandbox}/notes.txt" }]],
  },
  {
    name: "servers have their own tools",
    tool: "mcp__files__read",
    policy: [
      "mcp:",
      "  servers:",
      "    files:",
      "      command: node",
      "      args: [server.js]",
      '      enforce: { read: "subpath:{sandbox}" }',
      "    web:",
      "      url: http://127.0.0.1:9000/mcp",
      "      allow: [search]",
      "",
    ].join("\n"),
    allow: [[{ path: "{sandbox}/notes.txt" }]],
    deny: [[{ path: "/etc/passwd" }], [{ url: "https://example.com/" }]],
  },
  ...[
    ["not", '{args: {a: "not:exact:x"}}', ["y", "z"], ["x"]],
    ["any", '{args: {a: {any: ["exact:x", "pattern:y*"]}}}', ["x", "yy"], ["z", "ax"]],
    ["all", '{args: {a: {all: ["pattern:a*", "pattern:*b"]}}}', ["ab", "axb"], ["a", "b"]],
    ["oneof", '{args: {a: "oneof:x, y"}}', ["x", "y"], ["z", "x,y", ""]],
    ["notoneof", '{args: {a: "notoneof:x,y"}}', ["z"], ["x", "y"]],
    ["exact", '{args: {a: "exact: x"}}', [" x"], ["x"]],
    ["regex", '{args: {a: "regex:^a+$"}}', ["aa"], ["ab", "b"]],
    ["cidr", '{args: {a: "cidr:10.0.0.0/8"}}', ["10.1.1.1"], ["11.1.1.1", "x", "167837955"]],
    [
      "not of cidr",
      '{args: {a: "not:cidr:10.0.0.0/8"}}',
      ["11.1.1.1", "fd00::1", "::ffff:11.1.1.1"],
      ["10.1.1.1", "::ffff:10.1.1.1", "::ffff:a01:101", "64:ff9b::a01:101", "x", "10.1.1.1]"],
    ],
  ].map(([kind, rule, allow, deny]): Table => ({
    name: `the constraint ${kind}`,
    tool: "mcp__tenuo-files__t",
    field: "a",
    policy: server(`t: ${rule}`),
    allow: rows(...allow as string[]),
    deny: rows(...deny as string[]),
  })),
  {
    name: "constraints on lists and numbers",
    tool: "mcp__tenuo-files__t",
    policy: server('t: {args: {a: "contains:x,y", b: "subset:p,q", c: "range:1,5"}}'),
    allow: [[{ a: ["x", "y", "z"], b: ["p"], c: 3 }], [{ a: ["y", "x"], b: [], c: 1 }]],
    deny: [
      [{ a: ["x"], b: ["p"], c: 3 }],
      [{ a: ["x", "y"], b: ["p", "r"], c: 3 }],
      [{ a: ["x", "y"], b: ["p"], c: 6 }],
      [{ a: ["x", "y"], b: ["p"], c: "3" }],
      [{ a: ["x", "y"], b: ["p"], c: true }],
      [{ a: "x,y", b: ["p"], c: 3 }],
    ],
  },
  {
    name: "what needs approval is refused unless it is exempt",
    tool: "mcp__tenuo-files__deploy",
    field: "target",
    policy: server('deploy: {approval: {threshold: 1, exempt: {target: "exact:staging"}}}'),
    allow: rows("staging"),
    deny: [...rows("production", "staging "), [{}], [{ target: ["staging"] }]],
  },
  {
    name: "a native tool that needs approval is refused unless it is exempt",
    tool: "Bash",
    field: "command",
    policy: 'enforce:\n  Bash: {approval: {threshold: 1, exempt: "shlex:ls"}}\n',
    allow: rows("ls -la"),
    deny: rows("id", "ls; id", "rm -rf .", "/tmp/evil/ls", "ls *", "ls {a,b}"),
  },
  {
    name: "a fetch of a listed host needs no approval, and what needs it is refused",
    tool: "WebFetch",
    field: "url",
    policy: "enforce:\n  WebFetch: {domains: [api.github.com], approval: {threshold: 1}}\n",
    allow: rows("https://api.github.com/"),
    deny: rows("https://example.com/", "http://169.254.169.254/", "http://api.github.com/"),
  },
  {
    name: "a subagent that is not declared cannot be started",
    tool: "Agent",
    field: "subagent_type",
    policy: `subagents:\n  researcher: {tools: [Read]}\n${reading}`,
    allow: rows("researcher"),
    deny: [...rows("deployer", "Researcher", ""), [{}], [{ subagent_type: 5 }]],
  },
  {
    name: "a spawn names its role by one key",
    tool: "Agent",
    policy: `subagents:\n  researcher: {tools: [Read]}\n${reading}`,
    allow: [[{ subagent_type: "researcher", description: "x", prompt: "y", model: "z" }]],
    deny: [
      [{ subagent_type: "researcher", subagentType: "deployer" }],
      [{ subagent_type: "researcher", "subagent-type": "deployer" }],
    ],
  },
  ...["MultiEdit", "NotebookRead", "FutureTool", "mcp__other__write"].map((tool): Table => ({
    name: `${tool}, granted without a rule, reaches no governance file`,
    tool,
    policy: `allow: [MultiEdit, NotebookRead, FutureTool, mcp__other__write]\n${reading}`,
    allow: [[{}], [{ file_path: "{sandbox}/notes.txt", edits: [{ old_string: "a" }] }]],
    deny: [
      [{ file_path: "{project}/.state/issuer_key.b64" }],
      [{ notebook_path: ".state/issuer_key.b64" }],
    ],
  })),
  ...["MultiEdit", "FutureTool", "mcp__other__write"].map((tool): Table => ({
    name: `${tool}, granted without a rule, writes nothing that governs the session`,
    tool,
    policy: `allow: [MultiEdit, FutureTool, mcp__other__write]\n${reading}`,
    deny: [
      [{ file_path: "{project}/tenuo.yaml", edits: [] }],
      [{ path: "{sandbox}/../.claude/settings.json", content: "{}" }],
      [{ path: ".mcp.json", content: "{}" }],
    ],
  })),
  {
    name: "a tool that reads may be given what governs the session",
    tool: "mcp__other__read",
    policy: `allow: [mcp__other__read]\n${reading}`,
    allow: [[{ path: "{project}/tenuo.yaml" }], [{ path: ".mcp.json" }]],
    deny: [[{ path: ".state/issuer_key.b64" }]],
  },
  {
    name: "what one field's value cannot be signed as is refused with its rule",
    tool: "mcp__tenuo-files__t",
    policy: server('t: {args: {a: "not:exact:x"}}'),
    allow: [[{ a: null }], [{ a: [[["y"]]] }], [{ a: { deep: 1.5 } }]],
    deny: [[{ a: "\ud800" }], [{ a: { "\udc00": 1 } }], [{ a: "x" }]],
  },
  { name: "what is written is not judged", tool: "Read", policy: reading, allow: [[some]] },
];
