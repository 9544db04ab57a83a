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

/** The policy under which the plain cases are measured. */
export const plainPolicy = `name: bench
sandbox: ./sandbox
mode: enforce
default: deny
enforce:
  Read: "subpath:{sandbox}"
  Bash: "shlex:ls,cat,grep,git"
  WebFetch:
    domains: [example.com, "*.example.com"]
`;

/** The same with roles, and with commands in the structured form. */
export const richPolicy = `name: bench
sandbox: ./sandbox
mode: enforce
default: deny
enforce:
  Read: "subpath:{sandbox}"
  Bash:
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

type Input = Readonly<Record<string, string>>;

/** One call, in a project that holds `sandbox/notes.txt`. */
function caseOf(
  { project }: Playground,
  name: string,
  decision: Decision,
  tool_name: string,
  tool_input: Input,
  more: Input = {},
): BenchCase {
  const event = {
    session_id: "6320e95b-0000-4000-8000-000000000000",
    transcript_path: `${project}/transcript.jsonl`,
    cwd: project,
    permission_mode: "bypassPermissions",
    hook_event_name: "PreToolUse",
    tool_name,
    tool_input,
    tool_use_id: "toolu_bench",
    ...more,
  };
  return { name, decision, event: JSON.stringify(event) };
}

const list = { command: "ls -la sandbox", description: "List" };

/** Calls under the plain policy. */
export function plainCases(place: Playground): BenchCase[] {
  const notes = { file_path: `${place.project}/sandbox/notes.txt` };
  const page = { url: "https://example.com/a", prompt: "What?" };
  return [
    caseOf(place, "Read allowed", "allow", "Read", notes),
    caseOf(place, "Bash allowed", "allow", "Bash", list),
    caseOf(place, "WebFetch allowed", "allow", "WebFetch", page),
    caseOf(place, "Read denied", "deny", "Read", { file_path: "/etc/hosts" }),
  ];
}

/** Calls under the rich policy. */
export function richCases(place: Playground): BenchCase[] {
  const notes = { file_path: `${place.project}/sandbox/notes.txt` };
  const agent = { agent_id: "aef6d80c9fa40ad68", agent_type: "researcher" };
  const piped = { command: "grep -n 'a note' sandbox/notes.txt | head -n 5", description: "Look" };
  return [
    caseOf(place, "Read in a role", "allow", "Read", notes, agent),
    caseOf(place, "Bash structured", "allow", "Bash", list),
    caseOf(place, "Bash in a pipe", "allow", "Bash", piped),
  ];
}
