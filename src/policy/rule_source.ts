/** Rules out of a document that fits the schema, each with its place in the files. */
import type { Composition } from "../shell/command_rule.ts";
import { type ConstraintForm, constraintMapKeys, textOfForm } from "./constraint_form.ts";
import { nodeAt } from "./findings.ts";
import { splitRoots } from "./path_roots.ts";
import type { Approval, CommandForm, Rule, ToolRule, VerbForm } from "./policy.ts";
import type { NativeRule, ServerToolRule, ShellRule } from "./rule_schema.ts";
import type { SourceMap } from "./yaml_source.ts";

type Path = readonly (string | number)[];
type RuleDocument = NativeRule | ShellRule | ServerToolRule;
type RuleMap = Exclude<RuleDocument, string>;

/** What the rules of a tool without `arg` are about, and what its arguments are called. */
export interface RuleSubject {
  readonly main: string;
  /** The warrant's name of an argument that the document names. */
  readonly nameOf: (written: string) => string;
  /** The tool has one main argument, which a gate alone leaves open. */
  readonly isNative: boolean;
}

export function ruleAt(root: SourceMap, path: Path, form: ConstraintForm): Rule {
  const { place } = nodeAt(root, path);
  const text = textOfForm(form);
  return typeof form === "string" ? { text, place } : { text, form, place };
}

function rulesAt(
  root: SourceMap,
  path: Path,
  forms: { readonly [name: string]: ConstraintForm },
  nameOf: RuleSubject["nameOf"],
): Map<string, Rule> {
  return new Map(
    Object.entries(forms).map((
      [name, form],
    ) => [nameOf(name), ruleAt(root, [...path, name], form)]),
  );
}

function isExemptMap(exempt: ConstraintForm | object): exempt is Record<string, ConstraintForm> {
  return typeof exempt === "object";
}

function approvalAt(
  root: SourceMap,
  path: Path,
  document: RuleMap,
  { main, nameOf, isNative }: RuleSubject,
): Approval | undefined {
  const { approval } = document;
  if (approval === undefined) return undefined;
  const isBeside = "exempt" in document && document.exempt !== undefined;
  const exempt = isBeside ? document.exempt : approval.exempt;
  const at = isBeside ? [...path, "exempt"] : [...path, "approval", "exempt"];
  // A native tool's exempt is one constraint, a server tool's a map of them.
  const rules = exempt === undefined
    ? undefined
    : !isNative && isExemptMap(exempt)
    ? rulesAt(root, at, exempt, nameOf)
    : new Map([[main, ruleAt(root, at, exempt as ConstraintForm)]]);
  return {
    threshold: approval.threshold ?? 1,
    ...(rules === undefined ? {} : { exempt: rules }),
    place: nodeAt(root, [...path, "approval"]).place,
  };
}

/** The constraint in a map that is itself one. */
function ownForm(document: RuleMap): ConstraintForm | undefined {
  const key = constraintMapKeys.find((key) => document[key] !== undefined);
  return key === undefined ? undefined : { [key]: document[key] };
}

function argumentsAt(
  root: SourceMap,
  path: Path,
  document: RuleMap,
  { main, nameOf }: RuleSubject,
): Map<string, Rule> {
  if (document.args !== undefined) {
    return rulesAt(root, [...path, "args"], document.args, nameOf);
  }
  const name = document.arg === undefined ? main : nameOf(document.arg);
  if (document.constraint !== undefined) {
    return new Map([[name, ruleAt(root, [...path, "constraint"], document.constraint)]]);
  }
  const own = ownForm(document);
  if (own !== undefined) return new Map([[name, ruleAt(root, path, own)]]);
  return document.arg === undefined ? new Map() : new Map([[name, ruleAt(root, path, "any")]]);
}

function listText(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

function verbAt(
  root: SourceMap,
  path: Path,
  verb: NonNullable<Exclude<ShellRule, string>["verbs"]>[string],
): VerbForm {
  const name = String(path.at(-1));
  const { paths, subcommands, deny_flags: denyFlags } = verb ?? {};
  const roots = typeof paths === "string"
    ? splitRoots(paths).map((text) => ({ text, place: nodeAt(root, [...path, "paths"]).place }))
    : paths?.map((text, index) => ({
      text: text.trim(),
      place: nodeAt(root, [...path, "paths", index]).place,
    }));
  const parts = [
    roots === undefined ? [] : [`paths: ${listText(roots.map(({ text }) => text))}`],
    subcommands === undefined ? [] : [`subcommands: ${listText(subcommands)}`],
    denyFlags === undefined ? [] : [`deny_flags: ${listText(denyFlags)}`],
  ].flat();
  return {
    ...(roots === undefined ? {} : { paths: roots }),
    ...(subcommands === undefined
      ? {}
      : { subcommands: subcommands.map((words) => words.trim().split(/\s+/)) }),
    ...(denyFlags === undefined ? {} : { denyFlags }),
    text: `${name}: {${parts.join(", ")}}`,
    place: nodeAt(root, path).place,
  };
}

function commandAt(root: SourceMap, path: Path, document: RuleMap): CommandForm | undefined {
  if (!("verbs" in document) || document.verbs === undefined) return undefined;
  const verbs = Object.entries(document.verbs).map(([name, verb]): [string, VerbForm] => [
    name,
    verbAt(root, [...path, "verbs", name], verb),
  ]);
  return {
    verbs: new Map(verbs),
    compose: (document.compose ?? []) as readonly Composition[],
    place: nodeAt(root, path).place,
  };
}

/** The rule of one tool. Arguments that only an approval's exemption names are any. */
export function toolRuleAt(
  root: SourceMap,
  path: Path,
  document: RuleDocument,
  subject: RuleSubject,
): ToolRule {
  const { place } = nodeAt(root, path);
  if (typeof document === "string") {
    return { place, args: new Map([[subject.main, ruleAt(root, path, document)]]) };
  }
  const args = argumentsAt(root, path, document, subject);
  const command = commandAt(root, path, document);
  const approval = approvalAt(root, path, document, subject);
  const needed = new Set(approval?.exempt?.keys());
  if (subject.isNative && args.size === 0) needed.add(subject.main);
  for (const name of command === undefined ? needed : []) {
    if (!args.has(name)) args.set(name, { text: "any", place: approval?.place ?? place });
  }
  return {
    place,
    args,
    ...(command === undefined ? {} : { command }),
    ...(approval === undefined ? {} : { approval }),
  };
}
