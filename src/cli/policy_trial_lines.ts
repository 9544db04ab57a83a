/** What came of examples, a line each, and the reason below those that failed. */
import { printable, printableCut } from "../receipts/printable.ts";
import { describePlace } from "../policy/policy_error.ts";
import { hasPassed, type Trial } from "./policy_examples.ts";
import type { Terminal } from "./terminal.ts";
import { textWidth, wrapped } from "./text_columns.ts";

const longestTool = 24;

/** The input's main text where there is but one, else all of it as JSON. */
function inputText(input: Trial["call"]["input"]): string {
  const values = Object.values(input);
  const [only] = values;
  return values.length === 1 && typeof only === "string" ? only : JSON.stringify(input);
}

/** For example `enforce.Read at line 7`. */
export function ruleText({ reference }: Pick<Trial, "reference">): string {
  if (reference === undefined) return "no rule";
  const rule = printableCut(reference.rule, 40);
  return reference.line === 0 ? `built-in: ${rule}` : `${rule} at tenuo.yaml:${reference.line}`;
}

/** The rows of all trials, columns aligned, and a line that counts them. */
export function trialLines(
  trials: readonly Trial[],
  { paint }: Pick<Terminal, "paint">,
): string[] {
  const toolOf = ({ example }: Trial) => printableCut(example.tool, longestTool);
  const tools = Math.max(0, ...trials.map((trial) => toolOf(trial).length));
  const rows = trials.flatMap((trial) => {
    const { example, call, got, reason } = trial;
    const passed = hasPassed(trial);
    const mark = passed ? paint("green", "ok    ") : paint("red", "FAILED");
    const verdict = passed ? got : `expected ${example.expect}, got ${got}`;
    const head = `${toolOf(trial).padEnd(tools)}  `;
    const tail = `${verdict}, ${ruleText(trial)}`;
    const room = Math.max(16, textWidth - 8 - head.length - tail.length - 2);
    const input = printableCut(inputText(call.input), room).padEnd(passed ? 16 : 0);
    const row = `${mark}  ${head}${input}  ${tail}`;
    if (passed) return [row];
    const place = printable(describePlace(example.place));
    return [row, ...wrapped(`${place}: ${printable(reason)}`, " ".repeat(8))];
  });
  const failed = trials.filter((trial) => !hasPassed(trial)).length;
  return [
    ...rows,
    ...rows.length > 0 ? [""] : [],
    `${trials.length - failed} passed, ${failed} failed`,
  ];
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
