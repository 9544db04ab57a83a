/**
 * Names of members that need an escape. `JSON.parse` reads some of them as other names once it has
 * read certain objects before (V8 14.7), so what is judged would not be what the tool is given.
 */
import { deepEqual, equal } from "node:assert/strict";
import { Project } from "./project.ts";
import { allowed, refused } from "./verdict.ts";

const policy = String.raw`sandbox: .
enforce:
  Read: subpath:{sandbox}
mcp:
  enforce:
    put: { args: { path: "subpath:{sandbox}", 'say"': any, 'say\': any, list: any } }
    keep: { args: { list: any, 'say\': any } }
`;
const put = "mcp__tenuo-files__put";
const keep = "mcp__tenuo-files__keep";

/** An event as text, with a first member that the client does not know and nobody looks at. */
function event(project: Project, tool: string, input: string, first = ""): string {
  const text = JSON.stringify(project.event(tool, {}));
  return text.replace("{", `{${first}`).replace('"tool_input":{}', `"tool_input":${input}`);
}

// After the first of these objects, the engine takes the name in the second for that in the first.
const trap = String.raw`"a":{"list":[],"say\\":0},`;
const quoted = String.raw`{"list":1,"say\"":"x"}`;

Deno.test("An argument is not let pass by the name of another", async () => {
  await using project = await Project.create({ policy });
  const granted = String.raw`{"list":1,"say\\":"x"}`;
  allowed(project, await project.hook(event(project, keep, granted)));
  allowed(project, await project.hook(event(project, keep, granted, trap)));
  refused(project, await project.hook(event(project, keep, quoted)), 1501, /say/);
  refused(project, await project.hook(event(project, keep, quoted, trap)), 1501, /say/);
});

Deno.test("Names with escapes are recorded as they were sent, and what follows them as well", async () => {
  await using project = await Project.create({ policy });
  const path = project.path("a.txt");
  const input = { path, 'say"': [{ "\\": 1 }], "say\\": { '"': [], "\\": 0, "\n": "\\" } };
  for (
    const change of [input, { 'say"': [], path, "say\\": 0 }, { path, 'say"': "", "say\\": "" }]
  ) {
    allowed(project, await project.ask(put, change));
    deepEqual(project.last().args, { list: null, ...change });
  }
  const outside = { ...input, path: "/etc/passwd" };
  refused(project, await project.ask(put, outside), 1501);
  const hidden = String.raw`{"list":1,"say\\":0,"p\u0061th":"/etc/passwd"}`;
  refused(project, await project.hook(event(project, put, hidden)), 1501);
});

Deno.test("A name that another client writes with an escape is the same name", async () => {
  await using project = await Project.create({ policy });
  const inside = JSON.stringify(project.path("a.txt"));
  const read = (first: string, path: string) =>
    project.hook(event(project, "Read", String.raw`{"limit":1,"file\u005fpath":${path}}`, first));
  for (const first of ["", String.raw`"a":{"limit":[],"file\\u005":0},`]) {
    allowed(project, await read(first, inside));
    refused(project, await read(first, '"/etc/passwd"'), 1501);
  }
});

Deno.test("An event in which a name stands twice is no event", async () => {
  await using project = await Project.create({ policy });
  const [inside, outside] = [JSON.stringify(project.path("a.txt")), '"/etc/passwd"'];
  for (
    const input of [
      `{"file_path":${inside},"file_path":${outside}}`,
      `{"file_path":${outside},"file_path":${inside}}`,
      String.raw`{"file_path":${outside},"file\u005fpath":${inside}}`,
      `{"file_path":${inside},"a":[{"b":1,"b":1}]}`,
    ]
  ) {
    refused(project, await project.hook(event(project, "Read", input)), 9001, /twice/);
  }
  refused(project, await project.hook(event(project, "Read", "{}", '"tool_name":"Glob",')), 9001);
});

Deno.test("Events that are not written as the client writes them are read the same", async () => {
  await using project = await Project.create({ policy });
  const text = JSON.stringify(project.event("Read", { file_path: project.path("a.txt") }), null, 2);
  for (const one of [text, ` ${text}\n`, text.replaceAll("/", "\\/"), `${text}\r\n\t `]) {
    allowed(project, await project.hook(one));
  }
  const deep = `{"x":${"[".repeat(5000)}${"]".repeat(5000)} }`;
  refused(project, await project.hook(event(project, "Read", deep)), 9001, /levels/);
});

Deno.test("What ran is compared with what was decided by names as they were sent", async () => {
  await using project = await Project.create({ policy });
  const input = { list: 1, "say\\": "x" };
  const after = (given: string, first = "") =>
    event(project, keep, given, first).replace('"PreToolUse"', '"PostToolUse"');
  allowed(project, await project.ask(keep, input));
  equal((await project.post(after(JSON.stringify(input), trap))).code, 0);
  equal(project.last().mismatch, undefined);
  equal((await project.post(after(quoted, trap))).code, 0);
  equal(project.last().mismatch, "input");
});
