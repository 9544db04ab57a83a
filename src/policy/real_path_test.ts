import assert from "node:assert/strict";
import { join } from "node:path";
import { isBelow, realPath } from "./real_path.ts";
import { withProject } from "./test_project.ts";

Deno.test("links are followed at every component, the missing tail is kept", () =>
  withProject({ "real/file": "" }, ({ root }) => {
    Deno.symlinkSync("real", join(root, "link"));
    Deno.symlinkSync(join(root, "link"), join(root, "again"));
    assert.equal(realPath(join(root, "again/file")), join(root, "real/file"));
    assert.equal(realPath(join(root, "again//./new/../newer/")), join(root, "real/newer"));
    assert.equal(realPath(root + "/link/.."), root);
    assert.equal(realPath("/../.."), "/");
  }));

Deno.test("a dangling link leads to where its target would be", () =>
  withProject({}, ({ root }) => {
    Deno.symlinkSync("/nowhere/at/all", join(root, "dangling"));
    assert.equal(realPath(join(root, "dangling/x")), "/nowhere/at/all/x");
  }));

Deno.test("loops and relative paths are errors", () =>
  withProject({}, ({ root }) => {
    Deno.symlinkSync("loop", join(root, "loop"));
    assert.throws(() => realPath(join(root, "loop")), /Too many links/);
    assert.throws(() => realPath("x"), TypeError);
    assert.throws(() => realPath(""), TypeError);
  }));

Deno.test("what exists resolves as the system resolves it", () =>
  withProject({ "a/b/c": "" }, ({ root }) => {
    Deno.symlinkSync("a/b", join(root, "l"));
    Deno.symlinkSync("../l/../b", join(root, "a/m"));
    for (const path of ["l/c", "a/m/c", "l/..", "a/m/../m/c", "./l/./c"]) {
      assert.equal(realPath(`${root}/${path}`), Deno.realPathSync(`${root}/${path}`), path);
    }
  }));

Deno.test("below means the directory or under it, not beside it", () => {
  assert.equal(isBelow("/a/b", "/a/b"), true);
  assert.equal(isBelow("/a/b/c", "/a/b"), true);
  assert.equal(isBelow("/a/bc", "/a/b"), false);
  assert.equal(isBelow("/a", "/"), true);
});
