import { ok, strictEqual as equal } from "node:assert/strict";
import { join } from "node:path/posix";
import fc from "fast-check";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matchesSubpath } from "./subpath.ts";

function inside(root: Cbor, path: Cbor, options: Readonly<Record<string, Cbor>> = {}): boolean {
  return matchesSubpath(rule({ root, ...options }), path);
}

Deno.test("At or below the root", () => {
  const paths = [
    "/data",
    "/data/",
    "/data/a",
    "/data/a/b",
    "/data//a",
    "/data/./a",
    "/data/a/..",
    "/data/a/../b",
  ];
  for (const path of paths) ok(inside("/data", path), path);
  for (const path of [...paths, "/", "/etc"]) ok(inside("/", path), path);
  ok(inside("/data/", "/data/a"));
  for (const root of ["//data", "/data/.", "/x/../data"]) {
    ok(!inside(root, "/data/a"), `${root}: the root counts as it is written`);
  }
  ok(inside("/data", "//data/a"));
  ok(inside("/data", "/../data/a"));
  ok(inside("/data", "/etc/../data/a"));
  ok(inside("/data", "/data/..a"));
  ok(inside("/data", "/data/..."));
  ok(inside("/data", "/data/a b\u00e9\u{1f600}"));
});

Deno.test("Outside the root", () => {
  for (
    const path of [
      "/",
      "/dat",
      "/data2",
      "/data-evil/a",
      "/data..",
      "/Data/a",
      "/data/..",
      "/data/../etc/passwd",
      "/data/a/../../etc",
      "/data/../data2",
      "/..",
      "/etc/data",
    ]
  ) ok(!inside("/data", path), path);
});

Deno.test("A path that is not absolute, or ends early for the system", () => {
  for (const path of ["", "data", "./data/a", "../data", "~/data", " /data/a", "C:\\data\\a"]) {
    ok(!inside("/data", path), path);
    ok(!inside("/", path), path);
  }
  ok(!inside("/data", "/data/a\0"));
  ok(!inside("/data", "/data/a\0/../../etc"));
});

Deno.test("A backslash separates for the library and names a file for the system: both must hold", () => {
  ok(inside("/data", "/data/a\\b"));
  ok(inside("/data", "/data/a\\..\\b"));
  ok(!inside("/data\\x", "/data\\x/a"), "the root counts as it is written");
  ok(!inside("/data", "/data\\a"), "a file named data\\a beside the root");
  ok(!inside("/data", "/data/..\\..\\etc/passwd"));
  ok(!inside("/data", "/data/a/..\\..\\..\\etc"));
  ok(!inside("/data", "/x\\..\\data/a"));
  ok(!inside("/data", "\\data\\a"));
});

Deno.test("Options", () => {
  ok(inside("/data", "/DATA/A", { case_sensitive: false }));
  ok(!inside("/Data", "/data/a", { case_sensitive: false }), "as in the library");
  ok(!inside("/data", "/DATA2", { case_sensitive: false }));
  ok(!inside("/data", "/DATA/A", { case_sensitive: true }));
  ok(inside("/data", "/data", { allow_equal: true }));
  ok(!inside("/data", "/data", { allow_equal: false }));
  ok(!inside("/data", "/data/a/..", { allow_equal: false }));
  ok(inside("/data", "/data/a", { allow_equal: false }));
  ok(inside("/", "/a", { allow_equal: false }));
  ok(inside("/data", "/data/a", { case_sensitive: null, allow_equal: null }));
});

Deno.test("Malformed rules and other arguments deny", () => {
  for (const root of ["", "data", "./data", null, 5, ["/"], true]) ok(!inside(root, "/data/a"));
  for (const option of ["case_sensitive", "allow_equal"]) {
    for (const value of [0, 1, "true", [], rule({})]) {
      ok(!inside("/data", "/data/a", { [option]: value }), `${option}: ${value}`);
    }
  }
  for (const value of [null, "/data", ["/data"], 5, true, {} as never]) {
    ok(!matchesSubpath(value, "/data/a"));
  }
  for (const path of [null, 5, true, ["/data/a"], rule({}), { float: 1 }, Uint8Array.of(47)]) {
    ok(!inside("/data", path));
    ok(!inside("/", path));
  }
});

/** Containment by the platform's own normalisation, for paths without backslashes. */
function reference(root: string, path: string): boolean {
  if (!path.startsWith("/") || path.includes("\0")) return false;
  const [base, normal] = [join(root, "."), join(path, ".")].map((one) =>
    one.replace(/(.)\/$/, "$1")
  );
  return normal === base || (normal as string).startsWith(base === "/" ? "/" : `${base}/`);
}

const part = fc.constantFrom("a", "data", "..", ".", "", "...", "a.b", "Data", "\u00e9", " ", "\0");
const path = fc.tuple(fc.constantFrom("/", "/", "/", ""), fc.array(part, { maxLength: 6 }))
  .map(([start, parts]) => start + parts.join("/"));

Deno.test("The platform's normalisation agrees on random paths", () => {
  let allowed = 0;
  const roots = fc.constantFrom("/data", "/", "/a/data");
  fc.assert(
    fc.property(roots, path, (root, one) => {
      const found = inside(root, one);
      if (found) allowed++;
      equal(found, reference(root, one), JSON.stringify([root, one]));
    }),
    { numRuns: 20_000 },
  );
  ok(allowed > 2000, `${allowed} inside`);
});

Deno.test("With backslashes, nothing is inside that either reading puts outside", () => {
  const odd = fc.array(fc.oneof(part, fc.constantFrom("\\", "..\\", "a\\b", "\\..")), {
    maxLength: 6,
  })
    .map((parts) => "/" + parts.join("/"));
  fc.assert(
    fc.property(odd, (one) => {
      const both = reference("/data", one) && reference("/data", one.replaceAll("\\", "/"));
      equal(inside("/data", one), both, JSON.stringify(one));
    }),
    { numRuns: 20_000 },
  );
});
