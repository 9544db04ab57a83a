/**
 * The wiring in `.claude/settings.json`: our hooks beside whatever else stands there. Foreign hooks
 * and keys are kept as they are; wiring twice changes nothing; unwiring leaves no trace.
 */
import type { Program } from "./program.ts";

type Json = Record<string, unknown>;

/** Settings that are not a JSON object cannot be merged into, and are never overwritten. */
export class SettingsError extends Error {}

/** Which program the wired PreToolUse hook runs. */
export interface Wiring {
  /** `foreign`: a hook of ours is there, but not in the form that `wire` writes. */
  readonly kind: "compiled" | "source" | "none" | "foreign";
  /** The hook's program, or empty. */
  readonly command: string;
}

/** The client waits this long for a verdict; with `onFailure` a timeout blocks. */
const hookSeconds = 30;
const outcomeSeconds = 10;
const entries: readonly (readonly [event: string, entry: string])[] = [
  ["PreToolUse", "_hook"],
  ["PostToolUse", "_post"],
  ["PostToolUseFailure", "_post"],
  ["ConfigChange", "_config"],
];

export function settingsPath(project: string): string {
  return `${project}/.claude/settings.json`;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {SettingsError} */
function readSettings(path: string): Json {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw new SettingsError(`Cannot read ${path}`);
  }
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new SettingsError(`${path} is not JSON: the client ignores it whole. Mend it first`);
  }
  if (!isObject(value) || (value.hooks !== undefined && !isObject(value.hooks))) {
    throw new SettingsError(`${path} is not a settings object. Mend it first`);
  }
  return value;
}

/** True for a hook that runs this program, whatever file that is. */
function isOurs(hook: unknown): boolean {
  if (!isObject(hook) || !Array.isArray(hook.args)) return false;
  const args: readonly unknown[] = hook.args;
  return entries.some(([, entry]) => args.includes(entry)) && args.includes("--project");
}

function hookEntry(program: Program, event: string, entry: string, project: string, root: string) {
  const args = [...program.args, entry, "--project", project, "--root", root];
  const mustAnswer = event === "PreToolUse" || event === "ConfigChange";
  return {
    ...(event === "ConfigChange" ? {} : { matcher: "*" }),
    hooks: [{
      type: "command",
      command: program.command,
      args,
      timeout: mustAnswer ? hookSeconds : outcomeSeconds,
      ...(mustAnswer ? { onFailure: "block" } : {}),
    }],
  };
}

function without(settings: Json): Json {
  if (!isObject(settings.hooks)) return settings;
  const hooks: Json = {};
  for (const [event, groups] of Object.entries(settings.hooks)) {
    if (!Array.isArray(groups)) {
      hooks[event] = groups;
      continue;
    }
    const kept = groups.flatMap((group: unknown) => {
      if (!isObject(group) || !Array.isArray(group.hooks)) return [group];
      const others = group.hooks.filter((hook) => !isOurs(hook));
      if (others.length === group.hooks.length) return [group];
      return others.length === 0 ? [] : [{ ...group, hooks: others }];
    });
    if (kept.length > 0) hooks[event] = kept;
  }
  const { hooks: _, ...rest } = settings;
  return Object.keys(hooks).length > 0 ? { ...rest, hooks } : rest;
}

function wired(settings: Json, program: Program, project: string, root: string): Json {
  const bare = without(settings);
  const hooks: Json = isObject(bare.hooks) ? { ...bare.hooks } : {};
  for (const [event, entry] of entries) {
    const others = Array.isArray(hooks[event]) ? hooks[event] : [];
    hooks[event] = [...others, hookEntry(program, event, entry, project, root)];
  }
  return { ...bare, hooks };
}

/** Replaces a file whole, so that the client never reads half of one. */
export type Write = (path: string, content: string, mode: number) => void;

function save(path: string, before: Json, after: Json, write: Write): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return false;
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  let target = path;
  try {
    target = Deno.realPathSync(path); // a settings file kept elsewhere stays a link
  } catch {
    // It does not exist yet.
  }
  write(target, JSON.stringify(after, null, 2) + "\n", 0o644);
  return true;
}

/**
 * Writes our hooks. Returns whether anything changed.
 *
 * @throws {SettingsError}
 */
export function wire(program: Program, project: string, root: string, write: Write): boolean {
  const path = settingsPath(project);
  const before = readSettings(path);
  return save(path, before, wired(before, program, project, root), write);
}

/** Takes our hooks out. Returns whether any were there. @throws {SettingsError} */
export function unwire(project: string, write: Write): boolean {
  const path = settingsPath(project);
  const before = readSettings(path);
  return save(path, before, without(before), write);
}

/** True when the file at `path` holds our wiring for `project`, whole and not switched off. */
export function isWired(path: string, project: string, root: string): boolean {
  let settings: Json;
  try {
    settings = readSettings(path);
  } catch {
    return false;
  }
  if (settings.disableAllHooks === true || !isObject(settings.hooks)) return false;
  const { hooks } = settings;
  return entries.every(([event, entry]) => {
    const groups: unknown = hooks[event];
    if (!Array.isArray(groups)) return false;
    return groups.some((group: unknown) =>
      isObject(group) && ["*", undefined].includes(group.matcher as string | undefined) &&
      Array.isArray(group.hooks) && group.hooks.some((hook: unknown) =>
        isObject(hook) && isOurs(hook) && isWhole(hook, event, entry, project, root)
      )
    );
  });
}

function isWhole(hook: Json, event: string, entry: string, project: string, root: string): boolean {
  const args = hook.args as unknown[];
  const tail = [entry, "--project", project, "--root", root];
  const blocks = hook.onFailure === "block" || entry === "_post";
  return hook.type === "command" && typeof hook.command === "string" &&
    hook.command.startsWith("/") && blocks && hook.async !== true && hook.if === undefined &&
    typeof hook.timeout === "number" && hook.timeout >= (event === "PreToolUse" ? 10 : 1) &&
    JSON.stringify(args.slice(-tail.length)) === JSON.stringify(tail);
}

/** What the project's settings run before a tool call. */
export function readWiring(project: string, root: string): Wiring {
  const path = settingsPath(project);
  let settings: Json;
  try {
    settings = readSettings(path);
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
  if (!isWired(path, project, root)) return { kind: "foreign", command };
  const fromSource = (ours.args as unknown[])[0] === "run";
  return { kind: fromSource ? "source" : "compiled", command };
}
