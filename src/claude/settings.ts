/**
 * The wiring in `.claude/settings.json`: our hooks beside whatever else stands there. Foreign hooks
 * and keys are kept as they are; wiring twice changes nothing; unwiring leaves no trace.
 */
import type { Program } from "./program.ts";
import {
  isList,
  isObject,
  type Json,
  type JsonFile,
  saveJsonFile,
  type Write,
} from "./json_file.ts";
import { entries, isOurs, readSettings, settingsPath } from "./settings_file.ts";

export { SettingsError, type Write } from "./json_file.ts";
export { settingsPath } from "./settings_file.ts";
export { isWired, readWiring, type Wiring } from "./wiring.ts";

/** The client waits this long for a verdict; with `onFailure` a timeout blocks. */
const hookSeconds = 30;
/** Without a number SessionEnd hooks are stopped after 1.5 s, however long other hooks may take. */
const outcomeSeconds = 10;

function hookEntry(program: Program, event: string, entry: string, project: string, root: string) {
  const args = [...program.args, entry, "--project", project, "--root", root];
  const mustAnswer = event === "PreToolUse" || event === "ConfigChange";
  return {
    ...(event.includes("ToolUse") ? { matcher: "*" } : {}),
    hooks: [{
      type: "command",
      command: program.command,
      args,
      timeout: mustAnswer ? hookSeconds : outcomeSeconds,
      ...(mustAnswer ? { onFailure: "block" } : {}),
    }],
  };
}

/** The settings without our hooks; groups, events and `hooks` that held nothing else go too. */
function without(settings: Json): Json {
  if (!isObject(settings.hooks)) return settings;
  const events = Object.entries(settings.hooks).flatMap(([event, groups]): [string, unknown][] => {
    const kept = isList(groups) ? groups.flatMap(withoutOurs) : [];
    const held = isList(groups) && kept.length === 0 && groups.length > 0;
    return held ? [] : [[event, isList(groups) ? kept : groups]];
  });
  const hooks = Object.fromEntries(events);
  const emptied = events.length === 0 && Object.keys(settings.hooks).length > 0;
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) =>
      key !== "hooks" ? [[key, value]] : emptied ? [] : [[key, hooks]]
    ),
  );
}

function withoutOurs(group: unknown): unknown[] {
  if (!isObject(group) || !isList(group.hooks)) return [group];
  const others = group.hooks.filter((hook) => !isOurs(hook));
  if (others.length === group.hooks.length) return [group];
  return others.length === 0 ? [] : [{ ...group, hooks: others }];
}

function wired(settings: Json, program: Program, project: string, root: string): Json {
  const bare = without(settings);
  const others = new Map(Object.entries(isObject(bare.hooks) ? bare.hooks : {}));
  const ours = new Map(
    entries.map(([event, entry]) => [event, hookEntry(program, event, entry, project, root)]),
  );
  // Events and members keep the order they have.
  const before = isObject(settings.hooks) ? Object.keys(settings.hooks) : [];
  const events = [...new Set([...before, ...ours.keys()])].map((event): [string, unknown] => {
    const groups = others.get(event);
    const own = ours.get(event);
    return [event, own === undefined ? groups : [...isList(groups) ? groups : [], own]];
  });
  const members = new Map(Object.entries(settings)).set("hooks", Object.fromEntries(events));
  return Object.fromEntries(members);
}

/** Saves; a settings folder is made when it is missing, and goes when it is empty. */
function save(path: string, before: JsonFile, after: Json, write: Write): boolean {
  const directory = path.slice(0, path.lastIndexOf("/"));
  if (Object.keys(after).length > 0) Deno.mkdirSync(directory, { recursive: true });
  const changed = saveJsonFile(path, before, after, write);
  if (changed && Object.keys(after).length === 0 && [...Deno.readDirSync(directory)].length === 0) {
    Deno.removeSync(directory);
  }
  return changed;
}

/** @throws {SettingsError} when the project's settings are nothing that hooks can be merged into */
export function requireMergeable(project: string): void {
  readSettings(settingsPath(project));
}

/**
 * Writes our hooks. Returns whether anything changed.
 *
 * @throws {SettingsError}
 */
export function wire(program: Program, project: string, root: string, write: Write): boolean {
  const path = settingsPath(project);
  const before = readSettings(path);
  return save(path, before, wired(before.value, program, project, root), write);
}

/** Takes our hooks out. Returns whether any were there. @throws {SettingsError} */
export function unwire(project: string, write: Write): boolean {
  const path = settingsPath(project);
  const before = readSettings(path);
  return save(path, before, without(before.value), write);
}
