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

/** The ways in which a URI may name the path, each as one server or another reads it. */
function urisOf(path: string): readonly string[] {
  const escaped = path.replace(/[.k]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const encoded = encodeURIComponent(`file://${path}`);
  const [, first = "", rest = ""] = /^\/([^/]*)(\/.*)$/.exec(path) ?? [];
  return [
    `file://${path}`,
    `file:${path}`,
    `file:///${path}`,
    `FILE://${path}`,
    `File://LocalHost${path}`,
    `file://localhost${path}`,
    `file://127.0.0.1${path}`,
    `file://example.com${path}`,
    `file:${path.slice(1)}`,
    `file://${escaped}`,
    `file://${escaped.replaceAll("%", "%25")}`,
    `file://${path.replaceAll("/", "%2F")}`,
    `file://${path.replaceAll("/", "%2f")}`,
    `file://${path.replaceAll("/", "\\")}`,
    `file:\\\\\\${path.slice(1).replaceAll("/", "\\")}`,
    `file:///${first}/./${rest}`,
    `file:///${first}/x/%2e%2e${rest}`,
    `file:///${first}/x/.%2E${rest}`,
    `file://${path}?x#y`,
    `file://${path}#y`,
    ` \tfile://${path} `,
    `fi\tle://${path}`,
    `file://${path.slice(0, -1)}\n${path.slice(-1)}`,
    `\nf\r\nile://${path}`,
    `file:///${first}/${"x/../".repeat(2000)}${rest}`,
    `file:///${first}${"/.".repeat(50_000)}${rest}`,
    `see file://${path} for more`,
    `file:///etc/hosts file://${path}`,
    `url=file://${path}`,
    `[it](file://${path})`,
    encoded,
    encoded.replace(/%../g, (code) => code.toLowerCase()),
    `view-source:file://${path}`,
  ];
}

Deno.test("A file URI is the path it names, however it is spelt", async () => {
  await withGround(({ project, home, governance }) => {
    const judge = (name: string, text: unknown) => () =>
      requireInputUngoverned(name, { uri: text }, [project], home, governance);
    for (const path of [`${project}/.state/issuer_key.b64`, `${home}/.tenuo/admin.env`]) {
      for (const uri of urisOf(path)) {
        throws(judge("mcp__a__read", uri), { code: 9007 }, uri.slice(0, 200));
      }
    }
    for (const uri of urisOf(`${project}/tenuo.yaml`)) {
      throws(judge(tool, uri), { code: 9007 }, uri.slice(0, 200));
      doesNotThrow(judge("mcp__a__read", uri), uri.slice(0, 200));
    }
    for (const uri of urisOf(`${project}/src/a.ts`)) {
      doesNotThrow(judge(tool, uri), uri.slice(0, 200));
    }
    const relative = ["file://.state/issuer_key.b64", "file:.state/x", "file://~/.tenuo/x"];
    for (const uri of relative) throws(judge("mcp__a__read", uri), { code: 9007 }, uri);
  });
});

Deno.test("URIs of other schemes are no files", async () => {
  await withGround(({ project, home, governance }) => {
    const texts = [
      "https://example.com/.state/issuer_key.b64",
      `https://example.com${project}/.state/x`,
      "s3://bucket/.state/x",
      "git://repo/tenuo.yaml",
      "note://.state/x",
      "profile:///.state/x",
      "my-file:/x",
      "file: the one with the keys",
      "file:\n  name: .state\n  mode: 600\n",
      "100% of .state",
      "%.state%zz%e0%a4",
      "file:",
      "file://",
      "file:///",
      "file:%",
    ];
    for (const text of texts) {
      const judge = () => requireInputUngoverned(tool, { text }, [project], home, governance);
      doesNotThrow(judge, text);
    }
  });
});

Deno.test("A path is what servers make of it, longer than the system takes and past links too", async () => {
  await withGround(({ project, home, governance }) => {
    const refused = [
      `${"./".repeat(3000)}.state/x`,
      `${project}/${"src/../".repeat(1000)}.state/x`,
      "links/up/../../.state/x",
      `${project}/links/up/../../.state/x`,
      `file://${project}/links/link/../.state/x`,
    ];
    for (const path of refused) {
      const judge = () =>
        requireInputUngoverned("mcp__a__read", { path }, [project], home, governance);
      throws(judge, { code: 9007 }, path.slice(0, 100));
    }
    const left = ["a/".repeat(5000), `${"../".repeat(3000)}etc/hosts`, "x ".repeat(5000)];
    for (const path of left) {
      doesNotThrow(() => requireInputUngoverned(tool, { path }, [project], home, governance));
    }
  });
});
