/** Directories that fold names, as a small file system in memory that behaves like each kind. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { type FileNames, foldName, isAtOrBelowFolded, nameOnDisk } from "./folded_names.ts";

type Fold = (name: string) => string;

/** What each kind of file system takes for one name. */
const kinds: Readonly<Record<string, Fold>> = {
  plain: (name) => name,
  "macOS, case kept": (name) => name.normalize("NFD").toLowerCase(),
  "normal forms only": (name) => name.normalize("NFD"),
  "ASCII case only": (name) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  vfat: (name) => name.replace(/[. ]+$/, "").toUpperCase(),
  casefold: (name) =>
    name.normalize("NFD").replace(/\p{Default_Ignorable_Code_Point}/gu, "").toUpperCase(),
};

interface Tree extends FileNames {
  looks: number;
}

/** Absolute paths as they stand on the disk; each directory folds as `fold` says for its path. */
function tree(paths: readonly string[], fold: (directory: string) => Fold, closed = ""): Tree {
  const children = new Map<string, string[]>([["", []]]);
  for (const path of paths) {
    const parts = path.split("/").slice(1);
    parts.forEach((part, i) => {
      const directory = ["", ...parts.slice(0, i)].join("/");
      const names = children.get(directory) ?? [];
      children.set(directory, names);
      if (!names.includes(part)) names.push(part);
    });
  }
  const real = (path: string): string | undefined => {
    let done = "";
    for (const part of path.split("/").slice(1)) {
      const same = fold(done);
      const found = children.get(done)?.find((name) => same(name) === same(part));
      if (found === undefined) return undefined;
      done += `/${found}`;
    }
    return done;
  };
  const looked: Tree = {
    looks: 0,
    identity: (path) => {
      looked.looks++;
      return real(path);
    },
    list: (directory) => {
      const place = real(directory);
      if (place === undefined || place === closed) throw new Error("Permission denied");
      return children.get(place) ?? [];
    },
  };
  return looked;
}

const project = ["/p/tenuo.yaml", "/p/.state/key", "/p/src/Caf\u00e9.ts", "/p/README.md"];
const spellings: readonly (readonly [asked: string, onDisk: string, kinds: string])[] = [
  ["tenuo.yaml", "tenuo.yaml", "plain,macOS,normal,ASCII,vfat,casefold"],
  ["TENUO.YAML", "tenuo.yaml", "macOS,ASCII,vfat,casefold"],
  ["Tenuo.yaml", "tenuo.yaml", "macOS,ASCII,vfat,casefold"],
  [".STATE", ".state", "macOS,ASCII,vfat,casefold"],
  [".state.", ".state", "vfat"],
  [".state ", ".state", "vfat"],
  [".sta\u200bte", ".state", "casefold"],
  [".\u017ftate", ".state", "vfat,casefold"],
  ["readme.md", "README.md", "macOS,ASCII,vfat,casefold"],
  ["missing", "missing", "plain,macOS,normal,ASCII,vfat,casefold"],
];

for (const [kind, fold] of Object.entries(kinds)) {
  Deno.test(`The name on the disk counts: ${kind}`, () => {
    const files = tree(project, () => fold);
    for (const [asked, onDisk, where] of spellings) {
      const isSame = where.split(",").some((start) => kind.startsWith(start));
      equal(nameOnDisk("/p", asked, files), isSame ? onDisk : asked, asked);
    }
    const [composed, parted] = ["Caf\u00e9.ts", "Cafe\u0301.ts"];
    equal(nameOnDisk("/p/src", composed, files), composed);
    const isNormalised = /macOS|normal|casefold/.test(kind);
    equal(nameOnDisk("/p/src", parted, files), isNormalised ? composed : parted);
  });

  Deno.test(`Governed places have no second spelling: ${kind}`, () => {
    const files = tree(project, () => fold);
    const isFolded = /macOS|ASCII|vfat|casefold/.test(kind);
    const places = ["/p/.state", "/p/tenuo.yaml", "/p/.mcp.json", "/p/.claude", "/p/.claude*"];
    for (const place of places) {
      const plain = place.replace("*", "");
      ok(isAtOrBelowFolded(plain, place, files), place);
      ok(isAtOrBelowFolded(`${plain}/x`, place, files), place);
      // None of these has to exist: what a tool would create counts as well.
      equal(isAtOrBelowFolded(plain.toUpperCase().replace("/P/", "/p/"), place, files), isFolded);
      equal(isAtOrBelowFolded(`/p/${plain.slice(3).toUpperCase()}/a`, place, files), isFolded);
      ok(!isAtOrBelowFolded("/p/src", place, files));
      ok(!isAtOrBelowFolded("/p", place, files));
    }
    ok(isAtOrBelowFolded("/p/.claude.json", "/p/.claude*", files));
    equal(isAtOrBelowFolded("/p/.Claude.json", "/p/.claude*", files), isFolded);
    ok(!isAtOrBelowFolded("/p/.claude.json", "/p/.claude", files));
    ok(isAtOrBelowFolded("/", "/", files) && isAtOrBelowFolded("/p", "/", files));
    // A directory that does not exist yet folds as the one it will stand in.
    equal(isAtOrBelowFolded("/p/new/X", "/p/new/x", files), isFolded);
  });
}

Deno.test("Only the directory that folds counts", () => {
  const files = tree(
    ["/a/Plain/x", "/a/usb/State/key", "/b/c"],
    (directory) => directory.startsWith("/a/usb") ? foldName : (name) => name,
  );
  equal(nameOnDisk("/a", "PLAIN", files), "PLAIN");
  equal(nameOnDisk("/a/usb", "STATE", files), "State");
  ok(isAtOrBelowFolded("/a/usb/sTATE/key", "/a/usb/State", files));
  ok(!isAtOrBelowFolded("/a/USB/State/key", "/a/usb/State", files));
  ok(!isAtOrBelowFolded("/a/USB/sTATE/key", "/a/usb/State", files));
});

Deno.test("Two names of one file are two names where nothing folds", () => {
  const hard: FileNames = {
    identity: (path) => ["/d/a", "/d/A"].includes(path) ? "1" : undefined,
    list: () => ["A", "a"],
  };
  equal(nameOnDisk("/d", "a", hard), "a");
  equal(nameOnDisk("/d", "A", hard), "A");
  ok(!isAtOrBelowFolded("/d/A", "/d/a", hard));
});

Deno.test("A short name leads to the long one", () => {
  const vfat: FileNames = {
    identity: (path) =>
      ["/d/STATE~1", "/d/state directory", "/d/state~1"].includes(path) ? "1" : "2",
    list: () => ["other", "state directory"],
  };
  equal(nameOnDisk("/d", "STATE~1", vfat), "state directory");
  equal(nameOnDisk("/d", "file~", tree(["/d/file~"], () => (name) => name)), "file~");
  equal(nameOnDisk("/d", "a~1", tree(["/d/a~1"], () => (name) => name)), "a~1");
});

Deno.test("A directory that folds and cannot be listed is refused, or counts as folding", () => {
  const files = tree(project, () => foldName, "/p");
  throws(() => nameOnDisk("/p", "TENUO.yaml", files), { name: "ArgumentUnusable", code: 9013 });
  equal(nameOnDisk("/p", "missing", files), "missing");
  ok(isAtOrBelowFolded("/p/.MCP.json", "/p/.mcp.json", files));
  const plain = tree(project, () => (name) => name, "/p");
  equal(nameOnDisk("/p", "tenuo.yaml", plain), "tenuo.yaml");
});

Deno.test("A plain directory costs one look a name, and none where names agree", () => {
  const files = tree(project, () => (name) => name);
  nameOnDisk("/p", "tenuo.yaml", files);
  equal(files.looks, 1);
  nameOnDisk("/p", "2024", files);
  equal(files.looks, 1);
  isAtOrBelowFolded("/p/src/a.ts", "/p/.state", files);
  isAtOrBelowFolded("/p/.state/a.ts", "/p/.state", files);
  equal(files.looks, 1);
});

Deno.test("Every spelling of a file comes to one name, in directories of every kind", () => {
  const letters = [..."aAbB\u00e9\u00c9e\u0301kKs\u017f.1 "];
  const nameOf = (units: readonly string[]) =>
    fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength: 5 })
      .filter((text) => !/^[. ]*$/.test(text));
  // vfat keeps no dot and no blank at the end of a name.
  const kept = nameOf(letters).filter((text) => !/[. ]$/.test(text));
  const names = fc.array(kept, { minLength: 1, maxLength: 6 });
  const name = nameOf([...letters, "\u212a", "\u200b"]);
  let folded = 0;
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(kinds)), names, name, (kind, entries, asked) => {
      const fold = kinds[kind] as Fold;
      const onDisk = entries.filter((one, i) =>
        entries.findIndex((other) => fold(other) === fold(one)) === i
      );
      const files = tree(onDisk.map((entry) => `/d/${entry}`), () => fold);
      const others = entries.flatMap((one) => [
        ...[one, one.toUpperCase(), one.toLowerCase(), one.normalize("NFC")],
        ...[one.normalize("NFD"), `${one}.`, `${one}\u200b`],
      ]);
      for (const spelling of [asked, ...others]) {
        const found = onDisk.find((entry) => fold(entry) === fold(spelling));
        const result = nameOnDisk("/d", spelling, files);
        equal(result, found ?? spelling, JSON.stringify([kind, onDisk, spelling]));
        folded += Number(found !== undefined && found !== spelling);
      }
    }),
    { numRuns: 5000 },
  );
  ok(folded > 1000, `Only ${folded} other spellings`);
});

Deno.test("The fold joins what any of the kinds joins", () => {
  const letters = fc.constantFrom(
    ..."aA\u00e9\u00c9e\u0301\u200bk\u212as\u017f\u00df\u1e9e. i\u0130",
  );
  const name = fc.string({ unit: letters, maxLength: 4 });
  fc.assert(
    fc.property(name, name, (one, other) => {
      for (const [kind, fold] of Object.entries(kinds)) {
        if (fold(one) === fold(other)) deepEqual(foldName(one), foldName(other), kind);
      }
    }),
    { numRuns: 20_000 },
  );
});
