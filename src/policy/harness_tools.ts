/**
 * The client's own bookkeeping tools, granted without constraints unless `allow_bundled: false`.
 * This list is the source of policy/harness_tools.yaml; a test compares them. None of these runs a
 * command or opens a file that the input names.
 */

/** The client version the list was made for. */
export const harnessClient = "2.1.330";

export const harnessTools: readonly string[] = [
  "WebSearch",
  "TodoWrite",
  "TaskCreate",
  "TaskUpdate",
  "TaskList",
  "TaskGet",
  "AskUserQuestion",
  "ToolSearch",
  "Skill",
  "EnterPlanMode",
  "ExitPlanMode",
  "Workflow",
  "ListAgents",
  "ReportFindings",
];

/** The text of policy/harness_tools.yaml. */
export function renderHarnessTools(): string {
  return [
    "# Tools of the client that are granted without constraints (see allow_bundled).",
    "# Generated from src/policy/harness_tools.ts; edit that.",
    `client: ${harnessClient}`,
    "tools:",
    ...harnessTools.map((tool) => `  - ${tool}`),
    "",
  ].join("\n");
}
