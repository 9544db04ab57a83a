/** What came of examples, a line each, and the reason below those that failed. */
import { printable, printableCut } from "../receipts/printable.ts";
import { describePlace } from "../policy/policy_error.ts";
import { hasPassed, reasonOf, ruleText, type Trial } from "./policy_examples.ts";
import type { Terminal } from "./terminal.ts";
import { textWidth, wrapped } from "./text_columns.ts";

const longestTool = 24;
const shortestInput = 16;

/** The input's main text where there is but one, else all of it as JSON. */
function inputText(input: Trial["call"]["input"]): string {
  const values = Object.values(input);
  const [only] = values;
  return values.length === 1 && typeof only === "string" ? only : JSON.stringify(input);
}

/** The verdict and its rule; the rule of a failed one stands in the reason below it. */
function verdictText(trial: Trial): string {
  const { example, got, reference } = trial;
  if (!hasPassed(trial)) return `expected ${example.expect}, got ${got}`;
  return reference === undefined ? got : `${got.padEnd(5)}  ${ruleText(reference)}`;
}

/** The rows of all trials, columns aligned, and a line that counts them. */
export function trialLines(
  trials: readonly Trial[],
  { paint }: Pick<Terminal, "paint">,
): string[] {
  const toolOf = ({ example }: Trial) => printableCut(example.tool, longestTool);
  const longest = (textOf: (trial: Trial) => string) =>
    Math.max(0, ...trials.map((trial) => textOf(trial).length));
  const tools = longest(toolOf);
  const room = Math.max(shortestInput, textWidth - 12 - tools - longest(verdictText));
  const inputs = Math.min(room, longest(({ call }) => printable(inputText(call.input))));
  const rows = trials.flatMap((trial) => {
    const passed = hasPassed(trial);
    const mark = passed ? paint("green", "ok    ") : paint("red", "FAILED");
    const input = printableCut(inputText(trial.call.input), inputs).padEnd(inputs);
    const row = `${mark}  ${toolOf(trial).padEnd(tools)}  ${input}  ${verdictText(trial)}`;
    if (passed) return [row];
    const place = printable(describePlace(trial.example.place));
    return [row, ...wrapped(`${place}: ${printable(reasonOf(trial))}`, " ".repeat(8))];
  });
  const failed = trials.filter((trial) => !hasPassed(trial)).length;
  const count = `${trials.length - failed} passed, ${failed} failed`;
  return [...rows, ...rows.length > 0 ? [""] : [], count];
}

/** One trial for `--json`. */
export function trialJson(trial: Trial) {
  const { example, call, got, reason, code, reference } = trial;
  const { file, line } = example.place;
  return {
    ok: hasPassed(trial),
    file,
    line,
    tool: call.tool,
    input: call.input,
    cwd: call.cwd,
    role: call.agentType ?? null,
    expected: example.expect,
    got,
    reason,
    code: code ?? null,
    rule: reference?.rule ?? null,
    rule_line: reference?.line ?? null,
  };
}
