/** Files: what lies in the sandbox by every spelling, and what only looks as if it did. */
import { equal } from "node:assert/strict";
import { authorize } from "../../src/authorizer/pipeline.ts";
import { narrow, Project } from "./project.ts";
import { refused } from "./verdict.ts";

const files = {
  "sandbox/sub/a.txt": "a",
  "sandbox-evil/x.txt": "x",
  "sandboxx": "x",
  "outside.txt": "x",
  "box/inner/file": "x",
};
const links = {
  "sandbox/out": "/etc/hosts",
  "sandbox/out_directory": "/etc",
  "sandbox/out_relative": "../outside.txt",
  "sandbox/up": "..",
  "sandbox/root": "/",
  "sandbox/dangling_out": "/etc/nowhere",
  "sandbox/dangling_in": "nowhere",
  "sandbox/chain": "sub/second",
  "sandbox/sub/second": "../../outside.txt",
  "sandbox/loop": "loop",
  "sandbox/cwd": "/proc/self/cwd",
  "sandbox/far": "../box/inner",
  "sandbox/in": "sub/a.txt",
  alias: "sandbox",
};

/** Judges calls in this process, in a project that the real program set up. */
async function verdictsOf(
  tool: string,
  inputs: (project: Project) => readonly Record<string, unknown>[],
): Promise<readonly (readonly [input: string, verdict: string])[]> {
  await using project = await Project.create({
    policy: `receipts: { sync: false }\n${narrow}  NotebookEdit: subpath:{sandbox}\n`,
    files,
    links,
  });
  // A second name of a file outside: a path is judged by its name.
  Deno.linkSync(project.path("outside.txt"), project.path("sandbox/hard"));
  const results: [string, string][] = [];
  for (const input of inputs(project)) {
    const { verdict } = await authorize({
      locate: () => ({ project: project.root, root: project.pinned }),
      decode: () => ({ door: "hook", tool, input, cwd: project.root }),
    });
    results.push([JSON.stringify(input), verdict]);
  }
  return results;
}

const inside = [
  "sandbox",
  "sandbox/",
  "sandbox/notes.txt",
  "./sandbox/notes.txt",
  "sandbox//notes.txt",
  "sandbox/./sub/../notes.txt",
  "sandbox/notes.txt/",
  "sandbox/new.txt",
  "sandbox/new/deeper/file",
  "sandbox/in",
  "sandbox/dangling_in",
  "alias/notes.txt",
  "alias/sub/a.txt",
  "sandbox/sub/../../sandbox/notes.txt",
  "outside/../sandbox/notes.txt",
  "sandbox/...",
  "sandbox/..x",
  "sandbox/a b",
  "sandbox/a\\b",
  "sandbox/sub/a\\..\\b",
  "sandbox/~",
  "sandbox/~1",
  "sandbox/-rf",
  "sandbox/*",
  "sandbox/$HOME",
  "sandbox/%2e%2e/x",
  "sandbox/e\u0301",
  "sandbox/\u65e5\u672c.txt",
  "sandbox/hard",
  "sandbox/\u00e9",
];

const outside = [
  "",
  " ",
  ".",
  "/",
  "..",
  "sandbox/..",
  "sandbox/../outside.txt",
  "sandbox/sub/../../outside.txt",
  "sandbox/../sandbox-evil/x.txt",
  "sandbox-evil/x.txt",
  "sandboxx",
  "SANDBOX/notes.txt",
  "sandbox /notes.txt",
  " sandbox/notes.txt",
  "sandbox/notes.txt ",
  "~/x",
  "~",
  "/etc/hosts",
  "//etc/hosts",
  "/etc//hosts",
  "/proc/self/cwd/sandbox/notes.txt",
  "/dev/stdin",
  "sandbox/out",
  "sandbox/out_directory/hosts",
  "sandbox/out_directory",
  "sandbox/out_relative",
  "sandbox/up/outside.txt",
  "sandbox/up",
  "sandbox/root/etc/hosts",
  "sandbox/dangling_out",
  "sandbox/dangling_out/x",
  "sandbox/chain",
  "sandbox/sub/second",
  "sandbox/loop",
  "sandbox/cwd/sandbox/notes.txt",
  "sandbox/far",
  "sandbox/far/file",
  "sandbox/far/../notes.txt",
  "sandbox/notes.txt/x",
  "sandbox\\notes.txt",
  "sandbox/..\\x",
  "sandbox/sub\\..\\..\\..",
  "\\etc\\hosts",
  "file:///etc/hosts",
  "/proc/self/root/etc/hosts",
  "/dev/fd/0",
  "Sandbox/notes.txt",
  "sandbox/sub\\..\\..\\outside.txt",
  "sandbox/a\0b",
  "sandbox/a\nb",
  "sandbox/\ud800",
  `sandbox/${"x".repeat(300)}`,
  `sandbox/${"x/".repeat(3000)}`,
  5,
  null,
  undefined,
  ["sandbox/notes.txt"],
  { path: "sandbox/notes.txt" },
];

/** The key of each tool's path. */
const fields = {
  Read: "file_path",
  Write: "file_path",
  Edit: "file_path",
  NotebookEdit: "notebook_path",
};

for (const [tool, field] of Object.entries(fields)) {
  Deno.test(`${tool} stays in the sandbox`, async () => {
    const allowed = await verdictsOf(
      tool,
      (project) =>
        [...inside, ...inside.map((path) => project.path(path))].map((path) => ({
          [field]: path,
        })),
    );
    for (const [input, verdict] of allowed) equal(verdict, "allow", input);
    const denied = await verdictsOf(tool, () => outside.map((path) => ({ [field]: path })));
    for (const [input, verdict] of denied) equal(verdict, "deny", input);
    // The field that counts is the tool's own.
    const [odd] = await verdictsOf(tool, () => [{ path: "sandbox/notes.txt" }]);
    equal(odd?.[1], "deny");
  });
}

Deno.test("Searches stay in the sandbox", async () => {
  const blank = new Set<unknown>([" sandbox/notes.txt", "sandbox/notes.txt "]); // trimmed as by the client
  for (const tool of ["Grep", "Glob"]) {
    const inputs = (paths: readonly unknown[]) => paths.map((path) => ({ path, pattern: "x" }));
    for (const [input, verdict] of await verdictsOf(tool, () => inputs(inside))) {
      equal(verdict, "allow", input);
    }
    const bad = outside.filter((path) => !blank.has(path) && path !== undefined);
    for (const [input, verdict] of await verdictsOf(tool, () => inputs(bad))) {
      equal(verdict, "deny", input);
    }
    // Without a path the working directory is searched, and that is the project here.
    const [none] = await verdictsOf(tool, () => [{ pattern: "x" }]);
    equal(none?.[1], "deny");
  }
});

/** Searches below the sandbox, which `{s}` stands for. */
const patterns = {
  Glob: {
    key: "pattern",
    allow: [
      ...["*", "**", "**/*.ts", "*.{ts,tsx}", "sub/*", "./sub/*", "a..b", "...", "[a-z]*", "a b*"],
      ...["{s}/*", "{s}/**/*.ts", "{s}/sub/a.txt", "{s}", "{{s}/sub,{s}}/*", "in", "~x", "a\\*b"],
      ...["missing/**", "sub/{a,b}.txt", "\u65e5*", "dangling_in", "??", "*.[ch]", "{a,b{c,d}}"],
    ],
    deny: [
      ...["/etc/*", "/*", "/", "/etc/hosts", "../*", "..", "sub/../../*", "**/../*", "{..,sub}/*"],
      ...["[.][.]/*", "\\.\\./*", "{s}/../*", "{s}-evil/*", "{/etc,{s}}/*", "~/*", "~", " /etc/*"],
      ...["out_directory/*", "up/*", "root/etc/*", "far/*", "out_directory", "cwd/*", "loop/x"],
      ...["a\0b", "a\nb", "a\ud800", "x".repeat(2000), 5, null, ["*"], { a: 1 }],
    ],
  },
  Grep: {
    key: "glob",
    allow: [
      ...["*.ts", "*.{ts,tsx}", "src/**", "*.ts *.md", "*.ts,*.md", "!*.ts", "package.json", "*"],
    ],
    deny: ["../*", "/etc/*", "{..,a}/*", "**/../x", "~/*", "a\0b", 5, ["*.ts"], "x".repeat(2000)],
  },
};

for (const [tool, { key, allow, deny }] of Object.entries(patterns)) {
  Deno.test(`${tool} takes patterns that stay below its path, and no others`, async () => {
    const inputs = (list: readonly unknown[]) => (project: Project) =>
      list.map((value) => ({
        pattern: "x",
        path: "sandbox",
        [key]: typeof value === "string" ? value.replaceAll("{s}", project.path("sandbox")) : value,
      }));
    for (const [input, verdict] of await verdictsOf(tool, inputs(allow))) {
      equal(verdict, "allow", input);
    }
    for (const [input, verdict] of await verdictsOf(tool, inputs(deny))) {
      equal(verdict, "deny", input);
    }
  });
}

Deno.test("The working directory counts as the client's does", async () => {
  await using project = await Project.create({ files, links });
  const ask = (cwd: string, file_path: string) =>
    project.hook({ ...project.event("Read", { file_path }), cwd });
  equal((await ask(project.path("sandbox"), "notes.txt")).decision, "allow");
  equal((await ask(project.path("alias"), "notes.txt")).decision, "allow");
  equal((await ask("/", "sandbox/notes.txt")).decision, "deny");
  equal((await ask(project.path("sandbox/far"), "../notes.txt")).decision, "deny");
  refused(project, await ask(project.path("nowhere"), "../outside.txt"), 1501);
});
