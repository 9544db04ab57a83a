/** Errors and warnings of a policy as lines for people. */
import { printable } from "../receipts/printable.ts";
import type { PolicyWarning } from "../policy/overlay.ts";
import { describePlace, type Finding, type Place, quoteText } from "../policy/policy_error.ts";
import { excerpt, type TextOf } from "./policy_excerpt.ts";
import type { PolicyFindings } from "./policy_findings.ts";
import type { Terminal } from "./terminal.ts";
import { counted, wrapped } from "./text_columns.ts";

type Paint = Terminal["paint"];

const indent = " ".repeat(8);
/** For example `tenuo.yaml:7:9  enforce.Read`. */
export function placeText(place: Place & { readonly where: string }): string {
  return printable(describePlace(place)) +
    (place.where === "" ? "" : `  ${printable(place.where)}`);
}

/** What was expected and, on a line of its own, the word that may have been meant. */
export function expectationText({ expected, suggestion }: Finding): string {
  const meant = suggestion === undefined ? "" : `\nDid you mean ${quoteText(suggestion)}?`;
  return `Expected ${printable(expected)}.${meant}`;
}

function errorLines(finding: Finding, textOf: TextOf, paint: Paint): string[] {
  const shown = excerpt(finding, finding.text, textOf);
  const offending = shown.length > 0 || finding.text === ""
    ? []
    : [indent + quoteText(finding.text)];
  return [
    `${paint("red", "error")}   ${paint("bold", placeText(finding))}`,
    ...marked(shown, "red", paint),
    ...offending,
    ...wrapped(expectationText(finding), indent),
  ];
}

/** The message after the key it is about, unless it names that itself. */
export function aboutText({ where, message }: PolicyWarning): string {
  return printable(where === "" || message.includes(where) ? message : `${where}: ${message}`);
}

/** The message, with the point that ends it. */
export function warningText({ message }: PolicyWarning): string {
  const text = printable(message);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function warningLines(warning: PolicyWarning, textOf: TextOf, paint: Paint): string[] {
  // Messages begin with what they are about, where that is a word of the file.
  const [word = ""] = warning.message.split(/[\s:;,]/, 1);
  return [
    `${paint("yellow", "warning")} ${paint("bold", placeText(warning))}  (${warning.kind})`,
    ...marked(excerpt(warning, word, textOf), "yellow", paint),
    ...wrapped(warningText(warning), indent),
  ];
}

function marked(shown: readonly string[], colour: "red" | "yellow", paint: Paint): string[] {
  return shown.map((line, at) => at === 0 ? line : paint(colour, line));
}

/** For example `2 errors, 3 warnings`. */
export function countLine(errors: number, warnings: number): string {
  return `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
}

/** Errors first, then warnings, a block each, and how many there are. */
export function policyLines(
  { errors, warnings, textOf }: PolicyFindings,
  { paint }: Pick<Terminal, "paint">,
): string[] {
  const blocks = [
    ...errors.map((finding) => errorLines(finding, textOf, paint)),
    ...warnings.map((warning) => warningLines(warning, textOf, paint)),
  ];
  return [
    ...blocks.flatMap((lines) => [...lines, ""]),
    countLine(errors.length, warnings.length),
  ];
}
