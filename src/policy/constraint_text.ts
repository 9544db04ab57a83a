/** The constraint language of policies: `kind:rest`. */
import { escapeGlob, globProblem } from "./glob_syntax.ts";
import { ConstraintTextError, refuseText as refuse } from "./constraint_error.ts";
import { splitRoots, subpathOf } from "./path_roots.ts";
import { fill, placeholder } from "./placeholder.ts";
import { shlexEntries, wireOfEntries } from "./shlex_entries.ts";
import type { WireConstraint } from "./snapshot.ts";
import { closest } from "./suggest.ts";
import { normalNetwork } from "./web_rule.ts";

export { ConstraintTextError };

type Parser = (rest: string, sandbox: string) => WireConstraint | Promise<WireConstraint>;

/** Items of a list, trimmed. `{sandbox}` is filled in last, so a comma in it separates nothing. */
function itemsOf(rest: string, sandbox: string): string[] {
  const items = rest.split(",").map((item) => item.trim());
  return [...new Set(items.map((item) => fill(item, sandbox)))];
}

/** Items of a list of which none is blank. */
function wordsOf(rest: string, sandbox: string): string[] {
  const items = itemsOf(rest, sandbox);
  if (items.includes("")) refuse(rest, "a value before and after each comma");
  return items;
}

/** Texts to choose from: beside others, nothing between two commas is the empty text. */
function choicesOf(rest: string, sandbox: string): string[] {
  const items = itemsOf(rest, sandbox);
  if (items.join("") === "") refuse(rest, "at least one value");
  return items;
}

function pattern(rest: string, sandbox: string): WireConstraint {
  const problem = globProblem(rest.replaceAll(placeholder, "sandbox"));
  if (problem !== undefined) refuse(rest, problem);
  return [2, { pattern: fill(rest, escapeGlob(sandbox)) }];
}

async function regex(rest: string, sandbox: string): Promise<WireConstraint> {
  const text = fill(rest, sandbox.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  if (text === "") refuse(rest, "a regular expression, for example ^git status$");
  const { RE2JS } = await import("re2js");
  try {
    RE2JS.compile(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refuse(rest, `a regular expression in RE2 syntax (${why.slice(0, 120)})`);
  }
  return [5, { pattern: text }];
}

function bound(text: string, rest: string): number | undefined {
  if (text === "") return undefined;
  const number = Number(text);
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(number)) {
    refuse(rest, "numbers as bounds, for example range:1,100");
  }
  return number;
}

function range(rest: string): WireConstraint {
  const sides = rest.split(",").map((side) => side.trim());
  const [low = "", high = ""] = sides;
  if (sides.length !== 2 || low + high === "") {
    refuse(rest, "two bounds with a comma between, one of which may be left out");
  }
  const [min, max] = [bound(low, rest), bound(high, rest)];
  if (min !== undefined && max !== undefined && min > max) {
    refuse(rest, "the lower bound first");
  }
  return [3, {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    min_inclusive: true,
    max_inclusive: true,
  }];
}

function urlPattern(rest: string): WireConstraint {
  const text = rest.trim();
  const parts = /^(\*|[a-z][a-z0-9+.-]*):\/\/([^/:@?#\\\s]+|\[[0-9a-f:.]+\])(:\d{1,5})?(\/\S*)?$/i
    .exec(text);
  const host = parts?.[2] ?? "";
  if (parts === null || /\*/.test(host.replace(/^\*\./, ""))) {
    refuse(rest, "scheme://host/path, for example https://*.example.com/* (host * is too wide)");
  }
  return [9, { pattern: text }];
}

function cidr(rest: string): WireConstraint {
  const network = normalNetwork(rest);
  if (network === undefined) refuse(rest, "a network, for example 10.0.0.0/8");
  return [8, { network }];
}

function any(rest: string): WireConstraint {
  if (rest.trim() !== "") refuse(`any:${rest}`, "any alone, without a colon");
  return [16, null];
}

async function not(rest: string, sandbox: string): Promise<WireConstraint> {
  if (kindOf(rest) === "not") refuse(rest, "one not: two of them undo each other");
  return [14, { constraint: await parseConstraint(nestedText(rest), sandbox) }];
}

/** Without a command rule beside it, a constraint cannot say which words must follow the program. */
function shlex(rest: string, sandbox: string): WireConstraint {
  const entries = shlexEntries(rest, sandbox);
  const long = entries.find((words) => words.length > 1);
  if (long !== undefined) {
    refuse(long.join(" "), "a command name alone, without arguments");
  }
  return wireOfEntries(entries);
}

const parsers: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ["subpath", (rest, sandbox) => subpathOf(splitRoots(rest), sandbox)],
  ["shlex", shlex],
  ["pattern", pattern],
  ["oneof", (rest, sandbox) => [4, { values: choicesOf(rest, sandbox) }]],
  ["notoneof", (rest, sandbox) => [7, { excluded: choicesOf(rest, sandbox) }]],
  ["exact", (rest, sandbox) => [1, { value: fill(rest, sandbox) }]],
  ["regex", regex],
  ["range", range],
  ["urlpattern", urlPattern],
  ["cidr", cidr],
  ["contains", (rest, sandbox) => [10, { required: wordsOf(rest, sandbox) }]],
  ["subset", (rest, sandbox) => [11, { allowed: wordsOf(rest, sandbox) }]],
  ["not", not],
  ["any", any],
]);

/** The kinds of constraint that can be written. */
export const constraintKinds: readonly string[] = [...parsers.keys()];

/** The kind of a constraint text, known or not; `any` needs no colon. */
export function kindOf(text: string): string {
  const colon = text.indexOf(":");
  if (colon < 0) return text === "any" ? text : "";
  return text.slice(0, colon);
}

/** The text of a constraint that another one holds. @throws {ConstraintTextError} for shlex */
export function nestedText(text: string): string {
  if (kindOf(text) === "shlex") {
    refuse(text, "no shlex within another constraint: write the verbs form, or shlex by itself");
  }
  return text;
}

/**
 * Reads `kind:rest` into the shape it has on the wire. `sandbox` is what `{sandbox}` stands for: an
 * absolute path, taken literally in globs and regular expressions. Throws `ConstraintTextError`.
 */
export async function parseConstraint(text: string, sandbox: string): Promise<WireConstraint> {
  const kind = kindOf(text);
  const parse = parsers.get(kind);
  if (parse === undefined) {
    const near = closest(kind === "" ? text : kind, constraintKinds);
    const known = constraintKinds.join(", ");
    refuse(
      text,
      kind === ""
        ? "a constraint written kind:rest, for example subpath:{sandbox}"
        : `one of the constraint kinds ${known}`,
      near === undefined ? undefined : near + text.slice(kind === "" ? text.length : kind.length),
    );
  }
  return await parse(text.slice(kind.length + 1), sandbox);
}
