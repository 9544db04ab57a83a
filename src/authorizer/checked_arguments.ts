/** The arguments of a call that its rules name, in the form they are checked and signed. */
import { readUrl } from "../constraints/strict_url.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { ArgumentRule, Route } from "../policy/snapshot.ts";
import { signedArguments } from "./capabilities.ts";
import { asDenial, Denial, type DenialName, type RuleReference } from "./denial.ts";
import type { Finding } from "./finding.ts";
import { resolvePath } from "./resolve_path.ts";
import type { ToolCall } from "./tool_call.ts";

const none: ReadonlyMap<string, Cbor> = new Map();

/** Refused unread beyond this: 64 KiB. */
const longestCommand = 65536;

/** Names the rule in a refusal that was thrown without one. */
export async function under<T>(
  rule: RuleReference | undefined,
  judge: () => T | Promise<T>,
): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    const denial = asDenial(error);
    if (denial === undefined || denial.reference !== undefined) throw error;
    throw new Denial(denial.name as DenialName, denial.message, rule);
  }
}

/**
 * Reads the arguments one by one.
 *
 * @throws {Denial} 9013 when one has no single reading, 1501 when there is one that no rule names and
 * the route takes no others
 */
export async function checkedArguments(
  call: ToolCall,
  route: Route,
  home: string,
  finding: Finding,
): Promise<ReadonlyMap<string, Cbor>> {
  const rules = signedArguments(route);
  // The HTTP door is given what was signed, and a constrained capability takes nothing else.
  if (route.closed === true || (call.door === "http" && rules.length > 0)) {
    requireOnlyNamed(call, route, rules);
  }
  if (rules.length === 0) return call.door === "mcp" ? await everyArgument(call, finding) : none;
  const args = new Map<string, Cbor>();
  finding.read = args;
  for (const rule of rules) {
    finding.reference = rule;
    args.set(rule.name, await under(rule, () => argument(call, rule, route, home)));
  }
  return args;
}

/** What no rule names goes to the server through this very program, so the proof covers all of it. */
async function everyArgument(
  { input }: ToolCall,
  finding: Finding,
): Promise<ReadonlyMap<string, Cbor>> {
  const { signable } = await import("./signable.ts");
  const args = new Map<string, Cbor>();
  finding.read = args;
  for (const [name, value] of Object.entries(input)) {
    args.set(String(signable("The name of an argument", name)), signable(name, value));
  }
  return args;
}

function requireOnlyNamed(call: ToolCall, route: Route, rules: readonly ArgumentRule[]): void {
  const names = new Set(rules.map(({ name, field }) => call.door === "http" ? name : field));
  const extra = Object.keys(call.input).find((key) => !names.has(key));
  if (extra === undefined) return;
  const key = JSON.stringify(extra.slice(0, 100));
  const what = call.door === "http"
    ? `${route.capability} takes no argument ${key}`
    : `${call.tool} is given ${key}, which no rule names; declare it, for example ${key}: any`;
  throw new Denial("ConstraintViolation", what, route);
}

async function argument(
  call: ToolCall,
  rule: ArgumentRule,
  { access }: Route,
  home: string,
): Promise<Cbor> {
  const field = call.door === "http" ? rule.name : rule.field;
  const present = Object.hasOwn(call.input, field);
  if (!present && rule.optional === true) return null;
  const value = present ? call.input[field] : undefined;
  switch (rule.kind) {
    case "path": {
      if (!present && rule.absentIsCwd === true) return resolvePath("/", call.cwd);
      const read = access === "search" && call.door === "hook"
        ? (await import("./search_reach.ts")).searchPath(value, home)
        : value;
      const path = resolvePath(call.cwd, read);
      // The HTTP door is given what was signed, and that must be the file that will be opened.
      if (call.door === "http" && path !== value) {
        throw new Denial("ArgumentUnusable", `${String(value)} is not the resolved path ${path}`);
      }
      return path;
    }
    case "url":
    case "host": {
      const asUrl = call.door === "http" && rule.kind === "host";
      const host = String(value).includes(":") ? `[${String(value)}]` : String(value);
      const reading = readUrl(asUrl ? `https://${host}/` : value);
      if ("problem" in reading) throw new Denial("ArgumentUnusable", reading.problem);
      return rule.kind === "host" ? reading.host : String(value);
    }
    case "uri":
      return (await import("./uri_argument.ts")).readUri(value);
    case "command":
      return commandText(value, call.door === "http");
    default:
      if (!present) throw new Denial("ArgumentUnusable", `${field} is missing`);
      return (await import("./signable.ts")).signable(field, value);
  }
}

/** The line without outer blanks; at the HTTP door as it was signed. */
function commandText(value: unknown, isSigned: boolean): string {
  if (typeof value !== "string") throw new Denial("ArgumentUnusable", "The command is not text");
  if (value.length > longestCommand) {
    throw new Denial("ArgumentUnusable", `The command is longer than ${longestCommand} characters`);
  }
  if (!value.isWellFormed() || value.includes("\0")) {
    throw new Denial("ArgumentUnusable", "The command is not well-formed text");
  }
  // Other white space is a part of a word, or ends a line, to some shell.
  const isBlank = (at: number) => value[at] === " " || value[at] === "\t";
  let [start, end] = [0, value.length];
  while (!isSigned && isBlank(start)) start++;
  while (!isSigned && end > start && isBlank(end - 1)) end--;
  return value.slice(start, end);
}
