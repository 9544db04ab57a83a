/** The verdict on one call as lines for people, and as JSON. */
import type { Evaluation } from "../authorizer/evaluate.ts";
import type { ExplainedStep } from "../authorizer/explain.ts";
import type { ToolCall } from "../authorizer/tool_call.ts";
import { printable, printableCut } from "../receipts/printable.ts";
import type { Terminal } from "./terminal.ts";
import { textWidth, wrapped } from "./text_columns.ts";

/** What is told of one call. */
export interface Explained {
  readonly call: ToolCall;
  /** `in force`: judged under `.state`; `files`: under the policy files, since there is no state. */
  readonly source: "in force" | "files";
  readonly mode: "enforce" | "observe";
  /** Empty for `files`. */
  readonly steps: readonly ExplainedStep[];
  readonly evaluation: Evaluation;
  /** What the edited files would say; absent when they are what is in force. */
  readonly afterRefresh?: Evaluation | { readonly problem: string };
}

type Paint = Terminal["paint"];

const colours = { ok: "green", refused: "red", skipped: "dim" } as const;

/** Steps that were taken, a line each; those after a refusal share one. */
function stepLines(steps: readonly ExplainedStep[], paint: Paint): string[] {
  const taken = steps.filter(({ outcome }) => outcome !== "skipped");
  const last = steps.findIndex(({ outcome }) => outcome === "refused");
  const after = last < 0 ? [] : steps.slice(last + 1).map(({ name }) => name);
  const width = Math.max(...taken.map(({ name }) => printable(name).length));
  const line = (outcome: ExplainedStep["outcome"], name: string, detail: string): string[] => {
    const indent = " ".repeat(11 + width);
    const [first = "", ...rest] = wrapped(printable(detail), indent);
    const mark = paint(colours[outcome], outcome.padEnd(7));
    return [`${mark}  ${printable(name).padEnd(width)}  ${first.trimStart()}`, ...rest];
  };
  return [
    ...taken.flatMap(({ outcome, name, detail }) => line(outcome, name, detail)),
    ...after.length === 0 ? [] : line("skipped", "the rest", after.join(", ")),
  ];
}

/** One labelled text, wrapped under itself. */
function labelled(label: string, text: string): string[] {
  const indent = " ".repeat(9);
  const [first = "", ...rest] = wrapped(printable(text), indent);
  return [label + first.slice(label.length), ...rest];
}

function verdictLines({ evaluation, mode }: Explained, paint: Paint): string[] {
  const { verdict, reason, reference } = evaluation;
  const [head = "", ...rest] = labelled(verdict.toUpperCase(), reason);
  const word = verdict.toUpperCase();
  const marked = paint(verdict === "allow" ? "green" : "red", word) + head.slice(word.length);
  const isNamed = verdict === "deny" || reference === undefined;
  const line = reference?.line === 0 ? " (built in)" : ` at tenuo.yaml:${reference?.line}`;
  return [
    marked,
    ...rest,
    ...isNamed ? [] : labelled("rule", `${reference.rule}${line}`),
    ...mode === "enforce"
      ? []
      : labelled("mode", "The policy only observes: the call runs, and the verdict is recorded."),
  ];
}

function noteLines({ source, afterRefresh, evaluation }: Explained): string[] {
  if (source === "files") {
    return labelled(
      "note",
      "There is no .state here: this is what the policy files say, not " +
        "what is in force. Run tenuo-claude init.",
    );
  }
  if (afterRefresh === undefined) return [];
  const edited = "tenuo.yaml was edited; the rules above are those of the last refresh. ";
  if ("problem" in afterRefresh) {
    return labelled(
      "note",
      `${edited}The edit has errors, and until they are gone every call is ` +
        "denied; see tenuo-claude policy lint.",
    );
  }
  const same = afterRefresh.verdict === evaluation.verdict;
  const after = same
    ? `After tenuo-claude refresh it is ${afterRefresh.verdict} as well.`
    : `After tenuo-claude refresh it is ${afterRefresh.verdict}: ${afterRefresh.reason}`;
  return labelled("note", edited + after);
}

/** The call, its steps, the verdict, and what would change it. */
export function explainLines(explained: Explained, { paint }: Pick<Terminal, "paint">): string[] {
  const { call, steps } = explained;
  const head = `${call.tool} ${JSON.stringify(call.input)}`;
  return [
    paint("bold", printableCut(head, textWidth)),
    "",
    ...stepLines(steps, paint),
    ...steps.length > 0 ? [""] : [],
    ...verdictLines(explained, paint),
    ...noteLines(explained),
  ];
}

function evaluationJson({ verdict, reason, code, reference, capability, args }: Evaluation) {
  return {
    verdict,
    reason,
    code: code ?? null,
    rule: reference?.rule ?? null,
    rule_line: reference?.line ?? null,
    capability: capability ?? null,
    args: args ?? null,
  };
}

/** The same for `--json`. */
export function explainJson({ call, source, mode, steps, evaluation, afterRefresh }: Explained) {
  const after = afterRefresh === undefined
    ? null
    : "problem" in afterRefresh
    ? afterRefresh
    : evaluationJson(afterRefresh);
  return {
    ...evaluationJson(evaluation),
    source,
    mode,
    tool: call.tool,
    input: call.input,
    cwd: call.cwd,
    role: call.agentType ?? null,
    steps,
    after_refresh: after,
  };
}
