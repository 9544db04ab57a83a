/** A JSON file of the client that this program adds to: its members, and how they are written. */

/** Editors write it, and the client reads over it. */
export const byteOrderMark = /^\ufeff/;

export type Json = Record<string, unknown>;

/** A file of the client that cannot be added to. It is never overwritten. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A file as it stands. */
export interface JsonFile {
  readonly value: Json;
  /** What `JSON.stringify` takes for the indentation. */
  readonly indent: string;
  /** What follows the last brace. */
  readonly end: string;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * Reads a file; one that is missing or blank has no members.
 *
 * @param what the file's content in a sentence, for example `a settings object`
 * @throws {SettingsError}
 */
export function readJsonFile(path: string, what: string): JsonFile {
  let text = "";
  let mode = 0o644;
  try {
    text = Deno.readTextFileSync(path).replace(byteOrderMark, "");
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
  if (!isObject(value)) throw new SettingsError(`${path} is not ${what}. Mend it first`);
  const isCompact = text.includes("{") && !text.trim().includes("\n");
  const indent = /^[ \t]+/m.exec(text)?.[0] ?? (isCompact ? "" : "  ");
  return { value, indent, end: text === "" || text.endsWith("\n") ? "\n" : "", mode };
}

/** Replaces a file whole, so that the client never reads half of one. */
export type Write = (path: string, content: string, mode: number) => void;

/** Writes the members `after`, or removes the file when there are none. Returns whether it changed. */
export function saveJsonFile(path: string, before: JsonFile, after: Json, write: Write): boolean {
  if (JSON.stringify(before.value) === JSON.stringify(after)) return false;
  if (Object.keys(after).length === 0) {
    Deno.removeSync(path);
    return true;
  }
  let target = path;
  try {
    target = Deno.realPathSync(path); // a file kept elsewhere stays a link
  } catch {
    // It does not exist yet.
  }
  write(target, JSON.stringify(after, null, before.indent) + before.end, before.mode);
  return true;
}
