/** Random trees of links: the walk against another way to the same end, and against the system. */
import { equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { Denial } from "./denial.ts";
import { follow, normalise, resolvePath } from "./resolve_path.ts";

/** Runs `body` in a fresh directory free of links, which is removed afterwards. */
function inTree(body: (root: string) => void): void {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "paths_" }));
  try {
    body(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/**
 * Another way to the same end: the leftmost link is replaced by its target, in the text, until there
 * is none. Undefined for what the system would not resolve.
 */
function oracle(path: string, steps = 0): string | undefined {
  if (steps > 40) return undefined;
  let done = "";
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  for (const [i, part] of parts.entries()) {
    const rest = parts.slice(i + 1).join("/");
    if (part === "..") {
      done = done.split("/").slice(0, -1).join("/");
      continue;
    }
    let target: string | undefined;
    try {
      target = Deno.readLinkSync(`${done}/${part}`);
    } catch {
      // No link.
    }
    if (target !== undefined) {
      return oracle(`${target.startsWith("/") ? "" : done}/${target}/${rest}`, steps + 1);
    }
    done += `/${part}`;
  }
  return done === "" ? "/" : done;
}

const names = ["a", "b", "c", "d"];
const part = fc.constantFrom(...names, "..", ".");
const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
const place = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const tree = fc.array(
  fc.record({
    at: place.map((parts) => parts.join("/")),
    to: fc.option(text),
    rooted: fc.boolean(),
  }),
  { minLength: 4, maxLength: 20 },
);

/** Makes directories and links; what gets in the way of another is left out. */
function build(root: string, entries: typeof tree extends fc.Arbitrary<infer T> ? T : never): void {
  for (const { at, to, rooted } of entries) {
    try {
      if (to === null) Deno.mkdirSync(`${root}/${at}`, { recursive: true });
      else Deno.symlinkSync(rooted ? `${root}/${to}` : to, `${root}/${at}`);
    } catch {
      // It is taken.
    }
  }
}

Deno.test("Random trees of links: the walk agrees with the oracle and with the system", () => {
  let existing = 0;
  fc.assert(
    fc.property(tree, fc.array(text, { minLength: 10, maxLength: 10 }), (entries, paths) => {
      inTree((root) => {
        build(root, entries);
        for (const path of paths) {
          const expected = oracle(`${root}/${path}`);
          if (expected === undefined) {
            throws(() => follow(`${root}/${path}`), Denial);
            continue;
          }
          equal(follow(`${root}/${path}`), expected, `${path} in ${JSON.stringify(entries)}`);
          const lexical = oracle(normalise(root, path));
          if (lexical === expected) equal(resolvePath(root, path), expected);
          else throws(() => resolvePath(root, path), Denial);
          try {
            equal(Deno.realPathSync(`${root}/${path}`), expected);
            existing++;
          } catch (error) {
            ok(!(error instanceof Error && error.name === "AssertionError"), String(error));
          }
        }
      });
    }),
    { numRuns: 150 },
  );
  ok(existing > 200, `Only ${existing} paths existed`);
});
