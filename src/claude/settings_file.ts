/** `.claude/settings.json` as a file: its members, how they are written, which hooks are ours. */
import { isList, isObject, type JsonFile, readJsonFile, SettingsError } from "./json_file.ts";

/** The events that are hooked, and the command that answers each. */
export const entries: readonly (readonly [event: string, entry: string])[] = [
  ["PreToolUse", "_hook"],
  ["PostToolUse", "_post"],
  ["PostToolUseFailure", "_post"],
  ["SessionEnd", "_session_end"],
  ["ConfigChange", "_config"],
];

export function settingsPath(project: string): string {
  return `${project}/.claude/settings.json`;
}

/** @throws {SettingsError} */
export function readSettings(path: string): JsonFile {
  const what = "a settings object";
  const file = readJsonFile(path, what);
  const { hooks } = file.value;
  if (hooks === undefined) return file;
  if (!isObject(hooks)) throw new SettingsError(`${path} is not ${what}. Mend it first`);
  for (const [event] of entries) {
    if (Object.hasOwn(hooks, event) && !isList(hooks[event])) {
      throw new SettingsError(`hooks.${event} in ${path} is not a list. Mend it first`);
    }
  }
  return file;
}

/** True for a hook that runs this program, whatever file that is. */
export function isOurs(hook: unknown): boolean {
  if (!isObject(hook) || !Array.isArray(hook.args)) return false;
  const args: readonly unknown[] = hook.args;
  return entries.some(([, entry]) => args.includes(entry)) && args.includes("--project");
}
