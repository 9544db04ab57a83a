/** Which receipts `audit` shows: those that every given option asks for. */
import type { Receipt } from "../receipts/receipt.ts";
import { readSince, sinceForms } from "./audit_since.ts";
import { type Invocation, type Option, UsageError } from "./command.ts";

type Test = (receipt: Receipt) => boolean;

export interface Filter {
  /** Milliseconds since 1970: nothing before it is asked for. */
  readonly since?: number;
  /**
   * Makes a function that is asked about the log's lines in their order, `undefined` for one that is
   * no receipt. Such lines have no members to ask for; they belong to the time they stand in.
   */
  readonly newTest: () => (receipt: Receipt | undefined) => boolean;
}

/** The options that `readFilter` reads. */
export const filterOptions: { readonly [name: string]: Option } = {
  since: { value: "TIME", help: `Only from then on: ${sinceForms}` },
  tool: { value: "NAME", help: "Only this tool; * stands for any text" },
  decision: { value: "D", help: "Only allow, deny or would-deny" },
  role: { value: "TYPE", help: "Only subagents of this type; main for the main thread" },
  session: { value: "ID", help: "Only this session" },
};

const decisions: { readonly [name: string]: Test } = {
  "allow": ({ decision }) => decision === "allow",
  "deny": ({ decision, observed }) => decision === "deny" && observed !== true,
  "would-deny": ({ decision, observed }) => decision === "deny" && observed === true,
};

/** Calls have a tool, acts of people and repairs have not. */
function isCall({ kind }: Receipt): boolean {
  return kind === "decision" || kind === "outcome";
}

/** True when the text is the pattern, any text in the place of each `*`. */
export function fitsPattern(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function decisionTest(name: string): Test {
  const test = Object.hasOwn(decisions, name) ? decisions[name] : undefined;
  if (test !== undefined) return (receipt) => receipt.kind === "decision" && test(receipt);
  throw new UsageError(`--decision is ${JSON.stringify(name)}; it takes allow, deny or would-deny`);
}

const makers: { readonly [option: string]: (value: string) => Test } = {
  tool: (pattern) => ({ tool }) => typeof tool === "string" && fitsPattern(pattern, tool),
  decision: decisionTest,
  role: (type) => (receipt) =>
    isCall(receipt) && (type === "main" ? receipt.agent === undefined : receipt.agent === type),
  session: (id) => ({ session }) => session === id,
};

/**
 * Reads the filter out of the options.
 *
 * @param now milliseconds since 1970
 * @throws {UsageError}
 */
export function readFilter(options: Invocation["options"], now: number): Filter {
  const since = sinceOf(options.since, now);
  const tests = Object.entries(makers).flatMap(([name, make]) => {
    const value = options[name];
    if (value === undefined) return [];
    if (typeof value !== "string" || value === "") {
      throw new UsageError(`--${name} takes ${filterOptions[name]?.value}, not an empty text`);
    }
    return [make(value)];
  });
  const isAsked = (receipt: Receipt) => tests.every((test) => test(receipt));
  if (since === undefined) {
    return { newTest: () => (it) => it === undefined ? tests.length === 0 : isAsked(it) };
  }
  const newTest = () => {
    let reached = false;
    return (receipt: Receipt | undefined) => {
      if (receipt === undefined) return reached && tests.length === 0;
      const isLate = Date.parse(receipt.time) >= since;
      reached ||= isLate;
      return isLate && isAsked(receipt);
    };
  };
  return { since, newTest };
}

function sinceOf(value: string | boolean | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const since = typeof value === "string" ? readSince(value, now) : undefined;
  if (since !== undefined) return since;
  throw new UsageError(`--since is ${JSON.stringify(value)}; it takes ${sinceForms}`);
}
