/** Rules of a policy as checked arguments, as the snapshot carries them. */
import type { CommandRule } from "../shell/command_rule.ts";
import { commandRuleOf, verbsConstraint } from "./command_rules.ts";
import { compileForm } from "./constraint_form.ts";
import { ConstraintTextError } from "./constraint_error.ts";
import { kindOf } from "./constraint_text.ts";
import { hasRoots, realRoot, resolveRoots } from "./path_roots.ts";
import { fill } from "./placeholder.ts";
import type { Approval, CommandForm, Rule } from "./policy.ts";
import { PolicyError } from "./policy_error.ts";
import { labelled } from "./rule_label.ts";
import { shlexEntries, wireOfEntries } from "./shlex_entries.ts";
import type { ApprovalRule, ArgumentRule, WireConstraint } from "./snapshot.ts";
import type { NativeArgument } from "./tools.ts";

/** Runs `compile`; what it cannot compile is a policy error at the rule's place. */
async function atPlace<T>(
  { text, place }: Rule,
  where: string,
  compile: () => T | Promise<T>,
): Promise<T> {
  const refuse = (offending: string, expected: string): never => {
    throw new PolicyError([{ ...place, where, text: offending, expected, phase: "mint" }]);
  };
  try {
    return await compile();
  } catch (error) {
    if (error instanceof PolicyError) throw error;
    if (error instanceof ConstraintTextError) return refuse(error.offending, error.expected);
    return refuse(text, `a path that can be resolved (${(error as Error).message})`);
  }
}

function isShlex({ form, text }: Rule): boolean {
  return form === undefined && kindOf(text) === "shlex";
}

/** The wire constraint of a rule, its roots resolved, and how its commands are read. */
async function compiledRule(
  rule: Rule,
  isCommand: boolean,
  sandbox: string,
): Promise<{ readonly constraint: WireConstraint; readonly command?: CommandRule }> {
  if (isCommand && isShlex(rule)) {
    const entries = shlexEntries(rule.text.slice("shlex:".length), sandbox);
    return { constraint: wireOfEntries(entries), command: { form: "shlex", entries } };
  }
  const constraint = await compileForm(rule.form ?? rule.text, sandbox);
  return { constraint: hasRoots(constraint) ? resolveRoots(constraint, realRoot) : constraint };
}

/** The rule on an argument of a native tool. */
export async function nativeArgumentRule(
  argument: NativeArgument,
  rule: Rule,
  where: string,
  sandbox: string,
): Promise<ArgumentRule> {
  const isCommand = argument.kind === "command";
  const { constraint, command } = await atPlace(
    rule,
    where,
    () => compiledRule(rule, isCommand, sandbox),
  );
  return {
    ...argument,
    constraint,
    rule: labelled(rule.text, rule.place),
    line: rule.place.line,
    ...(constraint[0] === 16 && argument.kind === "value" ? { optional: true } : {}),
    ...(command === undefined ? {} : { command }),
  };
}

/** The rule on an argument of an MCP tool: its constraint says what kind of argument it is. */
export async function serverArgumentRule(
  name: string,
  rule: Rule,
  where: string,
  sandbox: string,
): Promise<ArgumentRule> {
  const { constraint, command } = await atPlace(
    rule,
    where,
    () => compiledRule(rule, true, sandbox),
  );
  const kind = command !== undefined ? "command" : hasRoots(constraint) ? "path" : "value";
  return {
    name,
    field: name,
    kind,
    constraint,
    rule: labelled(rule.text, rule.place),
    line: rule.place.line,
    ...(constraint[0] === 16 ? { optional: true } : {}),
    ...(command === undefined ? {} : { command }),
  };
}

/** The rule on the command of a shell, in the structured form. */
export async function verbsArgumentRule(
  argument: NativeArgument,
  form: CommandForm,
  where: string,
  sandbox: string,
): Promise<ArgumentRule> {
  const verbs = [...form.verbs.keys()];
  const compose = form.compose.length === 0 ? "" : `; compose: ${form.compose.join(", ")}`;
  const command = await atPlace(
    { text: "verbs", place: form.place },
    where,
    () => commandRuleOf(form, sandbox),
  );
  return {
    ...argument,
    constraint: verbsConstraint(verbs.map((verb) => fill(verb, sandbox)), form.compose),
    rule: labelled(`verbs: ${verbs.join(", ")}${compose}`, form.place),
    line: form.place.line,
    command,
  };
}

/** The gate of a tool; `exempt` are the compiled rules of what passes without. */
export function approvalRule(
  { threshold, place }: Approval,
  exempt: readonly ArgumentRule[],
): ApprovalRule {
  return {
    threshold,
    ...(exempt.length === 0 ? {} : { exempt }),
    rule: labelled(`approval: {threshold: ${threshold}}`, place),
    line: place.line,
  };
}
