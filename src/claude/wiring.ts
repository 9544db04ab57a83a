/** Whether the settings run our hooks, whole and in force. */
import { type Program, thisProgram } from "./program.ts";
import { isList, isObject, type Json } from "./json_file.ts";
import { entries, isOurs, readSettings, settingsPath } from "./settings_file.ts";

/** Which program the wired PreToolUse hook runs. */
export interface Wiring {
  /** `foreign`: a hook of ours is there, but not in the form that `wire` writes. */
  readonly kind: "compiled" | "source" | "none" | "foreign";
  /** The hook's program, or empty. */
  readonly command: string;
}

/**
 * True when the file at `path` holds our wiring for `project`, whole and not switched off.
 *
 * @param program the program that the hooks must run; any that looks like this one when it is absent
 */
export function isWired(path: string, project: string, root: string, program?: Program): boolean {
  let settings: Json;
  try {
    settings = readSettings(path).value;
  } catch {
    return false;
  }
  const off = settings.disableAllHooks;
  if ((off !== undefined && off !== false) || !isObject(settings.hooks)) return false;
  const { hooks } = settings;
  if (!Object.values(hooks).every(isLoaded)) return false;
  return entries.every(([event, entry]) =>
    groupsOf(hooks[event]).some((group) =>
      ["*", undefined].includes(group.matcher as string | undefined) &&
      isList(group.hooks) && group.hooks.some((hook) =>
        isObject(hook) && isOurs(hook) && isWhole(hook, event, entry, project, root) &&
        (program === undefined ? looksLikeUs(hook) : runs(hook, program))
      )
    )
  );
}

function groupsOf(groups: unknown): Json[] {
  return isList(groups) ? groups.filter(isObject) : [];
}

const hookTypes: readonly unknown[] = ["command", "http", "mcp_tool", "prompt", "agent"];

/** False for hooks of a kind that makes the client drop the whole file. */
function isLoaded(groups: unknown): boolean {
  return groupsOf(groups).flatMap(({ hooks }) => isList(hooks) ? hooks.filter(isObject) : [])
    .every(({ type, url }) =>
      hookTypes.includes(type) && (type !== "http" || URL.canParse(String(url)))
    );
}

const hookMembers = ["type", "command", "args", "timeout", "onFailure", "statusMessage"];

function isWhole(hook: Json, event: string, entry: string, project: string, root: string): boolean {
  const args = hook.args as unknown[];
  const tail = [entry, "--project", project, "--root", root];
  const blocks = hook.onFailure === "block" || entry === "_post" || entry === "_session_end";
  // Any other member may weaken it: async, if, once, shell, ...
  return Object.keys(hook).every((key) => hookMembers.includes(key)) &&
    hook.type === "command" && blocks && typeof hook.timeout === "number" &&
    hook.timeout >= (event === "PreToolUse" ? 10 : 1) &&
    JSON.stringify(args.slice(-tail.length)) === JSON.stringify(tail);
}

/** The arguments that `wire` puts before the hook's name. */
function ownArguments(hook: Json): readonly unknown[] {
  return (hook.args as unknown[]).slice(0, -5);
}

function runs(hook: Json, program: Program): boolean {
  // An installation's hooks may have been wired by the file's own name.
  return [program.command, program.files[0]].includes(String(hook.command)) &&
    JSON.stringify(ownArguments(hook)) === JSON.stringify(program.args);
}

function looksLikeUs(hook: Json): boolean {
  const [, name] = /^\/(?:.*\/)?([^/]+)$/.exec(String(hook.command)) ?? [];
  const args = ownArguments(hook);
  return args.length === 0
    ? name?.startsWith("tenuo") === true
    : name?.startsWith("deno") === true && String(args.at(-1)).endsWith("/main.ts");
}

/** What the project's settings run before a tool call. */
export function readWiring(project: string, root: string, program = thisProgram()): Wiring {
  const path = settingsPath(project);
  let settings: Json;
  try {
    settings = readSettings(path).value;
  } catch {
    return { kind: "none", command: "" };
  }
  const groups: unknown = isObject(settings.hooks) ? settings.hooks.PreToolUse : undefined;
  const hooks = (Array.isArray(groups) ? groups : []).flatMap((group: unknown) =>
    isObject(group) && Array.isArray(group.hooks) ? group.hooks : []
  );
  const ours: unknown = hooks.find(isOurs);
  if (!isObject(ours)) return { kind: "none", command: "" };
  const command = String(ours.command);
  // A file of another name than ours is known by being the one that runs.
  if (!isWired(path, project, root) && !isWired(path, project, root, program)) {
    return { kind: "foreign", command };
  }
  const fromSource = (ours.args as unknown[])[0] === "run";
  return { kind: fromSource ? "source" : "compiled", command };
}
