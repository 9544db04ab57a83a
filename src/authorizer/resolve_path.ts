/**
 * The file a tool will open for a path it is given: links resolved at every component, each name as
 * it stands on the disk, the missing tail kept. The client normalises `..` by text and the system by directory; where the two lead to
 * different files the path is refused.
 */
import { Denial } from "./denial.ts";
import { nameOnDisk } from "./folded_names.ts";

const maxLinks = 40;
const maxLength = 4096;

function unusable(what: string): never {
  throw new Denial("ArgumentUnusable", what);
}

/** True when the text has a control character: NUL, escapes, DEL and the C1 set. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || (code > 126 && code < 160)) return true;
  }
  return false;
}

/** Absolute and without `.`, `..` and empty components, by text alone. */
export function normalise(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}

/** The target of a link, undefined for anything else, null when there is nothing. */
function linkTarget(path: string): string | undefined | null {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    return unusable(`Cannot resolve ${path}`);
  }
}

/** True when the path exists and no component of it is a link: the common case, in one call. */
function isPlain(path: string): boolean {
  try {
    return Deno.realPathSync(path) === path;
  } catch {
    return false;
  }
}

/** The path with each name as it stands on the disk. It exists and has no links. */
function asOnDisk(path: string): string {
  let done = "";
  for (const part of path.split("/")) if (part !== "") done += `/${nameOnDisk(done, part)}`;
  return done === "" ? "/" : done;
}

/**
 * Where the system is led by an absolute path; components that do not exist are kept as they are.
 *
 * @param visit sees each place on the way
 * @throws {Denial} 9013 when a component cannot be looked at
 */
export function follow(path: string, visit?: (place: string) => void): string {
  if (isPlain(path)) {
    const place = asOnDisk(path);
    visit?.(place);
    return place;
  }
  const pending = path.split("/").reverse();
  let done = "";
  let links = 0;
  // Below what does not exist there is nothing to look at.
  let missing = Infinity;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "" || part === ".") continue;
    const next = part === ".."
      ? done.slice(0, Math.max(0, done.lastIndexOf("/")))
      : `${done}/${part}`;
    if (next.length < missing) missing = Infinity;
    const target = part === ".." || missing < Infinity ? null : linkTarget(next);
    if (target === null) {
      if (part !== "..") missing = Math.min(missing, next.length);
      done = next;
    } else if (target === undefined) done += `/${nameOnDisk(done, part)}`;
    else {
      if (++links > maxLinks) unusable(`Too many links in ${path}`);
      if (target.startsWith("/")) done = "";
      pending.push(...target.split("/").reverse());
    }
    visit?.(done);
  }
  return done === "" ? "/" : done;
}

/** What these lead to depends on the process that opens them, and that is not this one. */
function requirePlain(place: string): void {
  if (/^\/(proc|dev\/(fd|stdin|stdout|stderr))(\/|$)/.test(place)) {
    unusable(`${place} is not a plain file`);
  }
}

/**
 * The absolute, link-free path that `path` names for a process in `cwd`.
 *
 * @throws {Denial} 9013 when the value cannot name one file
 */
export function resolvePath(cwd: string, path: unknown): string {
  if (typeof path !== "string") return unusable("The path is not text");
  if (path.trim() === "") return unusable("The path is blank");
  if (path.length > maxLength) return unusable(`The path is longer than ${maxLength} characters`);
  // NUL, control characters and lone surrogates name no file reliably.
  if (hasControl(path) || !path.isWellFormed()) {
    return unusable("The path has a control character or is not well-formed text");
  }
  // The client drops outer white space and reads ~ as the home directory.
  if (path.trim() !== path) return unusable("The path begins or ends in white space");
  if (/^~(\/|$)/.test(path)) return unusable("The path starts with ~; write it in full");
  const byText = follow(normalise(cwd, path), requirePlain);
  if (path.includes("..")) {
    const bySystem = follow(path.startsWith("/") ? path : `${cwd}/${path}`);
    if (bySystem !== byText) return unusable(`${path} leads to two different files through a link`);
  }
  return byText;
}

/** True when `path` is `directory` or lies below it. Both absolute and normalised. */
export function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
