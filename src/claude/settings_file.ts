/** `.claude/settings.json` as a file: its members, how they are written, which hooks are ours. */

export type Json = Record<string, unknown>;

/** Settings that are not a JSON object cannot be merged into, and are never overwritten. */
export class SettingsError extends Error {}

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

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A settings file as it stands: its members and how they are written. */
export interface SettingsFile {
  readonly value: Json;
  /** What `JSON.stringify` takes for the indentation. */
  readonly indent: string;
  readonly end: string;
  /** Permission bits. */
  readonly mode: number;
}

/** @throws {SettingsError} */
export function readSettings(path: string): SettingsFile {
  let text = "";
  let mode = 0o644;
  try {
    text = Deno.readTextFileSync(path);
    mode = (Deno.statSync(path).mode ?? mode) & 0o777;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw new SettingsError(`Cannot read ${path}`);
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
  for (const [event] of entries) {
    if (isObject(value.hooks) && Object.hasOwn(value.hooks, event) && !isList(value.hooks[event])) {
      throw new SettingsError(`hooks.${event} in ${path} is not a list. Mend it first`);
    }
  }
  const isCompact = text.includes("{") && !text.trim().includes("\n");
  const indent = /^[ \t]+/m.exec(text)?.[0] ?? (isCompact ? "" : "  ");
  return { value, indent, end: text === "" || text.endsWith("\n") ? "\n" : "", mode };
}

/** True for a hook that runs this program, whatever file that is. */
export function isOurs(hook: unknown): boolean {
  if (!isObject(hook) || !Array.isArray(hook.args)) return false;
  const args: readonly unknown[] = hook.args;
  return entries.some(([, entry]) => args.includes(entry)) && args.includes("--project");
}
