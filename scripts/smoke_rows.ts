/** One run of the built file, in the order of the table: later rows meet what earlier ones left. */
export interface SmokeRow {
  /** The arguments; `{port}` is a free port. */
  readonly args: readonly string[];
  /** Take the arguments from the wiring that `init` wrote for this event instead. */
  readonly wired?: HookEvent;
  /** The name the file is called by, through a symbolic link. */
  readonly as?: string;
  /** What it reads on stdin; `{project}` is the project's folder. */
  readonly input?: string;
  /** It runs in an empty folder instead of the project, which holds the shipped policy. */
  readonly outside?: true;
  readonly exit: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

/** An event that `init` wires. */
export type HookEvent = "PreToolUse" | "PostToolUse" | "SessionEnd" | "ConfigChange";

const COMMANDS = [
  "init",
  "refresh",
  "up",
  "down",
  "status",
  "check",
  "audit",
  "receipts",
  "explain",
  "policy",
  "revoke",
  "demo",
  "warrant",
  "key",
];
const NAMES = ["tenuo", "tenuo-claude-code", "tenuo-admin"];

function event(name: string, more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    session_id: "6320e95b-0000-4000-8000-000000000000",
    transcript_path: "{project}/transcript.jsonl",
    cwd: "{project}",
    permission_mode: "bypassPermissions",
    hook_event_name: name,
    ...more,
  });
}

function call(tool: string, input: Readonly<Record<string, unknown>>, name = "PreToolUse"): string {
  const id = { tool_use_id: "toolu_smoke", tool_name: tool, tool_input: input };
  return event(name, name === "PreToolUse" ? id : { ...id, tool_response: {}, duration_ms: 1 });
}

const inside = { file_path: "{project}/sandbox/notes.txt" };
const allowed = /"permissionDecision":"allow"/;
const denied = /"permissionDecision":"deny"/;

const read: Omit<SmokeRow, "exit"> = {
  args: ["_hook"],
  wired: "PreToolUse",
  input: call("Read", inside),
};

/** The public key of the seed of 32 zeros, and a warrant for itself that has expired. */
const zeroKey = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";
const expired =
  "gwFYg6oAAQFQAZRx-AAAcACAAAAAAAAAAQIAA6FhdKFrY29uc3RyYWludHOgBIIBWCA7aie8zrakLWKjqNAqbw1zZTIVdx3iQ6Y6wEihi1naKQWCAVggO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ikGGmWSAIAHGmWSDpAIARIAggFYQLtH2U3ziSd_zhXCAfui_V_pVs9vPW4DQIDgLBw6qq9UbOxYeavVeYCubsi9dKALfs5eGr4elAo4NnR2a91w-wQ";

/** Constraints whose checks are loaded when they are used. */
const everyKind = ["range:1,2", "regex:^a$", "notoneof:a", "cidr:10.0.0.0/8"]
  .flatMap((rule, at) => ["--constraint", `a${at}=${rule}`]);

/** Commands that need no project. What `key generate` made serves the rows after it. */
const warrantRows: readonly SmokeRow[] = [
  { args: ["key", "generate", "--out", "k"], outside: true, exit: 0, stdout: /^[0-9a-f]{64}$/ },
  { args: ["key", "generate", "--out", "k"], outside: true, exit: 1, stderr: /exists/ },
  { args: ["key", "public", "k"], outside: true, exit: 0, stdout: /^[0-9a-f]{64}$/ },
  {
    args: ["warrant", "mint", "--key", "k", "--holder", zeroKey, "--tool", "t"],
    outside: true,
    exit: 0,
    stdout: /^[\w-]+$/,
  },
  {
    args: ["warrant", "mint", "--key", "k", "--holder", zeroKey, "--tool", "t", ...everyKind],
    outside: true,
    exit: 0,
    stdout: /^[\w-]+$/,
  },
  { args: ["warrant", "inspect"], input: expired, outside: true, exit: 0, stdout: /Not verified/ },
  {
    args: ["warrant", "verify", "--root", zeroKey, "--at", "1704067260"],
    input: expired,
    outside: true,
    exit: 0,
    stdout: /^Valid/,
  },
  {
    args: ["warrant", "verify", "--root", zeroKey],
    input: expired,
    outside: true,
    exit: 1,
    stdout: /WarrantExpired \(1300\)/,
  },
  { args: ["warrant", "verify"], input: "junk", outside: true, exit: 1, stdout: /\(1\d{3}\)/ },
  { args: ["warrant", "verify", "gone"], outside: true, exit: 2, stderr: /Missing gone/ },
  {
    args: ["warrant", "pop", "--key", "k", "--tool", "t", "--args", "{}"],
    input: expired,
    outside: true,
    exit: 1,
    stderr: /PopSignatureInvalid/,
  },
  {
    args: ["warrant", "attenuate", "--key", "k", "--holder", zeroKey],
    input: expired,
    outside: true,
    exit: 1,
    stderr: /ChainBroken/,
  },
];

/** What an outsider is given, and what becomes of it. */
const receiptRows: readonly SmokeRow[] = [
  { args: ["receipts"], outside: true, exit: 2, stderr: /verify, checkpoint, export/ },
  ...["verify", "checkpoint", "export"].map((name): SmokeRow => ({
    args: ["receipts", name, "--help"],
    outside: true,
    exit: 0,
    stdout: /Exit code 0/,
  })),
  { args: ["receipts", "verify"], exit: 0, stdout: /^Verified/ },
  { args: ["receipts", "verify", "--json"], exit: 0, stdout: /^\{"outcome":"proven"/ },
  { args: ["receipts", "verify", "--key", zeroKey], exit: 1, stdout: /^Disproved/ },
  { args: ["receipts", "verify", "gone"], outside: true, exit: 2, stdout: /^Cannot tell/ },
  { args: ["receipts", "checkpoint"], exit: 0, stdout: /^\{"count":\d+,"head":.*"\}$/ },
  { args: ["receipts", "checkpoint"], outside: true, exit: 2, stderr: /tenuo\.yaml/ },
  { args: ["receipts", "export", "--bundle", "log.tar.gz"], exit: 0, stdout: /^Bundle/ },
  { args: ["receipts", "export", "--bundle", "log.tar.gz"], exit: 2, stderr: /exists/ },
  {
    args: ["receipts", "export", "--bundle", "log.tar", "--json"],
    exit: 0,
    stdout: /^\{"ok":true/,
  },
];

/** Every command of the built file, and the hook on good and bad input. */
export const smokeRows: readonly SmokeRow[] = [
  { args: ["--version"], outside: true, exit: 0, stdout: /\d+\.\d+\.\d+/ },
  { args: [], outside: true, exit: 0, stdout: /init/ },
  { args: ["help"], outside: true, exit: 0, stdout: /revoke/ },
  ...COMMANDS.map((command): SmokeRow => ({
    args: [command, "--help"],
    outside: true,
    exit: 0,
    stdout: new RegExp(command),
  })),
  ...NAMES.map((as): SmokeRow => ({
    args: ["--version"],
    as,
    outside: true,
    exit: 0,
    stdout: /\d+\.\d+\.\d+/,
  })),
  { args: ["no-such-command"], outside: true, exit: 2, stderr: /no-such-command/ },
  { args: ["status"], outside: true, exit: 1, stderr: /tenuo\.yaml/ },
  { args: ["init"], outside: true, exit: 1, stderr: /tenuo\.yaml/ },
  { args: ["init"], exit: 0, stdout: /warrant/i },
  { ...read, exit: 0, stdout: allowed },
  { ...read, as: "tenuo", exit: 0, stdout: allowed },
  {
    ...read,
    input: call("Read", { file_path: "/etc/hosts" }),
    exit: 2,
    stdout: denied,
    stderr: /./,
  },
  { ...read, input: call("Bash", { command: "ls; id" }), exit: 2, stdout: denied, stderr: /Bash/ },
  { ...read, input: call("NoSuchTool", {}), exit: 2, stdout: denied, stderr: /NoSuchTool/ },
  { ...read, input: "", exit: 2, stdout: denied, stderr: /fail-closed/ },
  { ...read, input: "{", exit: 2, stdout: denied, stderr: /fail-closed/ },
  { ...read, input: event("Stop", {}), exit: 2, stdout: denied, stderr: /fail-closed/ },
  {
    args: ["_post"],
    wired: "PostToolUse",
    input: call("Read", inside, "PostToolUse"),
    exit: 0,
    stdout: /^$/,
  },
  {
    args: ["_session_end"],
    wired: "SessionEnd",
    input: event("SessionEnd", { reason: "other" }),
    exit: 0,
    stdout: /^$/,
    stderr: /^$/,
  },
  { args: ["status"], exit: 0, stdout: /expires/i },
  { args: ["status", "--json"], exit: 0, stdout: /^\{/ },
  {
    args: ["audit", "--tail", "20"],
    exit: 0,
    stdout: /ALLOW +\[gov\] Read +-> read_file +authorized/,
  },
  { args: ["audit", "--json"], exit: 0, stdout: /^[[{]/ },
  { args: ["audit", "show", "1"], exit: 0, stdout: /read_file/ },
  { args: ["audit", "--verify"], exit: 0, stdout: /^Verified/ },
  ...receiptRows,
  {
    args: ["_ops-server", "--folder", "."],
    input: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n',
    outside: true,
    exit: 0,
    stdout: /^\{"jsonrpc":"2\.0","id":1,"result":\{"tools":\[\{"name":"read_file"/,
    stderr: /^$/,
  },
  { args: ["check"], exit: 0, stdout: /^All well$/ },
  { args: ["policy", "lint"], exit: 0, stdout: /^0 errors, 0 warnings$/m },
  {
    args: ["policy", "lint", "-"],
    input: "enforce: {Raed: x}",
    outside: true,
    exit: 1,
    stdout: /Did you mean "Read"\?/,
  },
  {
    args: ["policy", "test", "-"],
    input: "- {deny: Bash, input: 'ls; id'}",
    exit: 0,
    stdout: /^1 passed, 0 failed$/m,
  },
  { args: ["explain", "Bash", "ls -la"], exit: 0, stdout: /^ALLOW /m },
  { args: ["explain", "Read", "/etc/hosts"], exit: 1, stdout: /^DENY /m },
  { args: ["refresh"], exit: 0, stdout: /warrant/i },
  { args: ["up", "--port", "{port}"], exit: 0, stdout: /Local mode \(no Cloud\)\./ },
  { args: ["up", "--port", "{port}"], exit: 0 },
  { args: ["status"], exit: 0, stdout: /\bup\b/ },
  { args: ["revoke"], exit: 0, stdout: /revoked/i },
  { ...read, exit: 2, stdout: denied, stderr: /revoked/i },
  { args: ["revoke", "--lift", "--yes"], exit: 0 },
  { ...read, exit: 0, stdout: allowed },
  { args: ["down"], exit: 0 },
  { args: ["down"], exit: 0 },
  { args: ["demo"], outside: true, exit: 0, stdout: /deny|denied/i },
  ...warrantRows,
];
