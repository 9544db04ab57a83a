/** Where a path leads: free of links, with the part that does not exist kept. */
import { lstatSync, readlinkSync } from "node:fs";
import { isAbsolute, join } from "node:path";

const maxLinks = 40;

/** The target of a link, undefined for anything else, null when there is nothing. */
function linkAt(path: string): string | undefined | null {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  return status.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/**
 * Resolves an absolute path as the system would open it: links at every component, `..` after the
 * links before it. Dangling links are followed to where their target would be. Throws on loops and
 * on directories that cannot be searched.
 */
export function realPath(path: string): string {
  if (!isAbsolute(path)) throw new TypeError(`Not an absolute path: ${JSON.stringify(path)}`);
  const pending = path.split("/").reverse();
  let links = 0;
  let real = "/";
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      real = join(real, "..");
      continue;
    }
    const next = join(real, part);
    const target = linkAt(next);
    if (typeof target !== "string") {
      real = next;
      continue;
    }
    if (++links > maxLinks) throw new Error(`Too many links: ${JSON.stringify(path)}`);
    if (target.startsWith("/")) real = "/";
    pending.push(...target.split("/").reverse());
  }
  return real;
}

/** True when `path` is `directory` or lies below it. Both are free of links. */
export function isBelow(path: string, directory: string): boolean {
  const prefix = directory.endsWith("/") ? directory : directory + "/";
  return path === directory || path.startsWith(prefix);
}
