/** Changes of a file that a process which keeps it open has to see: for tests. */
import { existsSync } from "node:fs";

export const fileChanges = [
  "edit",
  "cut",
  "grow",
  "replace",
  "copy",
  "remove",
  "link",
  "folder",
  "close",
] as const;

export type FileChange = typeof fileChanges[number];

/** Changes a file the way that somebody might who does not want it seen: with its old times. */
export function changeFile(path: string, how: FileChange, at: number): void {
  const { atime, mtime } = Deno.statSync(path);
  const bytes = Deno.readFileSync(path);
  const index = Math.floor(at * (bytes.length - 1));
  const edited = bytes.map((byte, i) => i === index ? byte ^ 1 : byte);
  const other = `${path}.other`;
  let changed = path;
  if (how === "edit") {
    const file = Deno.openSync(path, { write: true });
    file.writeSync(edited);
    file.close();
  } else if (how === "cut") Deno.truncateSync(path, index);
  else if (how === "grow") Deno.writeTextFileSync(path, "\n ", { append: true });
  else if (how === "close") Deno.chmodSync(path, 0);
  else if (how === "replace" || how === "copy") {
    Deno.writeFileSync(other, how === "copy" ? bytes : edited, { mode: 0o600 });
    Deno.renameSync(other, path);
  } else {
    Deno.renameSync(path, other);
    changed = other;
    if (how === "link") Deno.symlinkSync(other, path);
    if (how === "folder") Deno.mkdirSync(path);
  }
  Deno.utimeSync(changed, atime as Date, mtime as Date);
}

/** Puts back what was there: into the same file where there is one, else as another file. */
export function putBack(path: string, bytes: Uint8Array): void {
  const other = `${path}.other`;
  try {
    if (!Deno.lstatSync(path).isFile) Deno.removeSync(path);
  } catch {
    // It was removed.
  }
  Deno.writeFileSync(path, bytes, { mode: 0o600 });
  Deno.chmodSync(path, 0o600);
  if (existsSync(other)) Deno.removeSync(other);
}
