/** Whatever path is allowed, opening it reaches a file in the sandbox; ordinary paths are allowed. */
import { equal, ok } from "node:assert/strict";
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { asDenial } from "../../src/authorizer/denial.ts";
import { resolvePath } from "../../src/authorizer/resolve_path.ts";
import { matchesSubpath } from "../../src/constraints/subpath.ts";
import { asked, direct, entries, grow, isOrdinary } from "./link_tree.ts";

const trees = 300;
const pathsEach = 24;

/** As the hook judges `subpath:{sandbox}`: the file that is meant, or undefined for a refusal. */
function judged(cwd: string, path: string, sandbox: string): string | undefined {
  try {
    const file = resolvePath(cwd, path);
    const rule = new Map<string, string | boolean>([["root", sandbox]]);
    return matchesSubpath(rule, file) ? file : undefined;
  } catch (error) {
    ok(asDenial(error), String(error));
    return undefined;
  }
}

function identity(path: string): string {
  const { dev, ino } = lstatSync(path);
  return `${dev}:${ino}`;
}

/** The files and directories below a directory that is free of links, by device and inode. */
function inodes(directory: string, found = new Set<string>()): Set<string> {
  found.add(identity(directory));
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) inodes(path, found);
    else found.add(identity(path));
  }
  return found;
}

/** What opening reaches, by device and inode; undefined when the system refuses. */
function opened(path: string, flags: string): string | undefined {
  try {
    // As the client does before it writes.
    if (flags === "a") mkdirSync(resolve(path, ".."), { recursive: true });
    const descriptor = openSync(path, flags);
    const { dev, ino } = fstatSync(descriptor);
    closeSync(descriptor);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

interface Counts {
  asked: number;
  allowed: number;
  read: number;
  written: number;
  ordinary: number;
}

function check(root: string, cwd: string, path: string, flags: "r" | "a", counts: Counts): void {
  const sandbox = `${root}/box`;
  const below = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const isRooted = path.startsWith("/") || cwd === root;
  const isPlain = isRooted && below.startsWith("box/") && isOrdinary(root, below);
  const file = judged(cwd, path, sandbox);
  counts.asked++;
  if (isPlain) {
    counts.ordinary++;
    equal(file, `${root}/${below}`, `${path} is an ordinary path`);
  }
  if (file === undefined) return;
  counts.allowed++;
  // The client normalises by text, other programs leave it to the system.
  const ways = [resolve(cwd, path), path.startsWith("/") ? path : `${cwd}/${path}`];
  for (const way of ways) {
    const reached = opened(way, flags);
    if (reached === undefined) continue;
    ok(inodes(sandbox).has(reached), `${flags} ${way} reaches a file outside of ${sandbox}`);
    equal(reached, identity(file), `${flags} ${way} reaches another file than ${file}`);
    if (flags === "r") counts.read++;
    else counts.written++;
  }
}

Deno.test("What is allowed opens in the sandbox, what is ordinary is allowed", () => {
  const counts: Counts = { asked: 0, allowed: 0, read: 0, written: 0, ordinary: 0 };
  const below = fc.tuple(fc.constantFrom("box/", "", "./box/", "far/../box/"), asked)
    .map((parts) => parts.join(""));
  const ask = fc.record({
    path: fc.oneof(below, asked, direct),
    rooted: fc.boolean(),
    flags: fc.constantFrom<"r" | "a">("r", "a"),
    cwd: fc.constantFrom("", "", "/box", "/box/a", "/far", "/a"),
  });
  const asks = fc.array(ask, { minLength: pathsEach, maxLength: pathsEach });
  fc.assert(
    fc.property(entries, asks, (list, questions) => {
      const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "reach_" }));
      try {
        grow(folder, list);
        for (const { path, rooted, flags, cwd } of questions) {
          check(folder, folder + cwd, rooted ? `${folder}/${path}` : path, flags, counts);
        }
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    }),
    { numRuns: trees },
  );
  const { allowed, read, written, ordinary } = counts;
  const seen = JSON.stringify(counts);
  equal(counts.asked, trees * pathsEach);
  ok(allowed >= counts.asked / 5 && read >= 300 && written >= 1000 && ordinary >= 800, seen);
});
