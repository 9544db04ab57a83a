import { doesNotThrow, equal, throws } from "node:assert/strict";
import { fileUri } from "../policy/file_uri.ts";
import { uriConstraint } from "../policy/uri_pattern.ts";
import { evaluate } from "./evaluate.ts";
import { readUri } from "./uri_argument.ts";
import { withGround } from "./test_ground.ts";
import { call, route, rule, snapshot } from "./test_snapshot.ts";

Deno.test("URIs that mean the same to all are taken as they were sent", () => {
  const uris = [
    "note://a",
    "demo://resource/static/document/architecture.md",
    "test://static/resource/1",
    "https://example.com/a/b?next=../x#..",
    "git://repo/a..b/...",
    "urn:isbn:0451450523",
    "data:text/plain,x",
    "file:///srv/docs/a%20b.md",
    "FILE:///srv/docs/a.md",
    "file://localhost/srv/a",
    "file:/srv/a",
    "note://my note",
    "note://é",
    "s3://bucket/%7Bx%7D",
    "x:",
  ];
  for (const uri of uris) equal(readUri(uri), uri);
});

Deno.test("URIs that may lead elsewhere are refused", () => {
  const uris: readonly unknown[] = [
    undefined,
    null,
    5,
    "",
    "a",
    "/srv/a",
    "note:a\n",
    "note:a\tb",
    "note:a ",
    " note:a",
    "note:\ud800",
    "note:a\\..\\b",
    "note:a\\b",
    "note://a/../b",
    "note://a/%2e%2E/b",
    "note://a/%252e%252e/b",
    "note://a/..%2fb",
    "note://a%2f..%2Fb",
    "note://a/./b",
    "note://a/..",
    "https://example.com/docs/..%5cadmin",
    "file:srv/a",
    "file://other/srv/a",
    "file://srv",
    "file:",
    "file:///srv/a?x",
    "file:///srv/a#x",
    "file:///srv%2fa",
    "file:///srv/%00",
    "file:///srv/%2500",
    "file:///srv/%ff",
    "file:///srv/%zz",
    `note:${"x".repeat(9000)}`,
  ];
  for (const uri of uris) {
    throws(() => readUri(uri), { code: 9013 }, String(uri).slice(0, 50));
  }
  doesNotThrow(() => readUri(`note:${"%25".repeat(2000)}`));
});

Deno.test("The URI of a file is granted where its path leads, and nowhere else", async () => {
  await withGround(async ({ project, home, governance }) => {
    Deno.symlinkSync("../docs/x.md", `${project}/src/out`);
    Deno.symlinkSync("a.ts", `${project}/src/same`);
    const judged = async (pattern: string, uri: string) => {
      const constraint = uriConstraint([pattern], { sandbox: project, project });
      const policy = snapshot(
        { "mcp__s__resources/read": route([rule("uri", constraint, { kind: "uri" })]) },
        { project, home, governance },
      );
      const asked = call("mcp__s__resources/read", { uri }, { door: "mcp", cwd: project });
      const { verdict, code } = await evaluate(asked, policy);
      return verdict === "allow" ? "allow" : code;
    };
    const source = `file://${project}/src/*`;
    equal(await judged(source, fileUri(`${project}/src/a.ts`)), "allow");
    equal(await judged(source, fileUri(`${project}/src/same`)), "allow");
    equal(await judged(source, fileUri(`${project}/src/missing`)), "allow");
    equal(await judged(source, fileUri(`${project}/src/out`)), 1501);
    equal(await judged(source, fileUri(`${project}/docs/x.md`)), 1501);
    equal(await judged(source, `file://${project}/src/../docs/x.md`), 9013);
    equal(await judged(`file://${project}/*`, fileUri(`${project}/src/out`)), "allow");
    equal(
      await judged(`file://${project}/links/there/*`, `file://${project}/links/there/d.ts`),
      "allow",
    );
    equal(await judged("*", fileUri(`${project}/.state/issuer_key.b64`)), 9007);
    equal(await judged("*", fileUri(`${project}/links/link/issuer_key.b64`)), 9007);
    equal(await judged("*", fileUri(`${project}/tenuo.yaml`)), "allow");
    equal(await judged("*", fileUri("/etc/hosts")), "allow");
    equal(await judged("*", "file:///proc/self/environ"), 9013);
    equal(await judged("*", "note://.state/x"), "allow");
  });
});
