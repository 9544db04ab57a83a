/**
 * The file a tool will open for a path it is given: links resolved at every component, the missing
 * tail kept. The client normalises `..` by text and the system by directory; where the two lead to
 * different files the path is refused.
 */
import { Denial } from "./denial.ts";

const maxLinks = 40;

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

/** Follows links component by component; components that do not exist are kept as they are. */
function follow(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) unusable(`Cannot resolve ${path}`);
  }
  const todo = path.split("/").reverse();
  let done = "";
  let links = 0;
  let missing = false;
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done = done.slice(0, Math.max(0, done.lastIndexOf("/")));
      continue;
    }
    const next = `${done}/${part}`;
    let target: string | undefined;
    try {
      target = !missing && Deno.lstatSync(next).isSymlink ? Deno.readLinkSync(next) : undefined;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) unusable(`Cannot resolve ${path}`);
      missing = true;
    }
    if (target === undefined) done = next;
    else {
      if (++links > maxLinks) unusable(`Too many links in ${path}`);
      if (target.startsWith("/")) done = "";
      todo.push(...target.split("/").reverse());
    }
  }
  return done === "" ? "/" : done;
}

/**
 * The absolute, link-free path that `path` names for a process in `cwd`.
 *
 * @throws {Denial} 9013 when the value cannot name one file
 */
export function resolvePath(cwd: string, path: unknown): string {
  if (typeof path !== "string") return unusable("The path is not text");
  if (path.trim() === "") return unusable("The path is blank");
  if (hasControl(path) || !path.isWellFormed()) {
    return unusable("The path has a control character or is not well-formed text");
  }
  const lexical = normalise(cwd, path);
  // What these lead to depends on the process that opens them, and that is not this one.
  if (/^\/(proc|dev\/fd|dev\/std)/.test(lexical)) return unusable(`${lexical} is not a plain file`);
  const byText = follow(lexical);
  if (path.includes("..")) {
    const bySystem = follow(path.startsWith("/") ? path : `${cwd}/${path}`);
    if (bySystem !== byText) return unusable(`${path} leads to two different files through a link`);
  }
  if (byText.startsWith("/proc/")) return unusable(`${path} leads into /proc`);
  return byText;
}

/** True when `path` is `directory` or lies below it. Both absolute and normalised. */
export function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
