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
    policy: `receipts: { sync: false }\n${narrow}`,
    files,
    links,
  });
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

for (const tool of ["Read", "Write", "Edit"]) {
  Deno.test(`${tool} stays in the sandbox`, async () => {
    const allowed = await verdictsOf(
      tool,
      (project) =>
        [...inside, ...inside.map((path) => project.path(path))].map((file_path) => ({
          file_path,
        })),
    );
    for (const [input, verdict] of allowed) equal(verdict, "allow", input);
    const denied = await verdictsOf(tool, () => outside.map((file_path) => ({ file_path })));
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
