/** `explain`: the verdict on one call, step by step, recorded nowhere. */
import { openSnapshot } from "../authorizer/authority.ts";
import { evaluate } from "../authorizer/evaluate.ts";
import { explain } from "../authorizer/explain.ts";
import type { ToolCall } from "../authorizer/tool_call.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText } from "../state/read_file.ts";
import { candidateOf } from "./candidate.ts";
import { editedFiles } from "./check_state.ts";
import { CannotTell, type Command, type Invocation } from "./command.ts";
import { withApproval } from "./explain_approval.ts";
import { askedCall } from "./explain_call.ts";
import { type Explained, explainJson, explainLines } from "./explain_lines.ts";
import { findProjectOrTell } from "./find_project.ts";
import { findingsOfProject } from "./policy_findings.ts";
import { countLine } from "./policy_lines.ts";
import { jsonLine } from "./warrant_refusal.ts";

/** The recorded root; undefined where `init` has not run. */
function rootOf(project: string): string | undefined {
  try {
    return readRegularText(statePath(project, "issuerPublic"), 256);
  } catch {
    return undefined;
  }
}

/** The files' own snapshot, or why there is none. */
async function candidate(project: string): Promise<Snapshot | { readonly problem: string }> {
  try {
    const { policy, errors, warnings } = await findingsOfProject(project);
    if (policy !== undefined) return await candidateOf(project, policy);
    return { problem: `The policy cannot be used: ${countLine(errors.length, warnings.length)}` };
  } catch (error) {
    if (error instanceof CannotTell) return { problem: error.message };
    throw error;
  }
}

async function underFiles(invocation: Invocation, project: string): Promise<Explained> {
  const snapshot = await candidate(project);
  if ("problem" in snapshot) {
    throw new CannotTell(`${snapshot.problem}; see tenuo-claude policy lint`);
  }
  const call = await askedCall(invocation, project, snapshot.routes);
  const evaluation = await evaluate(call, snapshot);
  return { call, source: "files", mode: snapshot.mode, steps: [], evaluation };
}

function inForce(project: string, root: string): Snapshot | undefined {
  try {
    return openSnapshot({ project, root }).snapshot;
  } catch {
    return undefined; // the explanation itself says why
  }
}

async function afterRefresh(
  call: ToolCall,
  snapshot: Snapshot | undefined,
): Promise<Pick<Explained, "afterRefresh">> {
  if (snapshot === undefined || editedFiles(snapshot).length === 0) return {};
  const next = await candidate(snapshot.project);
  return { afterRefresh: "problem" in next ? next : await evaluate(call, next) };
}

async function underState(
  invocation: Invocation,
  project: string,
  root: string,
): Promise<Explained> {
  const snapshot = inForce(project, root);
  const call = await askedCall(invocation, project, snapshot?.routes ?? {});
  const { steps, evaluation, mode } = await explain({
    locate: () => ({ project, root }),
    decode: () => call,
  });
  const after = await afterRefresh(call, snapshot);
  const explained: Explained = { call, source: "in force", mode, steps, evaluation, ...after };
  return withApproval(explained, snapshot, root);
}

export const command: Command = {
  name: "explain",
  summary: "Say how one call would be judged, step by step",
  description:
    "Judges a call as the hook would, under what is in force in .state, and says each step; of a tool\n" +
    "of an MCP server also whether it is as it was approved, without starting the server. Records\n" +
    "nothing and changes nothing. INPUT is the tool's input as a JSON object, or a bare text for its\n" +
    "main argument (a command, a path, a URL, a query, a subagent type); - reads it from\n" +
    "standard input. --event takes a whole PreToolUse event of the client instead. Without .state\n" +
    "the policy files are explained; where they were edited since refresh, what refresh would change\n" +
    "for this call is said too.\n\n" +
    "Examples:\n" +
    "  tenuo-claude explain Bash 'ls -la'\n" +
    '  tenuo-claude explain Read \'{"file_path": "/etc/hosts"}\'\n' +
    "  tenuo-claude explain mcp__tenuo-files__read_file sandbox/notes.txt\n\n" +
    "Exit code 0: allow; 1: deny, also where the policy only observes; 2: cannot tell (no project,\n" +
    "unreadable input).\n\n" +
    "--json prints one object: verdict, reason, code, rule, rule_line, capability, args, source (in\n" +
    "force or files), mode, tool, input, cwd, role, steps [{name, outcome, detail}] and\n" +
    "after_refresh (null, or an object that starts as this one does, or {problem}); null where none is.",
  operands: ["TOOL", "INPUT|-"],
  options: {
    event: { value: "FILE", help: "A PreToolUse event instead of TOOL and INPUT; - reads it" },
    cwd: { value: "DIR", help: "Where the call is made; the project's folder when not given" },
    role: { value: "TYPE", help: "The type of the subagent that makes the call" },
    json: { help: "Print one JSON object" },
  },
  run: async (invocation) => {
    const { options, terminal } = invocation;
    const project = findProjectOrTell();
    const root = rootOf(project);
    const explained = root === undefined
      ? await underFiles(invocation, project)
      : await underState(invocation, project, root);
    terminal.print(
      ...(options.json === true
        ? [jsonLine(explainJson(explained))]
        : explainLines(explained, terminal)),
    );
    return explained.evaluation.verdict === "allow" ? 0 : 1;
  },
};
