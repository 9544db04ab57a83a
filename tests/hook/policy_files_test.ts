/** tenuo.yaml and its overlays gone, edited or broken, and the sandbox moved: what is in force. */
import { equal, match, notEqual } from "node:assert/strict";
import { narrow, Project } from "./project.ts";
import { allowed, refused, silent } from "./verdict.ts";

const observing = `mode: audit\n${narrow}`;

function outside(project: Project) {
  return project.ask("Read", { file_path: "/etc/hosts" });
}

Deno.test("Without tenuo.yaml everything is refused, in these words", async () => {
  await using project = await Project.create();
  Deno.renameSync(project.path("tenuo.yaml"), project.path("aside.yaml"));
  const verdict = await project.inside();
  refused(project, verdict, 9003);
  equal(verdict.reason, `Tenuo hook error (fail-closed): Missing ${project.path("tenuo.yaml")}`);
  Deno.renameSync(project.path("aside.yaml"), project.path("tenuo.yaml"));
  allowed(project, await project.inside());
});

Deno.test("tenuo.yaml replaced by a link, a pipe or a directory refuses", async () => {
  await using project = await Project.create();
  const path = project.path("tenuo.yaml");
  Deno.renameSync(path, `${path}.aside`);
  const replacements: readonly (() => void)[] = [
    () => Deno.symlinkSync(`${path}.aside`, path),
    () => Deno.symlinkSync("nowhere", path),
    () => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
    () => Deno.mkdirSync(path),
  ];
  for (const replace of replacements) {
    replace();
    refused(project, await project.inside(), 9003, /is not a regular file/);
    Deno.removeSync(path);
  }
});

Deno.test("A valid edit changes nothing until refresh", async () => {
  await using project = await Project.create();
  project.write("tenuo.yaml", narrow.replace("Read: subpath:{sandbox}", "Read: subpath:/etc"));
  allowed(project, await project.inside());
  refused(project, await outside(project), 1501);
  const wider = await project.command("refresh");
  notEqual(wider.code, 0, "A wider policy asks for a person");
  refused(project, await outside(project), 1501);
  await project.must("refresh", "--yes");
  allowed(project, await outside(project));
  refused(project, await project.inside(), 1501);
});

Deno.test("A comment or a blank line is an edit that changes nothing", async () => {
  await using project = await Project.create();
  project.write("tenuo.yaml", `# a comment\n\n${narrow}\n`);
  allowed(project, await project.inside());
  refused(project, await outside(project), 1501);
});

Deno.test("An invalid edit refuses everything and names the place", async () => {
  await using project = await Project.create();
  const rows: readonly (readonly [string, RegExp])[] = [
    ["enforce: [", /tenuo\.yaml/],
    [narrow.replace("subpath:{sandbox}", "subpth:{sandbox}"), /tenuo\.yaml:3/],
    [`${narrow}unknown_key: 1\n`, /unknown_key/],
    [`${narrow}default: maybe\n`, /default/],
    ["\x00", /tenuo\.yaml/],
    ["a: &a [*a]", /./],
    ["x".repeat(2 << 20), /./],
    ["", /./],
  ];
  for (const [text, about] of rows) {
    project.write("tenuo.yaml", text);
    const verdict = await project.inside();
    equal(verdict.decision, text === "" ? verdict.decision : "deny", text.slice(0, 40));
    if (verdict.decision === "deny") match(verdict.reason, about);
  }
  const before = Deno.readTextFileSync(project.state("snapshot"));
  project.write("tenuo.yaml", narrow.replace("subpath:{sandbox}", "subpth:{sandbox}"));
  equal((await project.command("refresh")).code, 1);
  equal((await project.command("init")).code, 1);
  equal(Deno.readTextFileSync(project.state("snapshot")), before, "Nothing was minted");
  project.write("tenuo.yaml", narrow);
  allowed(project, await project.inside());
});

Deno.test("An invalid policy never gets as far as state", async () => {
  await using project = await Project.create({ policy: "enforce: 5\n", init: false });
  const { code, stderr } = await project.command("init");
  equal(code, 1);
  match(stderr, /tenuo\.yaml:1/);
  equal([...Deno.readDirSync(project.root)].some(({ name }) => name === ".state"), false);
});

Deno.test("An edit to observe is not believed before refresh", async () => {
  await using project = await Project.create();
  project.write("tenuo.yaml", observing);
  refused(project, await outside(project), 1501);
  allowed(project, await project.inside());
  notEqual((await project.command("refresh")).code, 0, "Observing is wider");
  refused(project, await outside(project), 1501);
  await project.must("refresh", "--yes");
  silent(project, await outside(project), "deny", 1501);
});

Deno.test("An edit to enforce holds at once", async () => {
  await using project = await Project.create({ policy: observing });
  silent(project, await outside(project), "deny", 1501);
  silent(project, await project.inside(), "allow");
  project.write("tenuo.yaml", narrow);
  refused(project, await outside(project), 1501);
  allowed(project, await project.inside());
});

Deno.test("An overlay that appears is an edit; one that goes is a missing file", async () => {
  await using project = await Project.create({ policy: observing });
  project.write("tenuo.cloud.yaml", "mode: enforce\n");
  refused(project, await outside(project), 1501);
  project.write("tenuo.cloud.yaml", "mode: no such mode\n");
  refused(project, await project.inside(), 9004, /tenuo\.cloud\.yaml/);
  Deno.removeSync(project.path("tenuo.cloud.yaml"));
  silent(project, await outside(project), "deny", 1501);
  project.write("tenuo.advanced.yaml", "name: advanced\n");
  await project.must("refresh");
  silent(project, await outside(project), "deny", 1501);
  Deno.removeSync(project.path("tenuo.advanced.yaml"));
  refused(project, await project.inside(), 9003, /Missing .*tenuo\.advanced\.yaml/);
});

Deno.test("A sandbox that is gone, moved or replaced refuses until refresh", async () => {
  await using project = await Project.create();
  const sandbox = project.path("sandbox");
  Deno.renameSync(sandbox, project.path("moved"));
  refused(project, await project.inside(), 9012, /sandbox/);
  for (const target of ["/etc", "moved", project.path("moved"), "nowhere", ".", "/"]) {
    Deno.symlinkSync(target, sandbox);
    refused(project, await project.inside(), 9012, /sandbox/);
    refused(project, await outside(project), 9012);
    Deno.removeSync(sandbox);
  }
  Deno.writeTextFileSync(sandbox, "a file");
  refused(project, await project.inside(), 9012);
  Deno.removeSync(sandbox);
  Deno.renameSync(project.path("moved"), sandbox);
  allowed(project, await project.inside());
});

Deno.test("A sandbox below a directory that becomes a link refuses", async () => {
  await using project = await Project.create({
    policy: narrow.replace("./sandbox", "./a/b/box"),
    files: { "a/b/box/x": "x" },
  });
  allowed(project, await project.ask("Read", { file_path: project.path("a/b/box/x") }));
  Deno.renameSync(project.path("a"), project.path("old"));
  Deno.mkdirSync(project.outside("other/b/box"), { recursive: true });
  Deno.writeTextFileSync(project.outside("other/b/box/x"), "x");
  Deno.symlinkSync(project.outside("other"), project.path("a"));
  refused(project, await project.ask("Read", { file_path: project.path("a/b/box/x") }), 9012);
});

Deno.test("Sandboxes that would not confine are refused by init", async () => {
  for (const sandbox of ["/", "..", "/etc", ".state", ".state/x", "link_out"]) {
    await using project = await Project.create({
      policy: narrow.replace("./sandbox", sandbox),
      links: { link_out: "/tmp" },
      init: false,
    });
    const { code, stderr } = await project.command("init");
    equal(code, 1, sandbox);
    match(stderr, /sandbox/);
  }
});
