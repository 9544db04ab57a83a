/** Roles, approval, closed tools and resolved hosts, through the real hook and a real warrant. */
import { deepEqual, equal } from "node:assert/strict";
import type { Route, WireConstraint } from "../../src/policy/snapshot.ts";
import { amend, withRoute } from "./amend.ts";
import { Project } from "./project.ts";
import { allowed, refused } from "./verdict.ts";

const policy = `sandbox: ./sandbox
allow: [Skill, mcp__s__free]
enforce:
  Read: "subpath:{sandbox}"
  WebFetch: { domains: ["*.example.com"] }
`;

const deploy: Route = {
  capability: "mcp__s__deploy",
  access: "run",
  closed: true,
  args: [
    { name: "target", field: "target", kind: "value", constraint: [2, { pattern: "*" }], ...at(9) },
    {
      name: "note",
      field: "note",
      kind: "value",
      constraint: [16, null],
      optional: true,
      ...at(10),
    },
  ],
  ...at(8),
};

function at(line: number) {
  return { rule: `line ${line}`, line };
}

Deno.test("Declared subagents have their own tools", async () => {
  await using project = await Project.create({ policy });
  const roles = { researcher: { tools: ["Read"], rule: "subagents.researcher", line: 6 } };
  amend(project, () => ({ roles }));
  const read = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
  const skill = project.event("Skill", { skill: "x" });
  const inside = { agent_id: "a1", agent_type: "researcher" };
  allowed(project, await project.hook(read));
  allowed(project, await project.hook({ ...read, ...inside }));
  equal(project.last().agent, "researcher");
  allowed(project, await project.hook(skill));
  refused(project, await project.hook({ ...skill, ...inside }), 1500, /tenuo\.yaml:6/);
  refused(project, await project.hook({ ...skill, agent_type: "researcher" }), 1500);
  refused(project, await project.hook({ ...read, ...inside, agent_type: "other" }), 1500);
  allowed(project, await project.ask("Agent", { prompt: "x", subagent_type: "researcher" }));
  refused(project, await project.ask("Agent", { prompt: "x" }), 1500, /general-purpose/);
});

Deno.test("A closed tool takes what is declared; null stands for what may be left out", async () => {
  await using project = await Project.create({ policy });
  amend(project, ({ routes }) => ({ routes: { ...routes, mcp__s__deploy: deploy } }));
  allowed(project, await project.ask("mcp__s__deploy", { target: "a" }));
  deepEqual(project.last().args, { target: "a", note: null });
  allowed(project, await project.ask("mcp__s__deploy", { target: "a", note: { x: [1] } }));
  refused(project, await project.ask("mcp__s__deploy", { target: "a", force: 1 }), 1501, /"force"/);
  allowed(project, await project.ask("mcp__s__free", { anything: 1 }));
});

Deno.test("What needs approval is not in the warrant, but for what is exempt", async () => {
  await using project = await Project.create({ policy });
  const gate = { threshold: 1, rule: "approval", line: 11 };
  amend(project, ({ routes }) => ({
    routes: { ...routes, mcp__s__deploy: { ...deploy, approval: gate } },
  }));
  refused(
    project,
    await project.ask("mcp__s__deploy", { target: "dev-1" }),
    1707,
    /tenuo\.yaml:11/,
  );
  const exempt = [{ ...deploy.args[0]!, constraint: [2, { pattern: "dev-*" }] as const }];
  amend(project, ({ routes }) => ({
    routes: { ...routes, mcp__s__deploy: { ...deploy, approval: { ...gate, exempt } } },
  }));
  allowed(project, await project.ask("mcp__s__deploy", { target: "dev-1" }));
  refused(project, await project.ask("mcp__s__deploy", { target: "prod" }), 1707);
});

Deno.test("Constraints that hold others find every type", async () => {
  await using project = await Project.create({ policy });
  const range = [3, { min: 1, max: 9 }];
  const forms: readonly WireConstraint[] = [
    [12, { constraints: [[16, null], range] }],
    [13, { constraints: [[1, { value: "x" }], range] }],
    [14, { constraint: [14, { constraint: range }] }],
    [12, {
      constraints: [[13, { constraints: [range] }], [14, { constraint: [1, { value: 0 }] }]],
    }],
  ];
  for (const constraint of forms) {
    const args = [{ name: "n", field: "n", kind: "value" as const, constraint, ...at(9) }];
    amend(
      project,
      ({ routes }) => ({ routes: { ...routes, mcp__s__deploy: { ...deploy, args } } }),
    );
    allowed(project, await project.ask("mcp__s__deploy", { n: 5 }));
    refused(project, await project.ask("mcp__s__deploy", { n: 10 }), 1501);
  }
});

/** Runs what follows with another hosts file, in a mount namespace of its own. */
function withHosts(project: Project, text: string): readonly string[] {
  project.write("hosts", text);
  const script = 'mount --bind "$0" /etc/hosts && exec "$@"';
  return ["unshare", "-rm", "sh", "-c", script, project.path("hosts")];
}

async function canUnshare(): Promise<boolean> {
  try {
    const options = { args: ["-rm", "mount", "--bind", "/etc/hosts", "/etc/hosts"] };
    return (await new Deno.Command("unshare", options).output()).success;
  } catch {
    return false;
  }
}

Deno.test("A name that leads inside is refused where names are resolved", async (test) => {
  if (!await canUnshare()) {
    console.log("Skipped: no mount namespace of its own can be made here");
    return;
  }
  await using project = await Project.create({ policy });
  const under = withHosts(
    project,
    "93.184.216.34 open.example.com both.example.com\n10.0.0.5 inside.example.com\n" +
      "127.0.0.1 both.example.com\nfd00:ec2::254 meta.example.com\n",
  );
  const ask = (host: string) =>
    project.ask("WebFetch", { url: `https://${host}/`, prompt: "x" }, { under });
  await test.step("not asked for", async () => {
    allowed(project, await ask("inside.example.com"));
  });
  amend(project, (snapshot) => ({ routes: withRoute(snapshot, "WebFetch", { resolve: true }) }));
  await test.step("asked for", async () => {
    allowed(project, await ask("open.example.com"));
    refused(project, await ask("inside.example.com"), 1501, /10\.0\.0\.5, which is not a public/);
    refused(project, await ask("both.example.com"), 1501, /127\.0\.0\.1/);
    refused(project, await ask("meta.example.com"), 1501, /fd00:ec2::254/);
    refused(project, await ask("none.example.com"), 1501, /has no answer|in time/);
  });
});
