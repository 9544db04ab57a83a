/** Random trees of directories, files and links of every kind, with a sandbox among them. */
import fc from "fast-check";

export interface Entry {
  readonly at: string;
  readonly kind: "directory" | "file" | "link";
  /** Of a link: relative, or from the tree's root. */
  readonly to: string;
  readonly rooted: boolean;
}

const names = ["a", "b", "c", "box", "far"];
const name = fc.constantFrom(...names);
const step = fc.oneof({ weight: 5, arbitrary: name }, {
  weight: 2,
  arbitrary: fc.constantFrom("..", ".", "", "box", "\u00e9", "x\\y", "..\\..", "..."),
});

/** A path that may be anything: relative, absolute in the tree, with `..` anywhere. */
export const asked: fc.Arbitrary<string> = fc.array(step, { minLength: 1, maxLength: 7 })
  .map((steps) => steps.join("/"));

/** A path below the sandbox without any detour, of names that may be links or missing. */
export const direct: fc.Arbitrary<string> = fc.array(
  fc.constantFrom(...names, "x y", "\u00e9", "..x", "~", "-r", "*"),
  { minLength: 1, maxLength: 4 },
).map((parts) => ["box", ...parts].join("/"));

const entry: fc.Arbitrary<Entry> = fc.record({
  at: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
  kind: fc.constantFrom("directory", "directory", "file", "link", "link", "link"),
  to: asked,
  rooted: fc.boolean(),
});

export const entries: fc.Arbitrary<readonly Entry[]> = fc.array(entry, {
  minLength: 6,
  maxLength: 30,
});

/** Makes the tree below `root`; what gets in the way of another is left out. Links are never followed. */
export function grow(root: string, list: readonly Entry[]): void {
  Deno.mkdirSync(`${root}/box/a/b`, { recursive: true });
  Deno.mkdirSync(`${root}/far`);
  Deno.writeTextFileSync(`${root}/box/c`, "");
  Deno.writeTextFileSync(`${root}/far/secret`, "");
  for (const { at, kind, to, rooted } of list) {
    const parts = at.split("/");
    try {
      for (let i = 1; i < parts.length; i++) {
        makeDirectory(`${root}/${parts.slice(0, i).join("/")}`);
      }
      const path = `${root}/${at}`;
      if (kind === "directory") Deno.mkdirSync(path);
      else if (kind === "file") Deno.writeTextFileSync(path, "", { createNew: true });
      else Deno.symlinkSync(rooted ? `${root}/${to}` : to === "" ? "." : to, path);
    } catch {
      // It is taken.
    }
  }
}

/** @throws {Error} when anything but a directory is there */
function makeDirectory(path: string): void {
  try {
    if (Deno.lstatSync(path).isDirectory) return;
  } catch {
    // There is nothing yet.
  }
  Deno.mkdirSync(path);
}

/** True when no component below `root` is a link, and none but the last is a file. */
export function isOrdinary(root: string, path: string): boolean {
  let done = root;
  const parts = path.split("/");
  if (parts.some((part) => ["", ".", ".."].includes(part) || part.includes("\\"))) return false;
  for (const [i, part] of parts.entries()) {
    done += `/${part}`;
    try {
      const { isSymlink, isFile } = Deno.lstatSync(done);
      if (isSymlink || (isFile && i < parts.length - 1)) return false;
    } catch {
      return true;
    }
  }
  return true;
}
