/** The grammar of what a policy says of one tool. */
import * as z from "zod";
import { compositions } from "../shell/command_rule.ts";
import { type ConstraintForm, constraintMapKeys } from "./constraint_form.ts";

export const constraintText = "a constraint written kind:rest, for example subpath:{sandbox}";

const value = z.union(
  [z.string(), z.number(), z.boolean()],
  "text, a number, true or false",
);

function listOf<T extends z.ZodType>(item: T, what: string, least = `at least one of ${what}`) {
  return z.array(item, `a list of ${what}`).min(1, least);
}

const nested = () => listOf(constraint, "constraints", "at least one constraint");
const values = (description: string) =>
  listOf(value, "values", "at least one value").optional().describe(description);

/** The keys of a constraint that is a map. */
const mapShape = {
  all: z.lazy(nested).optional().describe("Every one of these constraints"),
  any: z.lazy(nested).optional().describe("At least one of these constraints"),
  not: z.lazy(() => constraint).optional().describe("What this constraint refuses"),
  subpath: listOf(z.string("an absolute path"), "paths", "at least one path").optional()
    .describe("A path at or below one of these roots"),
  exact: value.optional().describe('This value; 5 is not "5"'),
  oneof: values("One of these values"),
  notoneof: values("None of these values"),
  contains: values("A list that has all of these values"),
  subset: values("A list that has no other values than these"),
};

function present(map: object): string[] {
  return Object.entries(map).filter(([, inner]) => inner !== undefined).map(([key]) => key);
}

const constraintMap = z.strictObject(mapShape).superRefine((map, context) => {
  const [, second] = present(map);
  if (present(map).length === 0) {
    context.addIssue({
      code: "custom",
      message: `a constraint: one of ${constraintMapKeys.join(", ")}`,
    });
  }
  if (second !== undefined) {
    context.addIssue({ code: "custom", message: "one key in a constraint map", path: [second] });
  }
}).meta({ minProperties: 1, maxProperties: 1 });

/** A constraint: text, or a map with one key. */
export const constraint: z.ZodType<ConstraintForm> = z.union([
  z.string(constraintText),
  constraintMap,
]).meta({ id: "constraint", description: "A constraint: kind:rest, or a map with one key" });

const threshold = "how many people must approve, 1 or more";
const approvalShape = {
  threshold: z.int(threshold).min(1, threshold).optional()
    .describe("How many people must approve; default 1"),
  approver: z.string("the name of a person").optional().describe("Read, without effect"),
};

/** `approval` where nothing can be exempt. */
export const plainApproval = z.strictObject(approvalShape, "a map, for example {threshold: 1}");

const nativeApproval = z.strictObject({
  ...approvalShape,
  exempt: constraint.optional()
    .describe("What passes without approval: a constraint on the tool's main argument"),
}, "a map, for example {threshold: 1}");

const exemptArguments = z.record(
  z.string(),
  constraint,
  "a map from argument names to constraints",
);

const serverApproval = z.strictObject({
  ...approvalShape,
  exempt: exemptArguments.optional()
    .describe("What passes without approval: constraints by argument, all of which must hold"),
}, "a map, for example {threshold: 1}");

const formShape = {
  ...mapShape,
  constraint: constraint.optional()
    .describe("The constraint on the main argument, or on the one named by arg"),
  arg: z.string("the name of an argument").optional()
    .describe("The argument that constraint is about"),
  args: z.record(z.string(), constraint, "a map from argument names to constraints").optional()
    .describe("Constraints by argument"),
};

interface Forms {
  readonly [key: string]: unknown;
  readonly constraint?: unknown;
  readonly arg?: string | undefined;
  readonly args?: { readonly [name: string]: unknown } | undefined;
  readonly approval?: { readonly exempt?: unknown } | undefined;
  readonly exempt?: unknown;
  readonly compose?: unknown;
}

/** What may stand beside what. */
function requireOneForm(rule: Forms, context: z.core.$RefinementCtx): void {
  const issue = (message: string, ...path: string[]) =>
    context.addIssue({ code: "custom", message, path });
  const keys = present(rule);
  const forms = keys.filter((key) => !["arg", "approval", "exempt", "compose"].includes(key));
  const [first, second] = forms;
  if (first === undefined && rule.approval === undefined) {
    issue("constraint, args, or one of the constraints themselves");
  }
  if (second !== undefined) issue(`either ${first} or ${second}, not both`, second);
  if (rule.arg !== undefined && rule.args !== undefined) {
    issue("either args or arg, not both", "arg");
  }
  if (rule.arg !== undefined && rule.arg.trim() === "") issue("the name of an argument", "arg");
  if (rule.args !== undefined) {
    const names = Object.keys(rule.args);
    if (names.length === 0) issue("at least one argument", "args");
    if (names.some((name) => name.trim() === "")) {
      issue("argument names that are not blank", "args");
    }
  }
  if (rule.exempt !== undefined && rule.approval === undefined) {
    issue("approval beside exempt", "exempt");
  }
  if (rule.exempt !== undefined && rule.approval?.exempt !== undefined) {
    issue("one exempt, beside approval or in it", "exempt");
  }
  if (rule.compose !== undefined && !keys.includes("verbs")) {
    issue("verbs beside compose", "compose");
  }
}

/** A constraint text, `kind:rest`. */
export const ruleText = z.string(constraintText);

/** A rule for a native tool other than WebFetch. */
export const nativeRule = z.union([
  ruleText,
  z.strictObject({
    ...formShape,
    approval: nativeApproval.optional().describe("A person must approve each call"),
  })
    .superRefine(requireOneForm),
]).meta({ id: "rule" });

const word = "a word";
const verb = z.strictObject({
  paths: z.union([z.string(), listOf(z.string("a path"), "paths", "at least one path")], {
    error: 'a path or a list of paths, for example "{sandbox}"',
  }).optional().describe("Roots in which every path among its words must lie"),
  subcommands: listOf(z.string(word), "subcommands", "at least one subcommand").optional()
    .describe("The words that must follow it first; one entry may be several words"),
  deny_flags: z.array(z.string("an option"), "a list of options").optional()
    .describe("Options that are refused besides the dangerous ones that are known"),
}, "a map with paths, subcommands and deny_flags; {} where nothing is restricted");

/** A rule for a tool that runs commands of a POSIX shell. */
export const shellRule = z.union([
  ruleText,
  z.strictObject({
    ...formShape,
    approval: nativeApproval.optional().describe("A person must approve each call"),
    verbs: z.record(z.string(), verb.nullable(), "a map from programs to what they may be given")
      .refine((verbs) => Object.keys(verbs).length > 0, "at least one program").optional()
      .describe("Programs that may be run, each with what it may be given"),
    compose: z.array(
      z.enum(compositions as [string, ...string[]], `one of ${compositions.join(", ")}`),
      "a list of compositions",
    ).optional().describe(`How commands may be put together: ${compositions.join(", ")}`),
  }).superRefine(requireOneForm),
]).meta({ id: "shellRule" });

/** A rule for a tool of an MCP server. */
export const serverToolRule = z.union([
  ruleText,
  z.strictObject({
    ...formShape,
    approval: serverApproval.optional().describe("A person must approve each call"),
    exempt: exemptArguments.optional().describe("As exempt within approval"),
  }).superRefine(requireOneForm),
]).meta({ id: "serverRule" });

export type NativeRule = z.infer<typeof nativeRule>;
export type ShellRule = z.infer<typeof shellRule>;
export type ServerToolRule = z.infer<typeof serverToolRule>;
