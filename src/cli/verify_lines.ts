/** What came of a verification, as lines for people and as one JSON object. */
import { printable } from "../receipts/printable.ts";
import {
  addCounts,
  type Counts,
  noCounts,
  type UsedKey,
  type Verification,
} from "../receipts/verification/verify_result.ts";
import type { Terminal } from "./terminal.ts";

/** From the worst down. */
const outcomes = ["disproved", "unknown", "proven"] as const;

/** The first of the worst: one thing that is false outweighs all that cannot be told. */
export function worst(results: readonly Verification[]): Verification {
  const found = outcomes.flatMap((outcome) => results.filter((it) => it.outcome === outcome))[0];
  if (found === undefined) throw new Error("Nothing was verified");
  return found;
}

/** One object: a log's own result, or of several the worst one's, the sum of counts and `logs`. */
export function jsonOf(results: readonly Verification[]): string {
  if (results.length === 1) return JSON.stringify(results[0]);
  const counts = noCounts();
  for (const result of results) addCounts(counts, result.counts);
  return JSON.stringify({ ...worst(results), counts, logs: results });
}

/**
 * The lines for one log.
 *
 * @param hasKept checkpoints were given that somebody kept elsewhere
 */
export function linesOf(result: Verification, terminal: Terminal, hasKept = false): string[] {
  return [heading(result, terminal), ...details(result, hasKept)];
}

function heading(result: Verification, { paint }: Terminal): string {
  const { receipts, decisions } = result.counts;
  switch (result.outcome) {
    case "proven": {
      // Of a log that was emptied no more can be said than of a new one.
      if (receipts === 0) {
        return `${paint("green", "Verified")}    : the log is empty: there is nothing to prove`;
      }
      const what = `${many(receipts, "receipt")} and their chain, ${many(decisions, "decision")}`;
      return `${paint("green", "Verified")}    : ${what}`;
    }
    case "disproved": {
      const { file, line, seq, why } = result;
      const where = seq === undefined ? `line ${line}` : `line ${line} (receipt ${seq})`;
      // A checkpoint file is read before any receipt.
      const held = seq === undefined
        ? ""
        : `; ${many(receipts, "receipt")} before it ${receipts === 1 ? "holds" : "hold"}`;
      const text = `${file}: ${where} ${why}${held}`;
      return `${paint("red", "Disproved")}   : ${printable(text)}`;
    }
    case "unknown":
      return `${paint("yellow", "Cannot tell")} : ${printable(result.why)}`;
  }
}

function details(result: Verification, hasKept: boolean): string[] {
  const { counts, files, key, root } = result;
  const last = files.at(-1);
  if (key === undefined || last === undefined) return [];
  const others = [
    ...outcomesOf(counts),
    ...part(counts.acts, "act"),
    ...part(counts.repairs, "repair"),
  ];
  return [
    row("Log", `${last}${files.length > 1 ? ` and ${many(files.length - 1, "segment")}` : ""}`),
    ...(counts.decisions === 0 ? [] : [row("Decisions", decisionsOf(counts))]),
    ...(others.length === 0 ? [] : [row("Beside", others.join(", "))]),
    ...checkpointRows(result, hasKept),
    keyRow("Receipt key", key, "--key"),
    ...(root === undefined ? [] : [keyRow("Root", root, "--root")]),
    ...doubts(result),
  ];
}

/** What lies beside the log can be cut back with it. */
function checkpointRows({ outcome, checkpoints }: Verification, hasKept: boolean): string[] {
  if (checkpoints > 0) {
    const beside = "beside the log, where it can be cut back too; give one that was kept elsewhere";
    return [row("Checkpoints", `${checkpoints}${hasKept ? "" : ` ${beside}`}`)];
  }
  // Otherwise they may be what could not be read.
  return outcome === "proven" ? [row("Checkpoints", "none: a cut-off tail would not show")] : [];
}

/** When nothing at all holds, a key of another log is likelier than a forged one. */
function doubts({ outcome, counts, key, root }: Verification): string[] {
  if (outcome !== "disproved" || counts.receipts > 0) return [];
  const given = [
    ...(key?.origin === "given" ? ["--key"] : []),
    ...(root?.origin === "given" ? ["--root"] : []),
  ];
  if (given.length === 0) return [];
  const are = given.length === 1 ? "is" : "are";
  return [row("Note", `nothing holds; make sure that ${given.join(" and ")} ${are} this log's`)];
}

/** What ran otherwise than it was decided is proven as a line, and no less a finding. */
function outcomesOf({ outcomes, mismatched, untold }: Counts): string[] {
  const notes = [
    ...(mismatched === 0 ? [] : [`${mismatched} not of what was decided`]),
    ...(untold === 0 ? [] : [`${untold} unknown`]),
  ];
  const beside = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
  return part(outcomes, "outcome").map((text) => `${text}${beside}`);
}

/** Every decision counts in one of these. */
function decisionsOf(counts: Counts): string {
  const { proven, masked, refused, notReplayable, unchecked, observed } = counts;
  return [
    ...(proven === 0 ? [] : [`${proven} allowed and proven`]),
    ...(masked === 0 ? [] : [`${masked} masked (proof not checkable)`]),
    ...(refused === 0 ? [] : [`${refused} refused and replayed`]),
    ...(notReplayable === 0 ? [] : [`${many(notReplayable, "refusal")} that cannot be replayed`]),
    ...(unchecked === 0 ? [] : [`${unchecked} not judged`]),
    ...(observed === 0 ? [] : [`${observed} of all only observed`]),
  ].join(", ");
}

function keyRow(name: string, { key, origin }: UsedKey, option: string): string {
  const from = {
    given: "given",
    beside: `found beside the log; pin it: ${option} ${key}`,
    policy: `named by a policy that the root signed; pin it: ${option} ${key}`,
  };
  return row(name, origin === "given" ? `${key}, given` : from[origin]);
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(12)}: ${printable(text)}`;
}

function part(count: number, what: string): string[] {
  return count === 0 ? [] : [many(count, what)];
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
