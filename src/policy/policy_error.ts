/** What is wrong with a policy, and where. */
import type { PolicyWarning } from "./overlay.ts";

/** A position in a policy file, 1-based; line 0 is a value that no file states. */
export interface Place {
  /** File name relative to the project root, for example `tenuo.yaml`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * When the error counts: `load` findings are about the form of the file, `mint` findings about what
 * the constraints say. Both stop `init` and `refresh`, and an edited file with either denies.
 */
export type Phase = "load" | "mint";

/** One error. The text reads: place, what was found, what was expected, a suggestion. */
export interface Finding extends Place {
  /** The key it belongs to, for example `enforce.Read`; empty for the file as a whole. */
  readonly where: string;
  /** The offending text as it stands in the file. */
  readonly text: string;
  /** What should stand there; follows the word "expected". */
  readonly expected: string;
  /** The known word closest to the offending one. */
  readonly suggestion?: string;
  readonly phase: Phase;
}

const longestText = 80;
const mostShown = 50;
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Quotes text of unknown origin for a terminal: clipped, nothing invisible left in it. */
export function quoteText(text: string): string {
  const characters = Array.from(text.slice(0, 4 * longestText));
  const clipped = characters.length > longestText
    ? characters.slice(0, longestText).join("") + "..."
    : text;
  const quoted = '"' + clipped.replace(/["\\]/g, "\\$&") + '"';
  return quoted.replace(
    unprintable,
    (character) => "\\u{" + (character.codePointAt(0) ?? 0).toString(16) + "}",
  );
}

/** The place as messages show it: `tenuo.yaml:7:9`, or the file name alone. */
export function describePlace(place: Place): string {
  return place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`;
}

/** One line for one finding. */
export function describeFinding(finding: Finding): string {
  const parts = [describePlace(finding)];
  if (finding.where !== "") parts.push(finding.where);
  if (finding.text !== "") parts.push(quoteText(finding.text));
  const suggestion = finding.suggestion === undefined
    ? ""
    : `; did you mean ${quoteText(finding.suggestion)}?`;
  return `${parts.join(": ")}: expected ${finding.expected}${suggestion}`;
}

function describeAll(findings: readonly Finding[]): string {
  const [first] = findings;
  if (first !== undefined && findings.length === 1) return describeFinding(first);
  const lines = findings.slice(0, mostShown).map((finding) => `  ${describeFinding(finding)}`);
  const more = findings.length - mostShown;
  if (more > 0) lines.push(`  and ${more} more`);
  return [`${findings.length} errors in the policy`, ...lines].join("\n");
}

/** A policy that cannot be used. The message lists all findings, first in file order. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly findings: readonly Finding[];
  /** `load` when any finding is of that phase. */
  readonly phase: Phase;
  /** True when there is no tenuo.yaml at all. */
  readonly missing: boolean;

  /** What was warned of before the errors were found. */
  readonly warnings: readonly PolicyWarning[];

  constructor(
    findings: readonly Finding[],
    { missing, warnings = [] }: {
      readonly missing?: string;
      readonly warnings?: readonly PolicyWarning[];
    } = {},
  ) {
    super(missing === undefined ? describeAll(findings) : `Missing ${missing}`);
    this.findings = findings;
    this.warnings = warnings;
    this.missing = missing !== undefined;
    this.phase = this.missing || findings.some(({ phase }) => phase === "load") ? "load" : "mint";
  }

  /** The error for a project without a policy. */
  static missing(file: string): PolicyError {
    return new PolicyError([], { missing: file });
  }
}
