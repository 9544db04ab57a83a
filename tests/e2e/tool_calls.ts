/** Calls of all the client's tools. */
import { agent, bash, glob, grep, read, webFetch, write } from "./calls.ts";
import type { JsonObject } from "./json.ts";
import type { ToolCall } from "./messages_api.ts";

/** The prompt of the subagent among them. */
export const SUBAGENT = "Play the part of the subagent.";
/** Brings back the tools for searches and tasks, which the client leaves out by default. */
export const WITH_SEARCHES = ["--tools", "Bash,Glob,Grep,TaskCreate,TaskUpdate,TaskList"];

function call(name: string, input: JsonObject): ToolCall {
  return { name, input };
}

/**
 * A call of every tool that the client offers, by turns, with whatever a model may write, so that the
 * client has something to even out. The subagent's prompt is `SUBAGENT`.
 */
export const EVERY_TOOL: readonly (readonly ToolCall[])[] = [
  [
    read("sandbox/notes.txt"),
    call("Read", { file_path: "sandbox/notes.txt", offset: "1", limit: 1 }),
    read("sandbox/missing.txt"),
    call("Read", { file_path: "sandbox/page.ipynb" }),
  ],
  [
    write("sandbox/new.txt", "blanks  \nat the end\t\n"),
    call("Edit", { file_path: "sandbox/notes.txt", old_string: "one", new_string: "uno  " }),
    call("NotebookEdit", {
      notebook_path: "sandbox/page.ipynb",
      cell_id: "first",
      new_source: "2",
    }),
  ],
  [
    bash("echo hi"),
    bash("exit 3"),
    call("Bash", { command: "echo later", run_in_background: "true" }),
    call("Bash", { command: "sleep 5", timeout: "200" }),
    webFetch("http://127.0.0.1:9/page"),
    call("WebSearch", { query: "a word" }),
    call("mcp__echo__echo", { text: "hi", more: { numbers: [1, 1e3, 0.5], none: null } }),
    call("mcp__echo__fail", { text: "it failed" }),
  ],
  [
    call("SendMessage", { to: "nobody", message: "a long word ".repeat(20) }),
    call("SendMessage", { to: "main", message: "m", recipient: "somebody else" }),
    call("Monitor", { command: "echo seen", description: "Watches", timeout_ms: 2000 }),
    call("ReportFindings", { findings: [] }),
    call("ListAgents", {}),
    call("CronCreate", { cron: "0 0 1 1 *", prompt: "hello" }),
    call("CronList", {}),
    call("Skill", { skill: "hello", args: "x" }),
    call("EnterWorktree", { name: "tree" }),
    agent(SUBAGENT),
  ],
];
/** The same of the tools that `WITH_SEARCHES` brings back. */
export const SEARCHES: readonly ToolCall[] = [
  glob("*.txt"),
  glob("*.txt", { path: " sandbox " }),
  grep("one", { "-n": "true", path: " sandbox" }),
  call("TaskCreate", { subject: "a", description: "b", activeForm: "c" }),
  call("TaskUpdate", { taskId: "1", status: "completed" }),
  call("TaskList", {}),
];

const PAGE = JSON.stringify({
  cells: [{
    cell_type: "code",
    id: "first",
    metadata: {},
    source: ["1"],
    outputs: [],
    execution_count: null,
  }],
  metadata: { language_info: { name: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
});

/** What the calls need beside `sandbox/notes.txt`. */
export const TOOL_FILES = {
  "sandbox/page.ipynb": PAGE,
  ".claude/skills/hello/SKILL.md": "---\nname: hello\ndescription: Says hello\n---\nSay hello\n",
};
