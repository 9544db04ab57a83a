import { deepEqual, doesNotThrow, throws } from "node:assert/strict";
import { requireInputUngoverned } from "./input_reach.ts";
import { withGround } from "./test_ground.ts";
import { onlyReads } from "./only_reads.ts";

const tool = "mcp__files__do";

Deno.test("Input that names a sealed file is refused, wherever the name stands", async () => {
  await withGround(({ project, home, governance }) => {
    const inputs: readonly unknown[] = [
      { path: ".state/issuer_key.b64" },
      { path: `${project}/.state/issuer_key.b64` },
      { path: " .state/issuer_key.b64 " },
      { uri: `file://${project}/.state/issuer_key.b64` },
      { uri: `file://${project}/%2estate/issuer_key.b64` },
      { path: "~/.tenuo/admin.env" },
      { path: `${home}/.tenuo` },
      { path: "links/link/issuer_key.b64" },
      { path: "links/key_link" },
      { paths: ["src/a.ts", "src/../.state/x"] },
      { a: { b: [{ c: ".state" }] } },
      { ".state/x": true },
      { spec: "key=.state/x" },
      [".state"],
    ];
    for (const input of inputs) {
      const judge = () => requireInputUngoverned(tool, input, [project], home, governance);
      throws(judge, { code: 9007 }, JSON.stringify(input));
    }
    // A server may start from the project though the session has moved.
    const places = [`${project}/src`, project];
    throws(() => requireInputUngoverned(tool, { path: ".state/x" }, places, home, governance), {
      code: 9007,
    });
  });
});

Deno.test("Other input is left alone", async () => {
  await withGround(({ project, home, governance }) => {
    const inputs: readonly unknown[] = [
      {},
      null,
      { path: "src/a.ts" },
      { path: "src/tenuo.yaml" },
      { text: "see tenuo.yaml" },
      { text: "docs: tenuo.yaml,.mcp.json" },
      { list: Array.from({ length: 60_000 }, (_, i) => `value ${i}`) },
      { list: Array.from({ length: 300_000 }, () => 1) },
      { limit: 5, deep: true, none: null, list: [1, 2, 3] },
      { sql: "SELECT * FROM state WHERE id = 'x.state'" },
      { text: "Please look at .state/issuer_key.b64\nand tell me" },
      { text: "x".repeat(100_000) },
      { url: "https://example.com/.state/x" },
      { path: "" },
    ];
    for (const input of inputs) {
      doesNotThrow(() => requireInputUngoverned(tool, input, [project], home, governance));
    }
  });
});

Deno.test("What governs the session is refused as well, since a tool may write it", async () => {
  await withGround(({ project, home, governance }) => {
    const inputs: readonly unknown[] = [
      { path: "tenuo.yaml", content: "x" },
      { path: "./tenuo.yaml" },
      { path: `${project}/.claude/settings.json` },
      { path: ".mcp.json" },
      { path: "mcp.lock" },
      { source: "src/a.ts", destination: "docs/../.claude/settings.json" },
      { uri: `file://${project}/tenuo.yaml` },
      { path: "~/.claude.json" },
      { path: `${home}/.claude-of-tomorrow/x` },
      { edits: [{ file: "tenuo.cloud.yaml" }] },
    ];
    for (const input of inputs) {
      const judge = () => requireInputUngoverned(tool, input, [project], home, governance);
      throws(judge, { code: 9007 }, JSON.stringify(input));
    }
    Deno.symlinkSync(project, `${home}/linked`);
    const linked = () =>
      requireInputUngoverned(tool, { path: "mcp.lock" }, [`${home}/linked`], home, governance);
    throws(linked, { code: 9007 });
  });
});

Deno.test("A tool that calls itself a reading one may be given what is never written", async () => {
  const readers = [
    "mcp__other__read",
    "mcp__github__get_file_contents",
    "NotebookRead",
    "mcp__a__listDir",
  ];
  const writers = [
    "mcp__fs__write_file",
    "MultiEdit",
    "mcp__a__read_write",
    "mcp__read__put",
    "mcp__a__x",
  ];
  deepEqual([...readers, ...writers].filter(onlyReads), readers);
  await withGround(({ project, home, governance }) => {
    const reach = (path: string) => () =>
      requireInputUngoverned("mcp__a__read", { path }, [project], home, governance);
    doesNotThrow(reach("tenuo.yaml"));
    throws(reach(".state/issuer_key.b64"), { code: 9007 });
  });
});

Deno.test("Input with more values than can be looked at is refused", async () => {
  await withGround(({ project, home, governance }) => {
    const inputs = [
      { list: Array.from({ length: 25_000 }, (_, i) => `src/${i}`) },
      { list: Array.from({ length: 1000 }, () => "src,docs:links".repeat(30)) },
    ];
    for (const input of inputs) {
      throws(() => requireInputUngoverned(tool, input, [project], home, governance), {
        code: 9013,
      });
    }
  });
});
