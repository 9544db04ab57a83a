/** Rules that grant more than they seem to. */
import { broadHost, broadNetwork } from "./broad_hosts.ts";
import { broadProgram } from "./broad_programs.ts";
import { type BroadPlaces, broadRoot } from "./broad_roots.ts";
import { isEveryPath, isOpenGlob, regexEnds } from "./broad_texts.ts";
import { type ConstraintForm, leavesOf } from "./constraint_form.ts";
import { kindOf } from "./constraint_text.ts";
import { serverMessages } from "./mcp_breadth.ts";
import { whereOf } from "./mcp_routes.ts";
import type { PolicyWarning } from "./overlay.ts";
import { splitRoots } from "./path_roots.ts";
import type { CommandForm, Policy, Rule, ToolRule } from "./policy.ts";
import type { Place } from "./policy_error.ts";
import { shlexEntries } from "./shlex_entries.ts";
import type { ArgumentKind } from "./snapshot.ts";
import { nativeArgument, nativeTools } from "./tools.ts";

/** What a constraint is about; `main` is what a native tool acts on. */
interface Subject {
  readonly kind: ArgumentKind;
  readonly isMain: boolean;
  readonly tool: string;
}

function broadRegex(expression: string, { kind }: Subject): string | undefined {
  const { isOpenStart, isOpenEnd, acceptsOperators } = regexEnds(expression);
  if (kind === "command" && (isOpenStart || isOpenEnd || acceptsOperators)) {
    return `regex:${expression} does not know a shell: text that it accepts can hold another ` +
      "command; write shlex: or the verbs form";
  }
  return isOpenStart
    ? `regex:${expression} is found anywhere in the text; write ^ before it and $ after it`
    : undefined;
}

function broadPattern(glob: string, { kind, isMain }: Subject): string | undefined {
  if (kind === "command" && isOpenGlob(glob)) {
    return `pattern:${glob} does not know a shell: it also accepts a command with "&& curl ..." ` +
      "after it; write shlex: or the verbs form";
  }
  return kind === "path" && isMain && isEveryPath(glob)
    ? `pattern:${glob} is every path, since * also stands for /; write subpath: and a folder`
    : undefined;
}

function broadUrl(pattern: string): string | undefined {
  const host = /^[^:]*:\/\/([^/:]*)/.exec(pattern.trim())?.[1];
  return host === undefined ? undefined : broadHost(host);
}

function broadText(
  text: string,
  subject: Subject,
  policy: Policy,
  places: BroadPlaces,
): string[] {
  const kind = kindOf(text);
  const rest = text.slice(kind.length + 1);
  const one = (message: string | undefined) => message === undefined ? [] : [message];
  const isActedOn = subject.isMain && subject.kind !== "value";
  switch (kind) {
    case "subpath":
      return splitRoots(rest).flatMap((root) => one(broadRoot(root, policy, places)));
    case "shlex":
      return shlexEntries(rest, "/sandbox").flatMap((words) => one(broadProgram(words, false)));
    case "regex":
      return one(broadRegex(rest, subject));
    case "pattern":
      return one(broadPattern(rest, subject));
    case "urlpattern":
      return one(broadUrl(rest));
    case "cidr":
      return one(broadNetwork(rest));
    case "any":
      return isActedOn
        ? [`any leaves ${subject.tool} unrestricted; write what it may be given`]
        : [];
    case "not":
    case "notoneof":
      return isActedOn
        ? [
          `A rule that only says what is refused grants the rest; write what ${subject.tool} may be given`,
        ]
        : [];
    default:
      return [];
  }
}

/** Alternatives each grant by themselves; of constraints that must all hold none does. */
function* granting(form: ConstraintForm): Iterable<string> {
  if (typeof form === "string") yield form;
  else if (form.any !== undefined) { for (const inner of form.any) yield* granting(inner); }
  else if (form.all?.length === 1) yield* granting(form.all[0] ?? "");
  else if (form.subpath !== undefined) yield* leavesOf(form);
  else if (form.not !== undefined || form.notoneof !== undefined) yield "not:";
}

function verbMessages(
  { verbs }: CommandForm,
  policy: Policy,
  places: BroadPlaces,
): [Place, string][] {
  return [...verbs].flatMap(([verb, { subcommands, paths, place }]) => {
    const calls = subcommands?.map((words) => [verb, ...words]) ?? [[verb]];
    const messages = calls.flatMap((words): [Place, string][] => {
      const message = broadProgram(words, true);
      return message === undefined ? [] : [[place, message]];
    });
    for (const root of paths ?? []) {
      const message = broadRoot(root.text, policy, places);
      if (message !== undefined) messages.push([root.place, message]);
    }
    return messages;
  });
}

function toolMessages(
  rule: ToolRule,
  subjectOf: (argument: string) => Subject,
  policy: Policy,
  places: BroadPlaces,
): [Place, string][] {
  const messages: [Place, string][] = [];
  const add = (one: Rule, subject: Subject) => {
    for (const text of granting(one.form ?? one.text)) {
      // In a map the text alone would not say what it is.
      const found = broadText(text, subject, policy, places);
      messages.push(...found.map((message): [Place, string] => [one.place, message]));
    }
  };
  if (rule.command !== undefined) messages.push(...verbMessages(rule.command, policy, places));
  // What a person approves is not granted by its rule alone; what is exempt from that is.
  const isGated = rule.approval !== undefined;
  for (const [name, one] of rule.args) {
    if (!isGated || one.text !== "any") add(one, subjectOf(name));
  }
  for (const [name, one] of rule.approval?.exempt ?? []) add(one, subjectOf(name));
  return messages;
}

function nativeSubject(tool: string): (argument: string) => Subject {
  const native = nativeTools.get(tool);
  return (name) => ({
    kind: (native === undefined ? undefined : nativeArgument(native, name)?.kind) ?? "value",
    isMain: native?.args[0]?.name === name,
    tool,
  });
}

/** Tools that `allow` lists although they open what their input names. */
function allowMessages({ allow, enforce, web, deny }: Policy): [Place, string, string][] {
  const unruled = ["MultiEdit", "NotebookRead", "LS"];
  return [...allow].flatMap(([tool, place]): [Place, string, string][] => {
    const native = nativeTools.get(tool);
    if (deny.has(tool) || enforce.has(tool)) return [];
    if (tool === "WebFetch") {
      if (web !== undefined) return [];
      return [[
        place,
        "allow",
        "WebFetch without a rule fetches every public host; write enforce.WebFetch with domains",
      ]];
    }
    if (native !== undefined && native.access !== "none") {
      const message = `${tool} without a rule reaches every file but governance files; write ` +
        `enforce.${tool}: subpath:{sandbox}`;
      return [[place, "allow", message]];
    }
    if (!unruled.includes(tool)) return [];
    return [[
      place,
      "allow",
      `${tool} opens files that no rule looks at, governance files too; leave it out`,
    ]];
  });
}

export type { BroadPlaces };

/**
 * Warnings about rules that grant more than they seem to, in the order of the files.
 *
 * @param places folders that a root must not lie above, where they are known
 */
export function breadthWarnings(
  policy: Policy,
  places: BroadPlaces = {},
): readonly PolicyWarning[] {
  const found: [Place, string, string][] = [];
  const add = (where: string, messages: readonly [Place, string][]) =>
    found.push(...messages.map(([place, text]): [Place, string, string] => [place, where, text]));
  for (const [tool, rule] of policy.enforce) {
    add(`enforce.${tool}`, toolMessages(rule, nativeSubject(tool), policy, places));
  }
  const { web } = policy;
  for (
    const message of [
      ...(web?.domains ?? []).map(broadHost),
      ...(web?.cidrs ?? []).map(broadNetwork),
    ]
  ) {
    if (web !== undefined && message !== undefined) {
      add("enforce.WebFetch", [[web.hostPlace, message]]);
    }
  }
  const ofServer = (tool: string): Subject => ({ kind: "value", isMain: false, tool });
  for (const server of policy.mcp.servers.values()) {
    for (const [tool, rule] of server.tools) {
      const where = `${whereOf(server)}.enforce.${tool}`;
      add(where, toolMessages(rule, () => ofServer(tool), policy, places));
    }
  }
  const files = policy.files.map(({ path }) => path);
  const others = [...allowMessages(policy), ...serverMessages(policy)];
  return [...found, ...others].map(([place, where, message]): PolicyWarning => ({
    ...place,
    kind: "broad",
    where,
    message,
  })).toSorted((left, right) =>
    files.indexOf(left.file) - files.indexOf(right.file) ||
    left.line - right.line || left.column - right.column
  );
}
