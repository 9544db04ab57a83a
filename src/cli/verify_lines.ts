/** What came of a verification, as lines for people and as one JSON object. */
import { printable } from "../receipts/printable.ts";
import {
  addCounts,
  type Counts,
  noCounts,
  type UsedKey,
  type Verification,
} from "../receipts/verify_result.ts";
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

/** The lines for one log. */
export function linesOf(result: Verification, terminal: Terminal): string[] {
  return [`${heading(result, terminal)}`, ...details(result)];
}

function heading(result: Verification, { paint }: Terminal): string {
  const { receipts, decisions } = result.counts;
  switch (result.outcome) {
    case "proven": {
      const what = `${many(receipts, "receipt")} and their chain, ${many(decisions, "decision")}`;
      return `${paint("green", "Verified")}    : ${what}`;
    }
    case "disproved": {
      const { file, line, seq, why } = result;
      const where = seq === undefined ? `line ${line}` : `line ${line} (receipt ${seq})`;
      const held = `; ${many(receipts, "receipt")} before it ${receipts === 1 ? "holds" : "hold"}`;
      const text = `${file}: ${where} ${why}${held}`;
      return `${paint("red", "Disproved")}   : ${printable(text)}`;
    }
    case "unknown":
      return `${paint("yellow", "Cannot tell")} : ${printable(result.why)}`;
  }
}

function details({ counts, files, key, root, checkpoints }: Verification): string[] {
  const last = files.at(-1);
  if (key === undefined || last === undefined) return [];
  const others = [
    ...part(counts.outcomes, "outcome"),
    ...part(counts.acts, "act"),
    ...part(counts.repairs, "repair"),
  ];
  return [
    row("Log", `${last}${files.length > 1 ? ` and ${many(files.length - 1, "segment")}` : ""}`),
    ...(counts.decisions === 0 ? [] : [row("Decisions", decisionsOf(counts))]),
    ...(others.length === 0 ? [] : [row("Beside", others.join(", "))]),
    row(
      "Checkpoints",
      checkpoints === 0 ? "none: a cut-off tail would not show" : `${checkpoints}`,
    ),
    keyRow("Receipt key", key, "--key"),
    ...(root === undefined ? [] : [keyRow("Root", root, "--root")]),
  ];
}

/** Every decision counts in one of these. */
function decisionsOf(counts: Counts): string {
  const { proven, masked, refused, notReplayable, unchecked, observed } = counts;
  return [
    ...(proven === 0 ? [] : [`${proven} allowed and proven`]),
    ...(masked === 0 ? [] : [`${masked} masked (proof not checkable)`]),
    ...(refused === 0 ? [] : [`${refused} refused and replayed`]),
    ...(notReplayable === 0 ? [] : [`${notReplayable} refusals that cannot be replayed`]),
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
