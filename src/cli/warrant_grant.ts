/** What `warrant mint` and `warrant attenuate` grant, out of their options. */
import { type ConstraintTextError, parseConstraint } from "../policy/constraint_text.ts";
import { fromJson } from "../constraints/registry.ts";
import { isList } from "../protocol/cbor.ts";
import type { Constraint, ConstraintSet } from "../protocol/payload.ts";
import { type Given, type Invocation, type Option, UsageError, wholeNumber } from "./command.ts";
import { readJson } from "./warrant_arguments.ts";
import { publicKeyOption, required } from "./warrant_options.ts";

/** The options that say what is granted. */
export const grantOptions: { readonly [name: string]: Option } = {
  key: { value: "FILE", help: "The issuer's key file" },
  holder: { value: "HEX", help: "The holder's public key" },
  tool: { value: "NAME", multiple: true, help: "Grant this tool; may be repeated" },
  constraint: {
    value: "ARG=KIND:REST",
    multiple: true,
    help: "Constrain an argument of the --tool before it; KIND as in tenuo.yaml",
  },
  issuable: { value: "NAME", multiple: true, help: "An issuer warrant that may grant this tool" },
  bound: {
    value: "ARG=KIND:REST",
    multiple: true,
    help: "What every grant of an issuer warrant must narrow",
  },
  ttl: { value: "SECONDS", help: "How long it lives" },
  "max-depth": { value: "N", help: "How many times it may be narrowed for others" },
  clearance: { value: "N", help: "0 to 255; more is more privilege" },
  pem: { help: "Print PEM instead of base64" },
  json: { help: "Print JSON: warrant_id, warrant (base64), holder, issuer, expires_at, tools" },
};

/** The tools and limits that were asked for. */
export interface Asked {
  readonly holder: string;
  readonly tools: ReadonlyMap<string, ConstraintSet>;
  readonly issuable: readonly string[];
  readonly bounds: ConstraintSet;
  readonly ttl?: number;
  readonly maxDepth?: number;
  readonly clearance?: number;
}

/** `wire:[type, value]`, for what the policy has no words for. */
function wireConstraint(text: string): Constraint {
  const pair = readJson(text, "wire:");
  const [type, rule] = isList(pair) && pair.length === 2 ? pair : [];
  if (typeof type !== "number" || !(type > 0 && type < 256) || rule === undefined) {
    throw new UsageError(`wire: takes [type, value], for example wire:[1,{"value":5}]`);
  }
  return [type, rule];
}

async function readConstraint(text: string, option: string): Promise<[string, Constraint]> {
  const [name = "", ...more] = text.split("=");
  const rest = more.join("=");
  if (name === "" || rest === "") {
    throw new UsageError(`--${option} takes ARG=KIND:REST, for example path=subpath:/data`);
  }
  if (rest.startsWith("wire:")) return [name, wireConstraint(rest.slice("wire:".length))];
  if (rest.includes("{sandbox}")) {
    throw new UsageError("A warrant has no {sandbox}; write the path");
  }
  try {
    const [type, rule] = await parseConstraint(rest, "/");
    return [name, [type, fromJson(rule)]];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ConstraintTextError") throw error;
    const { offending, expected } = error as ConstraintTextError;
    throw new UsageError(`--${option} ${name}: ${offending} is not ${expected}`);
  }
}

function add(set: Map<string, Constraint>, [name, rule]: [string, Constraint]): void {
  if (set.has(name)) throw new UsageError(`Argument ${name} is constrained twice`);
  set.set(name, rule);
}

async function readTools(given: readonly Given[]) {
  const tools = new Map<string, Map<string, Constraint>>();
  const bounds = new Map<string, Constraint>();
  const issuable: string[] = [];
  let last: Map<string, Constraint> | undefined;
  for (const { name, value } of given) {
    if (name === "tool") {
      if (value === "" || tools.has(value)) {
        throw new UsageError(`--tool ${value} is empty or twice`);
      }
      tools.set(value, last = new Map());
    } else if (name === "constraint") {
      if (last === undefined) throw new UsageError("--constraint follows the --tool it belongs to");
      add(last, await readConstraint(value, name));
    } else if (name === "issuable") issuable.push(value);
    else if (name === "bound") add(bounds, await readConstraint(value, name));
  }
  if (issuable.length > 0 && tools.size > 0) {
    throw new UsageError("A warrant either grants tools (--tool) or issues them (--issuable)");
  }
  if (bounds.size > 0 && issuable.length === 0) throw new UsageError("--bound needs --issuable");
  return { tools, bounds, issuable };
}

/** Reads the options of `grantOptions`. @throws {UsageError} */
export async function readGrant(invocation: Invocation): Promise<Asked> {
  const { options, given = [] } = invocation;
  const holder = publicKeyOption(required(invocation, "holder"), "holder");
  const ttl = wholeNumber(options.ttl, "ttl", 1);
  const maxDepth = wholeNumber(options["max-depth"], "max-depth", 0);
  const clearance = wholeNumber(options.clearance, "clearance", 0);
  return {
    holder,
    ...await readTools(given),
    ...(ttl === undefined ? {} : { ttl }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(clearance === undefined ? {} : { clearance }),
  };
}
