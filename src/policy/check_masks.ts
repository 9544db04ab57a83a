/** What the schema cannot see of masks: expressions that RE2 refuses, or that match nothing at all. */
import { findingAt, type SourcePath, valueAt } from "./findings.ts";
import type { Finding } from "./policy_error.ts";
import type { SourceMap } from "./yaml_source.ts";

/** Short texts in which an expression that can match nothing does so somewhere. */
const probes = ["", "a b", "1-2", "\n", "é"];

async function problemOf(pattern: string): Promise<string | undefined> {
  const { compile } = await import("../constraints/regex.ts");
  const expression = compile(pattern);
  if (expression === undefined) return "an RE2 expression (no look-around, no back references)";
  for (const probe of probes) {
    const matcher = expression.matcher(probe);
    for (let from = 0; from <= probe.length && matcher.find(from); from++) {
      if (matcher.start() === matcher.end()) return "an expression that does not match nothing";
    }
  }
  return undefined;
}

/** Findings about the expressions under `receipts.mask.patterns`. They are of phase `load`. */
export async function checkMasks(root: SourceMap): Promise<Finding[]> {
  const list: SourcePath = ["receipts", "mask", "patterns"];
  const node = valueAt(root, list);
  const findings: Finding[] = [];
  for (const [index, item] of node?.kind === "list" ? node.items.entries() : []) {
    // Other types and empty texts are the schema's to refuse.
    if (item.kind !== "scalar" || typeof item.value !== "string" || item.value === "") continue;
    const expected = await problemOf(item.value);
    if (expected !== undefined) findings.push(findingAt(root, [...list, index], { expected }));
  }
  return findings;
}
