/**
 * Any (type 13): one of the constraints within. A long list of names, `*.name` patterns and roots is
 * judged by looking up what the argument could match, so that its length does not count.
 */
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { isPlain } from "./pattern.ts";
import { member, readable, type Verdict, verdictOf } from "./registry.ts";
import { isBelow, readings } from "./subpath.ts";

/** Shorter lists are judged one by one: looking them up would cost more. */
const fewest = 16;

const [exact, pattern, subpath] = [1, 2, 17];

interface Index {
  /** Texts that match as they are. */
  readonly texts: Set<string>;
  /** Endings that begin with a dot. */
  readonly endings: Set<string>;
  readonly roots: Set<string>;
  /** Of these kinds, but not to be looked up. */
  readonly others: Constraint[];
  /** The first constraint that may fail to judge, and all after it: their order counts. */
  readonly rest: readonly Constraint[];
  longestEnding: number;
  longestRoot: number;
}

const indexes = new WeakMap<object, Index>();

/** The root, where it is written as paths are and every path below it counts. */
function plainRoot(rule: Cbor): string | undefined {
  const root = member(rule, "root");
  const isUsual = (key: string) => (member(rule, key) ?? true) === true;
  return typeof root === "string" && /^(\/[^/\\]+)+$/.test(root) && !/\/\.\.?(\/|$)/.test(root) &&
      isUsual("case_sensitive") && isUsual("allow_equal")
    ? root
    : undefined;
}

function add(index: Index, one: Constraint): void {
  const [type, rule] = one;
  const text = member(rule, type === exact ? "value" : "pattern");
  const root = type === subpath ? plainRoot(rule) : undefined;
  if (root !== undefined) {
    index.roots.add(root);
    index.longestRoot = Math.max(index.longestRoot, root.length);
  } else if (typeof text === "string" && (type === exact || isPlain(text))) {
    index.texts.add(text);
  } else if (typeof text === "string" && text.startsWith("*.") && isPlain(text.slice(1))) {
    index.endings.add(text.slice(1));
    index.longestEnding = Math.max(index.longestEnding, text.length - 1);
  } else index.others.push(one);
}

function indexOf(rule: Cbor & object, constraints: readonly Constraint[]): Index {
  let index = indexes.get(rule);
  if (index !== undefined) return index;
  const first = constraints.findIndex((one) =>
    ![exact, pattern, subpath].includes(one[0]) || verdictOf(one, "") === "unreadable"
  );
  const certain = first < 0 ? constraints.length : first;
  const sets = { texts: new Set<string>(), endings: new Set<string>(), roots: new Set<string>() };
  const rest = constraints.slice(certain);
  index = { ...sets, others: [], rest, longestEnding: 0, longestRoot: 0 };
  for (const one of constraints.slice(0, certain)) add(index, one);
  indexes.set(rule, index);
  return index;
}

function hasEnding({ endings, longestEnding }: Index, argument: string): boolean {
  const start = Math.max(0, argument.length - longestEnding);
  for (let at = argument.indexOf(".", start); at >= 0; at = argument.indexOf(".", at + 1)) {
    if (endings.has(argument.slice(at))) return true;
  }
  return false;
}

/** As each root by itself: below it for both readings, or for the published one only. */
function rootVerdict({ roots, longestRoot }: Index, argument: string): Verdict {
  const [published, here] = readings(argument);
  let verdict: Verdict = false;
  for (let at = 1; at > 0 && at <= longestRoot;) {
    const next = published.indexOf("/", at);
    const root = published.slice(0, next < 0 ? undefined : next);
    if (roots.has(root)) {
      if (isBelow(here, root)) return true;
      verdict = "stricter";
    }
    at = next + 1;
  }
  return verdict;
}

function oneByOne(constraints: readonly Constraint[], argument: Cbor, found: Verdict): Verdict {
  let answer = found;
  for (const inner of constraints) {
    const verdict = verdictOf(inner, argument);
    if (verdict === true || verdict === "unreadable") return verdict;
    if (verdict === "stricter") answer = verdict;
  }
  return answer;
}

/** True when one of the constraints says yes before one fails to judge. */
export function judgeAny(rule: Cbor, argument: Cbor): Verdict {
  const constraints = readable([13, rule]);
  if (constraints === undefined) return "unreadable";
  if (constraints.length < fewest || typeof rule !== "object" || rule === null) {
    return oneByOne(constraints, argument, false);
  }
  const index = indexOf(rule, constraints);
  let answer: Verdict = false;
  if (typeof argument === "string") {
    if (index.texts.has(argument) || hasEnding(index, argument)) return true;
    if (index.roots.size > 0 && argument.startsWith("/") && !argument.includes("\0")) {
      answer = rootVerdict(index, argument);
      if (answer === true) return true;
    }
  }
  answer = oneByOne(index.others, argument, answer);
  return answer === true ? true : oneByOne(index.rest, argument, answer);
}
