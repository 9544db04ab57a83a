import { equal, notEqual, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { fileDigest, folderDigest } from "./file_digest.ts";
import { inFolder } from "./test_programs.ts";

Deno.test("A file's digest is that of all its bytes", () =>
  inFolder(async (place) => {
    const path = place.path("file");
    for (const size of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1]) {
      const bytes = new Uint8Array(size).fill(7);
      await Deno.writeFile(path, bytes);
      equal(fileDigest(path), createHash("sha256").update(bytes).digest("hex"));
    }
    Deno.symlinkSync("file", place.path("link"));
    throws(() => fileDigest(place.path("link")), { name: "UnsafeFile" });
    throws(() => fileDigest(place.path("bin")), { name: "UnsafeFile" });
  }));

Deno.test("A folder's digest changes with every name and every byte below it", () =>
  inFolder(async (place) => {
    const name = fc.constantFrom("a", "b", "d/a", "d/b");
    const tree = fc.dictionary(name, fc.constantFrom("", "x", "y"), { maxKeys: 4 });
    const make = (files: Readonly<Record<string, string>>) => {
      const folder = Deno.makeTempDirSync({ dir: place.root });
      Deno.mkdirSync(`${folder}/d`);
      for (const [file, text] of Object.entries(files)) {
        Deno.writeTextFileSync(`${folder}/${file}`, text);
      }
      return folderDigest(folder);
    };
    const textOf = (files: Readonly<Record<string, string>>) =>
      JSON.stringify(Object.entries(files).sort());
    await fc.assert(fc.asyncProperty(tree, tree, (one, other) => {
      equal(make(one) === make(other), textOf(one) === textOf(other));
      return Promise.resolve();
    }));
  }));

Deno.test("Links count by where they point; other packages and history do not count", () =>
  inFolder((place) => {
    place.write("p/index.js", "");
    const before = folderDigest(place.path("p"));
    place.write("p/node_modules/other/index.js", "");
    place.write("p/lib/__pycache__/x.pyc", "");
    place.write("p/.git/HEAD", "");
    Deno.removeSync(place.path("p/lib"), { recursive: true });
    equal(folderDigest(place.path("p")), before);
    Deno.symlinkSync("index.js", place.path("p/link"));
    const linked = folderDigest(place.path("p"));
    notEqual(linked, before);
    Deno.removeSync(place.path("p/link"));
    Deno.symlinkSync("/etc/hosts", place.path("p/link"));
    notEqual(folderDigest(place.path("p")), linked);
    return Promise.resolve();
  }));
