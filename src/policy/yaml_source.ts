/** YAML text as a tree of values that know where they stand. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Node } from "yaml";
import { type Finding, type Place, PolicyError } from "./policy_error.ts";
import { maxDepth, nestsTooDeep } from "./yaml_nesting.ts";
import type { SourceEntry, SourceMap, SourceNode, SourceScalar } from "./source_node.ts";

export type {
  SourceEntry,
  SourceList,
  SourceMap,
  SourceNode,
  SourceScalar,
} from "./source_node.ts";

const maxNodes = 50_000;
const maxAliases = 100;
const maxFindings = 100;

// Controls, invisible marks and direction overrides: a policy shows all that it says.
const hidden = /(?![\t\n\r])[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

class TreeBuilder {
  readonly findings: Finding[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #exhausted = false;
  #nodes = 0;
  #aliases = 0;

  constructor(
    readonly file: string,
    readonly text: string,
    readonly lines: LineCounter,
    /** Where inputs of calls stand, which may hold anything that is written visibly. */
    readonly examples: RegExp,
  ) {}

  /** False when the document was too large to be read to its end. */
  get isComplete(): boolean {
    return !this.#exhausted;
  }

  placeAt(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  report(place: Place, where: string, text: string, expected: string): void {
    if (this.findings.length >= maxFindings) return;
    this.findings.push({ ...place, where, text, expected, phase: "load" });
  }

  /** The line of the file, for errors that no value stands for. */
  lineText(line: number): string {
    const start = this.lines.lineStarts[line - 1] ?? 0;
    return (this.text.slice(start).split("\n", 1)[0] ?? "").trim();
  }

  source(node: Node): string {
    const [start, end] = node.range ?? [0, 0];
    return this.text.slice(start, end);
  }

  #scalar(value: unknown, where: string, place: Place, source: string): SourceScalar {
    const shown = this.examples.test(where) ? source : value;
    if (typeof value === "string" && typeof shown === "string" && hidden.test(shown)) {
      this.report(place, where, value, "text without control or invisible characters");
    }
    if (typeof value === "number" && /^[-+]?0\d/.test(source)) {
      this.report(
        place,
        where,
        source,
        "a number without a leading zero, which some read as octal",
      );
    }
    const plain = typeof value === "string" || typeof value === "number" ||
      typeof value === "boolean" || value === null;
    if (!plain) this.report(place, where, source, "a string, a number, true or false");
    return { kind: "scalar", value: plain ? value : null, place };
  }

  #key(node: unknown, where: string, place: Place): string | undefined {
    if (isScalar<unknown>(node) && typeof node.value === "symbol") node.value = "<<";
    if (!isScalar<unknown>(node) || typeof node.value !== "string" || node.tag !== undefined) {
      this.report(place, where, "", "a plain string as a key");
      return undefined;
    }
    const key = node.value;
    if (key === "<<") {
      this.report(place, where, key, "the keys themselves: merge keys are not supported");
    } else if (key === "__proto__" || hidden.test(key) || key.trim() === "") {
      this.report(place, where, key, "a key that is a plain word");
    } else return key;
    return undefined;
  }

  #pairs(node: Node, where: string, place: Place, depth: number): SourceMap {
    const entries = new Map<string, SourceEntry>();
    for (const pair of isMap(node) ? node.items : []) {
      const keyNode = pair.key as Node | null;
      const keyPlace = keyNode?.range ? this.placeAt(keyNode.range[0]) : place;
      const key = this.#key(keyNode, where, keyPlace);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first !== undefined) {
        this.report(keyPlace, where, key, `each key once; it stands on line ${first.place.line}`);
        continue;
      }
      const inner = where === "" ? key : `${where}.${key}`;
      const value = this.build(pair.value as Node | null, inner, keyPlace, depth + 1);
      entries.set(key, { place: keyPlace, value });
    }
    return { kind: "map", entries, place };
  }

  build(node: Node | null, where: string, fallback: Place, depth: number): SourceNode {
    const place = node?.range ? this.placeAt(node.range[0]) : fallback;
    const nothing: SourceScalar = { kind: "scalar", value: null, place };
    if (this.#exhausted) return nothing;
    if (depth > maxDepth || ++this.#nodes > maxNodes) {
      this.#exhausted = true;
      this.report(place, where, "", `at most ${maxDepth} levels and ${maxNodes} values`);
      return nothing;
    }
    if (node === null) return nothing;
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (++this.#aliases > maxAliases || target === undefined || this.#open.has(target)) {
        this.report(
          place,
          where,
          "*" + node.source,
          `an anchor defined before, not itself, at most ${maxAliases} times`,
        );
        return nothing;
      }
      return { ...this.build(target, where, place, depth), place };
    }
    if (node.tag !== undefined) {
      this.report(place, where, this.source(node), "a plain value: tags are not supported");
      return nothing;
    }
    if ("anchor" in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar<unknown>(node)) return this.#scalar(node.value, where, place, this.source(node));
    this.#open.add(node);
    try {
      if (!isSeq(node)) return this.#pairs(node, where, place, depth);
      const items = node.items.map((item, index) =>
        this.build(item as Node | null, `${where}[${index}]`, place, depth + 1)
      );
      return { kind: "list", items, place };
    } finally {
      this.#open.delete(node);
    }
  }
}

function expectedOf(
  { code, message }: { readonly code: string; readonly message: string },
): string {
  if (code === "MULTIPLE_DOCS") return "one document: nothing after --- or ...";
  return `valid YAML (${message.replace(/[^\x20-\x7e]/g, " ").slice(0, 120)})`;
}

/** Where examples stand in a policy, and in a file of cases. */
const examplesOfPolicy = /^examples\b/;
const examplesOfCases = /^(examples\b|\[)/;

/** Takes an error of a document that can be read on all the same. */
export type Report = (finding: Finding) => void;

/**
 * Parses one YAML document. Duplicate keys, keys that are not strings, merge keys, tags, directives,
 * hidden characters, deep nesting and exploding aliases are errors; all that are found are in the
 * thrown `PolicyError`, or go to `report` where the rest of the document can still be judged.
 */
export function parseTree(
  file: string,
  text: string,
  { isExamples = false, report }: {
    readonly isExamples?: boolean;
    readonly report?: Report | undefined;
  } = {},
): SourceNode {
  const lines = new LineCounter();
  const where = isExamples ? examplesOfCases : examplesOfPolicy;
  const builder = new TreeBuilder(file, text, lines, where);
  const start: Place = { file, line: 1, column: 1 };
  if (nestsTooDeep(text)) {
    builder.report({ ...start, line: 0 }, "", "", `at most ${maxDepth} levels`);
    throw new PolicyError(builder.findings);
  }
  // Duplicate keys are found by the builder: the library's own check takes quadratic time.
  const document: Document.Parsed = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    // Not "silent", which would let a second document pass.
    logLevel: "error",
  });
  for (const error of document.errors.slice(0, maxFindings)) {
    const place = builder.placeAt(error.pos[0]);
    builder.report(place, "", builder.lineText(place.line), expectedOf(error));
  }
  if (document.directives.yaml.explicit) {
    builder.report(start, "", "%YAML", "a file without a YAML directive");
  }
  if (builder.findings.length > 0) throw new PolicyError(builder.findings);
  const root = builder.build(document.contents, "", start, 0);
  if (builder.findings.length === 0) return root;
  if (report === undefined || !builder.isComplete) throw new PolicyError(builder.findings);
  builder.findings.forEach(report);
  return root;
}

function mapOf(root: SourceNode, file: string, text: string): SourceMap {
  if (root.kind === "map") return root;
  const line = (text.split("\n", 1)[0] ?? "").trim();
  const expected = "a map of policy keys";
  throw new PolicyError([
    { file, line: 1, column: 1, where: "", text: line, expected, phase: "load" },
  ]);
}

/** Parses a policy file: as `parseTree`, and the document is a map. */
export function parseSource(file: string, text: string, report?: Report): SourceMap {
  return mapOf(parseTree(file, text, { report }), file, text);
}

/** Parses an overlay: as `parseSource`, and a file that says nothing is an empty map. */
export function parseOverlay(file: string, text: string, report?: Report): SourceMap {
  const root = parseTree(file, text, { report });
  const isEmpty = root.kind === "scalar" && root.value === null;
  return isEmpty ? { kind: "map", entries: new Map(), place: root.place } : mapOf(root, file, text);
}
