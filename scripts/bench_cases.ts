import type { Playground } from "./smoke.ts";

/** What the hook must answer for a case to be measured. */
export type Decision = "allow" | "deny";

/** One call of the hook that is measured. */
export interface BenchCase {
  readonly name: string;
  readonly decision: Decision;
  readonly event: string;
}

/** The most that a hook process may take, as a ratio to the compiled hello-world. */
export const RATIO_LIMIT = 1.25;

/** The policy under which the cases are measured. */
export const policy = `name: bench
sandbox: ./sandbox
mode: enforce
default: deny
enforce:
  Read: "subpath:{sandbox}"
  Bash: "shlex:ls,cat,grep,git"
  Monitor:
    verbs:
      ls: { paths: "{sandbox}" }
      grep: { paths: "{sandbox}" }
      head: { paths: "{sandbox}" }
    compose: [pipe, and]
  WebFetch:
    domains: [example.com, "*.example.com"]
subagents:
  researcher: { tools: [Read] }
`;

/** The measured calls, in a project that holds `sandbox/notes.txt`. */
export function benchCases({ project }: Playground): BenchCase[] {
  const one = (
    name: string,
    decision: Decision,
    tool_name: string,
    tool_input: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>> = {},
  ): BenchCase => ({
    name,
    decision,
    event: JSON.stringify({
      session_id: "6320e95b-0000-4000-8000-000000000000",
      transcript_path: `${project}/transcript.jsonl`,
      cwd: project,
      permission_mode: "bypassPermissions",
      hook_event_name: "PreToolUse",
      tool_name,
      tool_input,
      tool_use_id: "toolu_bench",
      ...more,
    }),
  });
  const notes = { file_path: `${project}/sandbox/notes.txt` };
  const agent = { agent_id: "aef6d80c9fa40ad68", agent_type: "researcher" };
  const piped = { command: "grep -n 'a note' sandbox/notes.txt | head -n 5", description: "Look" };
  return [
    one("Read allowed", "allow", "Read", notes),
    one("Read in a role", "allow", "Read", notes, agent),
    one("Bash allowed", "allow", "Bash", { command: "ls -la sandbox", description: "List" }),
    one("Bash in parts", "allow", "Monitor", piped),
    one("WebFetch allowed", "allow", "WebFetch", { url: "https://example.com/a", prompt: "What?" }),
    one("Read denied", "deny", "Read", { file_path: "/etc/hosts" }),
  ];
}
