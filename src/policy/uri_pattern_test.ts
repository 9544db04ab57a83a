import assert from "node:assert/strict";
import fc from "fast-check";
import { matches } from "../constraints/registry.ts";
import { fromJson } from "../constraints/registry.ts";
import { fileUri } from "./file_uri.ts";
import { type Folders, uriConstraint, uriPatternProblem } from "./uri_pattern.ts";

const folders: Folders = { sandbox: "/srv/a b/[x]*", project: "/srv" };

function accepts(patterns: readonly string[], uri: string, places = folders): boolean {
  const [type, value] = uriConstraint(patterns, places);
  return matches([type, fromJson(value)], uri);
}

Deno.test("A star stands for any text, and everything else for itself", () => {
  const rows: readonly (readonly [pattern: string, yes: string, no: string])[] = [
    ["note://a", "note://a", "note://ab"],
    ["note://*", "note://a/b?c", "notes://a"],
    ["note://a?x=*", "note://a?x=1", "note://abx=1"],
    ["note://[a]*", "note://[a]b", "note://ab"],
    ["note://a/**/z", "note://a/b/z", "note://az"],
    ["*://x", "note://x", "note://y"],
    ["s3://*.txt", "s3://b/a.txt", "s3://b/a.txt.exe"],
    ["file:///srv/*", "file:///srv/a/b", "file:///srvx/a"],
    ["file:///srv/v+*", "file:///srv/v+1", "file:///srv/w"],
    ["file://{sandbox}/*", "file:///srv/a%20b/%5Bx%5D%2A/n", "file:///srv/a%20b/%5Bx%5Dy/n"],
    ["git:{project}/*", "git:/srv/x", "git:/home/x"],
    ["note://my note*", "note://my note 1", "note://my%20note"],
  ];
  for (const [pattern, yes, no] of rows) {
    assert.equal(uriPatternProblem(pattern.replaceAll(/\{\w+\}/g, "/f")), undefined, pattern);
    assert.equal(accepts([pattern], yes), true, `${pattern} ${yes}`);
    assert.equal(accepts([pattern], no), false, `${pattern} ${no}`);
    assert.equal(accepts([pattern, "x:y"], yes), true, `${pattern} ${yes}, of two`);
    assert.equal(accepts([pattern, "x:y"], no), false, `${pattern} ${no}, of two`);
  }
});

Deno.test("A pattern without a star accepts itself alone", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "?", "[", "]", "!", "-", "/", ":", "b") });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const pattern = `note:${one}`;
      assert.equal(accepts([pattern], pattern), true);
      assert.equal(accepts([pattern], `note:${other}`), one === other);
      assert.equal(accepts([`${pattern}*`], `${pattern}${other}`), true);
      assert.equal(accepts([`note:*${one}`], `note:${other}${one}`), true);
    }),
    { numRuns: 500 },
  );
});

Deno.test("Files are accepted by the names they have free of links as well", () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "uri_" }));
  try {
    Deno.mkdirSync(`${root}/real one/v+`, { recursive: true });
    Deno.symlinkSync("real one", `${root}/link`);
    for (const uri of [`file://${root}/link/a`, fileUri(`${root}/real one/a`)]) {
      assert.equal(accepts([`file://${root}/link/*`], uri), true, uri);
      assert.equal(accepts([`file://${root}/link/a`], uri), true, uri);
    }
    assert.equal(accepts([`file://${root}/link/v+/*`], fileUri(`${root}/real one/v+/a`)), true);
    assert.equal(accepts([`file:${root}/link/*`], fileUri(`${root}/real one/a`)), true);
    assert.equal(accepts([`file://localhost${root}/*`], fileUri(`${root}/a`)), true);
    assert.equal(accepts([`file://${root}/link/*`], fileUri(`${root}/other/a`)), false);
    assert.equal(accepts(["file:///*"], fileUri(`${root}/other/a`)), true);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("What is no pattern of URIs says what to write", () => {
  const rows: readonly (readonly [pattern: string, problem: RegExp])[] = [
    ["", /with its scheme/],
    ["/srv/docs/*", /with its scheme/],
    ["docs", /with its scheme/],
    ["note:a\nb", /without backslashes/],
    ["note:a\\b", /without backslashes/],
    ["note:a ", /blanks at its end/],
    ["file:srv/*", /file:\/\/\/PATH/],
    ["file://host/*", /file:\/\/\/PATH/],
    ["file:///srv?*", /without \? and #/],
    ["file:///srv/%2f*", /percent codes/],
    ["file:///srv/%zz*", /percent codes/],
  ];
  for (const [pattern, problem] of rows) {
    assert.match(uriPatternProblem(pattern) ?? "", problem, pattern);
  }
});
