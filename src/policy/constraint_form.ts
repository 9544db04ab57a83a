/** Constraints as they are written: text `kind:rest`, or a map that lists values or joins others. */
import { ConstraintTextError } from "./constraint_error.ts";
import { nestedText, parseConstraint } from "./constraint_text.ts";
import { subpathOf } from "./path_roots.ts";
import { fill } from "./placeholder.ts";
import type { WireConstraint } from "./snapshot.ts";

/** A value that an argument is compared with; 5 is not "5". */
export type TypedValue = string | number | boolean;

/** One of these keys. */
export interface ConstraintMap {
  readonly all?: readonly ConstraintForm[] | undefined;
  readonly any?: readonly ConstraintForm[] | undefined;
  readonly not?: ConstraintForm | undefined;
  readonly subpath?: readonly string[] | undefined;
  readonly exact?: TypedValue | undefined;
  readonly oneof?: readonly TypedValue[] | undefined;
  readonly notoneof?: readonly TypedValue[] | undefined;
  readonly contains?: readonly TypedValue[] | undefined;
  readonly subset?: readonly TypedValue[] | undefined;
}

export type ConstraintForm = string | ConstraintMap;

/** The keys of a constraint that is a map; one stands alone. */
export const constraintMapKeys = [
  "all",
  "any",
  "not",
  "subpath",
  "exact",
  "oneof",
  "notoneof",
  "contains",
  "subset",
] as const;

/** How deep constraints may hold others. */
export const maxConstraintDepth = 4;

/** Lists of values by key: wire type and the name of its list. */
const lists = {
  oneof: [4, "values"],
  notoneof: [7, "excluded"],
  contains: [10, "required"],
  subset: [11, "allowed"],
} as const;

function valuesOf(values: readonly TypedValue[], sandbox: string): TypedValue[] {
  return [
    ...new Set(values.map((value) => typeof value === "string" ? fill(value, sandbox) : value)),
  ];
}

/** The only key of a constraint map; undefined when there is none or more than one. */
export function keyOf(form: object): string | undefined {
  const keys = Object.entries(form).filter(([, value]) => value !== undefined);
  const [only] = keys;
  return keys.length === 1 ? only?.[0] : undefined;
}

/** A constraint as one line of text, for rules in messages. */
export function textOfForm(form: unknown): string {
  if (typeof form === "string") return form;
  const flow = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${entries.map(([key, inner]) => `${key}: ${flow(inner)}`).join(", ")}}`;
  };
  return flow(form);
}

/** Every text and list of roots in a constraint, with the key it stands under. */
export function* leavesOf(form: ConstraintForm): Iterable<string> {
  if (typeof form === "string") yield form;
  else if (form.subpath !== undefined) { for (const root of form.subpath) yield `subpath:${root}`; }
  else if (form.not !== undefined) yield* leavesOf(form.not);
  else for (const inner of form.all ?? form.any ?? []) yield* leavesOf(inner);
}

/**
 * The shape on the wire. Roots are as written, `{sandbox}` filled in.
 *
 * @throws {ConstraintTextError}
 */
export async function compileForm(form: ConstraintForm, sandbox: string): Promise<WireConstraint> {
  return typeof form === "string"
    ? await parseConstraint(form, sandbox)
    : await compileMap(form, sandbox, maxConstraintDepth);
}

async function compileInner(
  form: ConstraintForm,
  sandbox: string,
  left: number,
): Promise<WireConstraint> {
  if (left <= 0) {
    throw new ConstraintTextError("", `at most ${maxConstraintDepth} constraints in one another`);
  }
  return typeof form === "string"
    ? await parseConstraint(nestedText(form), sandbox)
    : await compileMap(form, sandbox, left);
}

async function compileMap(
  form: ConstraintMap,
  sandbox: string,
  left: number,
): Promise<WireConstraint> {
  const key = keyOf(form);
  const inner = form.all ?? form.any;
  if ((key === "all" || key === "any") && inner !== undefined) {
    const constraints: WireConstraint[] = [];
    for (const one of inner) constraints.push(await compileInner(one, sandbox, left - 1));
    return [key === "all" ? 12 : 13, { constraints }];
  }
  if (key === "not" && form.not !== undefined) {
    return [14, { constraint: await compileInner(form.not, sandbox, left - 1) }];
  }
  if (key === "subpath") return subpathOf(form.subpath ?? [], sandbox);
  if (key === "exact" && form.exact !== undefined) {
    return [1, { value: valuesOf([form.exact], sandbox)[0] }];
  }
  if (key === "oneof" || key === "notoneof" || key === "contains" || key === "subset") {
    const [type, name] = lists[key];
    return [type, { [name]: valuesOf(form[key] ?? [], sandbox) }];
  }
  throw new ConstraintTextError(textOfForm(form), `one of ${constraintMapKeys.join(", ")}`);
}
