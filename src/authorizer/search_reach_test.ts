import { deepEqual, doesNotThrow, equal, throws } from "node:assert/strict";
import { confinePattern, requireIgnored, searchPath } from "./search_reach.ts";
import { withGround } from "./test_ground.ts";

type Field = "glob" | "pattern";

/** Patterns of which each must end as `code` says, searched below the project. */
function rows(title: string, field: Field, patterns: readonly string[], code?: number): void {
  Deno.test(title, async () => {
    await withGround(({ project, governance }) => {
      for (const pattern of patterns) {
        const judge = () => confinePattern(field, pattern, project, governance);
        if (code === undefined) doesNotThrow(judge, `${field} ${pattern}`);
        else throws(judge, { code }, `${field} ${pattern}`);
      }
    });
  });
}

// Measured with the client: each of these brought the content of .state/issuer_key.b64 back.
rows("A name filter that brings the state directory back is refused", "glob", [
  "*",
  "**",
  "**/*",
  "*.b64",
  "**/*.b64",
  "*.{x,b64} foo",
  "foo *.{x,b64}",
  "*.{b64}",
  "*.{b64\\,c,b64}",
  "*.b64 ",
  "*.ts,*.b64",
  "*.ts *.b64",
  "*.b6\\4",
  "\\*.b64 *4",
  "[^x]*.b6[^x]",
  "[!x]*4",
  "*.b6?",
  "*.b6[0-9]",
  "*.b6**",
  "}*.b64",
  "{issuer,a}*}",
  "issuer_key.b64",
  "**/.state/**",
  ".state/*",
  "{.,x}state/*",
  "[.]state/*",
  ".stat?/**",
  ".state/**/issuer_key.b64",
  "!*.ts,*",
  "*KEY*",
  "\u00a0*.b64",
], 9007);

rows("Name filters of ordinary work pass", "glob", [
  "*.ts",
  "*.{ts,tsx}",
  "*.{ts,tsx} *.md",
  "**/*.ts",
  "src/**",
  "src/**/*.{js,jsx}",
  "*.ts,*.md",
  "!*.ts",
  "!**/node_modules/**",
  "package.json",
  "*.test.*",
  "[a-c]*.ts",
  "Makefile",
  "*.y{,a}ml",
]);

rows("Patterns that climb are refused", "pattern", [
  "../*",
  "src/../../*",
  "**/../../x",
  "{..,src}/*",
  "..",
  "src/..",
  "[.][.]/x",
  "[.]./x",
  "\\.\\./x",
  "/etc/../root/*",
], 9013);

rows("Patterns with text that cannot be a name are refused", "pattern", [
  "a\0b",
  "a\nb",
  "a\ud800",
  "*a".repeat(5000),
  "a".repeat(1025),
  "{a,b}".repeat(50),
], 9013);

rows("Patterns that spell the state directory are refused", "pattern", [
  ".state/*",
  ".state/**",
  "**/.state/*",
  ".stat?/*",
  ".[s]tate/*",
  "{.state,x}/*",
], 9007);

rows("Patterns of ordinary work pass", "pattern", [
  "**/*",
  "*",
  "**/*.ts",
  "src/**/*.{ts,tsx}",
  "*.md",
  "...",
  "a..b/*",
  "**/*.test.ts",
  ".github/**",
  ".gitignore",
]);

Deno.test("Patterns that are no text are refused", async () => {
  await withGround(({ project, governance }) => {
    for (const value of [undefined, null, 1, ["*"], { a: 1 }]) {
      throws(() => confinePattern("pattern", value, project, governance), { code: 9013 });
    }
  });
});

Deno.test("An absolute pattern says where it starts", async () => {
  await withGround(({ project, governance }) => {
    const starts = (pattern: string) => confinePattern("pattern", pattern, project, governance);
    deepEqual(starts("*.ts"), []);
    deepEqual(starts("/etc/*"), ["/etc"]);
    deepEqual(starts("/et[c]/host*"), ["/"]);
    deepEqual(starts("/etc/hosts"), ["/etc/hosts"]);
    deepEqual(starts(`${project}/src/*.ts`), [`${project}/src`]);
    deepEqual(starts(" /etc/*"), ["/etc"]);
    deepEqual(starts("{/etc,/usr}/*").toSorted(), ["/etc", "/usr"]);
    throws(() => starts("~/*"), { code: 9013 });
  });
});

Deno.test("A pattern that starts behind a link says where that is", async () => {
  await withGround(({ project, governance }) => {
    const starts = (pattern: string) => confinePattern("pattern", pattern, project, governance);
    deepEqual(starts("links/there/*.ts"), []);
    deepEqual(starts("links/up/**/*.ts"), [project.slice(0, project.lastIndexOf("/"))]);
    deepEqual(starts("./links/up/home/*"), [`${project.slice(0, project.lastIndexOf("/"))}/home`]);
    deepEqual(starts("links/u?/*"), []);
    deepEqual(starts("missing/deeper/*.ts"), []);
    for (const pattern of ["links/link/*", "links/deep/link/x", "{src,links/link}/*"]) {
      throws(() => starts(pattern), { code: 9007 }, pattern);
    }
    // A name filter only chooses among what is found.
    deepEqual(confinePattern("glob", "links/up/*.ts", project, governance), []);
  });
});

Deno.test("A pattern that starts at the state directory is refused", async () => {
  await withGround(({ project, governance }) => {
    for (const start of [".state", "links/link", "links/deep/link"]) {
      throws(() => confinePattern("pattern", `${project}/${start}/*`, project, governance), {
        code: 9007,
      }, start);
    }
  });
});

Deno.test("Below the state directory's parent nothing is in the way", async () => {
  await withGround(({ project, governance }) => {
    doesNotThrow(() => confinePattern("glob", "*", `${project}/src`, governance));
    doesNotThrow(() => confinePattern("pattern", "**/*", `${project}/src`, governance));
  });
});

Deno.test("A search above the project is judged by the project's place in it", async () => {
  await withGround(({ project, governance }) => {
    const above = project.slice(0, project.lastIndexOf("/"));
    for (const glob of ["project/.state/*", "*/.state/*", "project/**/issuer_key.b64"]) {
      throws(() => confinePattern("glob", glob, above, governance), { code: 9007 }, glob);
    }
    doesNotThrow(() => confinePattern("glob", "project/src/*", above, governance));
  });
});

Deno.test("A search that nothing keeps out of a governance folder is refused", async () => {
  await withGround(({ project, home, governance }) => {
    doesNotThrow(() => requireIgnored(project, governance));
    doesNotThrow(() => requireIgnored("/nowhere", governance));
    throws(() => requireIgnored(home, governance), { code: 9007 }); // ~/.tenuo has no ignore file
    Deno.removeSync(`${project}/.state/.rgignore`);
    throws(() => requireIgnored(project, governance), { code: 9007 });
    doesNotThrow(() => requireIgnored(`${project}/src`, governance));
  });
});

Deno.test("A search path is read as the client reads it", () => {
  equal(searchPath(" a ", "/home/u"), "a");
  equal(searchPath("~", "/home/u"), "/home/u");
  equal(searchPath("~/x", "/home/u"), "/home/u/x");
  equal(searchPath("~x", "/home/u"), "~x");
  equal(searchPath(5, "/home/u"), 5);
});
