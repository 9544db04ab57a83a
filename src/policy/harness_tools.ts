/**
 * Every tool of the client, classified on purpose. Those of class `granted` are the bundle, granted
 * without constraints unless `allow_bundled: false`. This table is the source of
 * policy/harness_tools.yaml; a test compares them.
 */

/** The client version the table was made for. */
export const harnessClient = "2.1.330";

/** How a tool of the client is treated. */
export type ToolClass =
  /** In the bundle: it runs no command and opens no file that its input names. */
  | "granted"
  /** Has a rule of its own under `enforce`, and is refused without one. */
  | "governed"
  /** Starts subagents, whose own calls are judged. */
  | "spawn"
  /** Refused unless `allow` lists it. */
  | "unlisted";

export interface ClientTool {
  readonly class: ToolClass;
  /** One sentence. */
  readonly reason: string;
}

type Row = readonly [name: string, reason: string];

const granted: readonly Row[] = [
  ["WebSearch", "The search runs at the model's provider; enforce.WebSearch narrows the query."],
  ["TodoWrite", "It keeps a list inside the session."],
  ["TaskCreate", "It adds to the session's own list of tasks."],
  ["TaskUpdate", "It changes the session's own list of tasks."],
  ["TaskList", "It shows the session's own list of tasks."],
  ["TaskGet", "It shows one entry of the session's own list of tasks."],
  ["AskUserQuestion", "It asks the person at the terminal."],
  ["ToolSearch", "It loads descriptions of tools; calling them is judged."],
  ["Skill", "It loads instructions; the calls they lead to are judged."],
  ["EnterPlanMode", "It only narrows what the session does."],
  ["ExitPlanMode", "It shows a plan to the person, whose calls are judged."],
  ["Workflow", "Its script starts agents, whose calls are judged."],
  ["ListAgents", "It shows the agents of the session."],
  ["ReportFindings", "It hands a result back to the session."],
  ["SendMessage", "It tells an agent of the session something; that agent's calls are judged."],
  ["CronList", "It shows the session's planned prompts."],
  ["CronDelete", "It drops a planned prompt of the session."],
  ["ScheduleWakeup", "It plans when the session goes on; its calls are judged."],
  ["TaskStop", "It stops what the session itself started."],
  ["DeferredToolPlaceholder", "It stands for tools that are not loaded and does nothing itself."],
];

const governed: readonly Row[] = [
  ["Read", "It opens the file that its input names."],
  ["Write", "It writes the file that its input names."],
  ["Edit", "It changes the file that its input names."],
  ["NotebookEdit", "It changes the notebook that its input names."],
  ["Glob", "It shows the names of files below a folder."],
  ["Grep", "It shows the contents of files below a folder."],
  ["Bash", "It runs a command."],
  ["PowerShell", "It runs a command."],
  ["Monitor", "It runs a command and watches what it prints."],
  ["WebFetch", "It opens the URL that its input names."],
];

const spawn: readonly Row[] = [
  ["Agent", "It starts a subagent, whose own calls are judged; subagents says which may be."],
  ["Task", "It is the older name of Agent, which the client still takes."],
];

const unlisted: readonly Row[] = [
  [
    "CronCreate",
    "It plans prompts that run unattended, and may keep them in a file for later sessions.",
  ],
  ["EnterWorktree", "Another working tree is another project, with a policy of its own."],
  ["ExitWorktree", "Another working tree is another project, with a policy of its own."],
  ["TaskOutput", "It is a tool of other versions that shows what background work printed."],
  ["BashOutput", "It is a tool of other versions that shows what a command printed."],
  ["KillShell", "It is a tool of other versions that ends a command."],
  ["MultiEdit", "It is an editing tool of older clients that no rule describes; grant Edit."],
  ["NotebookRead", "It is a reading tool of older clients that no rule describes; grant Read."],
  ["LS", "It is a listing tool of older clients that no rule describes; grant Glob."],
  ["ListMcpResourcesTool", "It lists what servers offer; granted where a server grants resources."],
  ["ReadMcpResourceTool", "It reads what servers offer; granted where a server grants resources."],
];

function classified(rows: readonly Row[], kind: ToolClass): [string, ClientTool][] {
  return rows.map(([name, reason]) => [name, { class: kind, reason }]);
}

/** The client's tools by name. */
export const clientTools: ReadonlyMap<string, ClientTool> = new Map([
  ...classified(granted, "granted"),
  ...classified(governed, "governed"),
  ...classified(spawn, "spawn"),
  ...classified(unlisted, "unlisted"),
]);

/** The bundle. */
export const harnessTools: readonly string[] = granted.map(([name]) => name);

/** The text of policy/harness_tools.yaml. */
export function renderHarnessTools(): string {
  const section = (key: string, comment: string, rows: readonly Row[]) => [
    `# ${comment}`,
    `${key}:`,
    ...rows.map(([name, reason]) => `  - ${name} # ${reason}`),
  ];
  return [
    "# Every tool of the client, and how it is treated.",
    "# Generated from src/policy/harness_tools.ts; edit that.",
    `client: ${harnessClient}`,
    ...section("tools", "The bundle: granted unless allow_bundled is false.", granted),
    ...section("governed", "Refused without a rule under enforce.", governed),
    ...section("spawn", "Start subagents, each of whose calls is judged.", spawn),
    ...section("unlisted", "Refused unless allow lists them.", unlisted),
    "",
  ].join("\n");
}
