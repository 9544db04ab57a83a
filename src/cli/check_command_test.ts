/** `check` through the real command line: each finding, what mends it, and that it does. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Project } from "../../tests/hook/project.ts";

interface Found {
  readonly number: number;
  readonly subject: string;
  readonly severity: string;
  readonly place: string | null;
  readonly message: string;
  readonly mend: string;
}

const policy = `enforce:
  Read: subpath:{sandbox}
`;

/** What check says in both forms, which must agree. */
async function check(project: Project, ...more: readonly string[]) {
  const { code, stdout, stderr } = await project.command("check", ...more);
  const json = await project.command("check", "--json", ...more);
  deepEqual([stderr, json.stderr, json.code], ["", "", code]);
  const { ok: isGood, findings } = JSON.parse(json.stdout) as { ok: boolean; findings: Found[] };
  equal(code, isGood ? 0 : 1);
  equal(stdout.match(/^ *\d+\. (problem|warning) /gm)?.length ?? 0, findings.length);
  return { code, stdout, findings };
}

/** Every file of the state directory, evidence included. */
function contents(project: Project, folder = ".state"): string[] {
  return [...Deno.readDirSync(project.path(folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? contents(project, path) : [`${path} ${project.read(path)}`];
  }).sort();
}

Deno.test("A project in order has no findings, and check changes nothing", async () => {
  await using project = await Project.create({ policy });
  const before = contents(project);
  deepEqual(await check(project), { code: 0, stdout: "All well\n", findings: [] });
  deepEqual(contents(project), before);
});

Deno.test("What is found is mended by the command that is named", async (test) => {
  await using project = await Project.create({ policy });
  const settings = project.path(".claude/settings.json");
  const key = project.state("holderKey");
  const rows: readonly (readonly [
    name: string,
    spoil: () => unknown,
    subject: string,
    message: RegExp,
  ])[] = [
    [
      "an edited policy",
      () => project.write("tenuo.yaml", `${policy}# a note\n`),
      "state",
      /^tenuo\.yaml was edited; the rules in force are those of the last refresh\.$/,
    ],
    [
      "an overlay that appeared",
      () => project.write("tenuo.cloud.yaml", "name: other\n"),
      "state",
      /^tenuo\.cloud\.yaml was edited;/,
    ],
    [
      "an overlay that is gone",
      () => Deno.removeSync(project.path("tenuo.cloud.yaml")),
      "state",
      /^tenuo\.cloud\.yaml is gone; every call is denied\.$/,
    ],
    [
      "a missing sandbox",
      () => Deno.removeSync(project.path("sandbox"), { recursive: true }),
      "state",
      /^The sandbox \S+ is no directory any more\.$/,
    ],
    [
      "a missing warrant",
      () => Deno.removeSync(project.state("warrant")),
      "warrant",
      /^Missing \S+\/warrant\.b64; every call is denied\.$/,
    ],
    [
      "an altered snapshot",
      () => Deno.writeTextFileSync(project.state("snapshot"), "x", { append: true }),
      "state",
      /^The policy snapshot is not signed by the pinned root; every call is denied\.$/,
    ],
    [
      "a key that others can read",
      () => Deno.chmodSync(key, 0o640),
      "modes",
      /holder_key\.b64 is open to other users \(mode 640, not 600\)\.$/,
    ],
    [
      "a state folder that others can enter",
      () => Deno.chmodSync(project.path(".state"), 0o711),
      "modes",
      /\.state is open to other users \(mode 711, not 700\)\.$/,
    ],
    [
      "no hooks",
      () => Deno.removeSync(settings),
      "wiring",
      /^Claude Code's hooks are not wired, so nothing is checked\.$/,
    ],
    [
      "a weakened hook",
      () =>
        Deno.writeTextFileSync(
          settings,
          Deno.readTextFileSync(settings).replace('"onFailure": "block"', '"onFailure": "allow"'),
        ),
      "wiring",
      /^The wired hooks are not as init writes them\.$/,
    ],
  ];
  for (const [name, spoil, subject, message] of rows) {
    await test.step(name, async () => {
      spoil();
      const { code, stdout, findings } = await check(project);
      deepEqual([code, findings.length], [1, 1], stdout);
      const [found] = findings as [Found];
      equal(found.subject, subject);
      match(found.message, message);
      equal(stdout.split("\n").at(-2), "1 problem, 0 warnings");
      match(stdout, /^1\. problem [^]*\n {11}mend: /);
      const [program, ...args] = found.mend.split(" ");
      if (program === "tenuo-claude") await project.must(...args, "--yes");
      else equal(spawnSync(program as string, args).status, 0, found.mend);
      equal((await check(project)).code, 0, `${found.mend} mends it`);
    });
  }
});

Deno.test("A revoked warrant, hooks switched off and a state that is gone are each one finding", async () => {
  await using project = await Project.create({ policy });
  await project.must("revoke");
  const revoked = await check(project);
  deepEqual(revoked.findings.map(({ subject, mend }) => [subject, mend]), [
    ["warrant", "tenuo-claude revoke --lift"],
  ]);
  await project.must("revoke", "--lift", "--yes");

  project.write(".claude/settings.local.json", '{"disableAllHooks": true}');
  const off = await check(project);
  deepEqual(off.findings.map(({ subject }) => subject), ["wiring"]);
  match(off.findings[0]?.message ?? "", /settings\.local\.json sets disableAllHooks/);
  Deno.removeSync(project.path(".claude/settings.local.json"));

  Deno.removeSync(project.path(".state"), { recursive: true });
  const bare = await check(project);
  deepEqual(bare.findings.map(({ subject, mend }) => [subject, mend]), [
    ["state", "tenuo-claude init"],
  ]);
});

Deno.test("Errors of the policy name their place; warnings fail only when asked to", async () => {
  await using project = await Project.create({
    policy: "enforce:\n  WebFetch: { domains: [a.com] }\n",
  });
  project.write("tenuo.cloud.yaml", "enforce:\n  WebFetch: { domains: [b.com] }\n");
  await project.must("refresh", "--yes");
  const warned = await check(project);
  equal(warned.code, 0);
  deepEqual(warned.findings.map(({ severity, place }) => [severity, place]), [
    ["warning", "tenuo.cloud.yaml:2:15"],
  ]);
  match(warned.stdout, /0 problems, 1 warning\n$/);
  equal((await check(project, "--strict")).code, 1);

  Deno.removeSync(project.path("tenuo.cloud.yaml"));
  project.write("tenuo.yaml", "enforce:\n  Raed: subpath:{sandbox}\n");
  const { code, findings, stdout } = await check(project);
  equal(code, 1);
  const [first, ...others] = findings as [Found, ...Found[]];
  deepEqual([first.subject, first.place], ["policy", "tenuo.yaml:2:3"]);
  match(first.message, /^enforce: Expected .*\nDid you mean "Read"\?$/s);
  equal(first.mend, "edit tenuo.yaml line 2, then run tenuo-claude refresh");
  ok(others.some(({ message }) => /edited and cannot be used as it stands/.test(message)));
  for (const line of stdout.split("\n")) ok(line.length <= 100, line);
});

Deno.test("Without a project the exit code is 2", async () => {
  await using project = await Project.create({ init: false });
  Deno.removeSync(project.path("tenuo.yaml"));
  const { code, stdout, stderr } = await project.command("check");
  deepEqual([code, stdout], [2, ""]);
  match(stderr, /^tenuo-claude: No tenuo\.yaml in /);
});

Deno.test("Old spellings are told by check, not by init and refresh", async () => {
  const old = policy + "mode: audit\naudit: [EnterWorktree]\ndefault: audit\n";
  await using project = await Project.create({ policy: old, init: false });
  for (const act of ["init", "refresh"]) {
    const { code, stderr } = await project.command(act);
    deepEqual([code, stderr.match(/^warning: \S+ /gm)], [0, ["warning: tenuo.yaml:5: "]], stderr);
  }
  const { findings } = await check(project);
  deepEqual(findings.map(({ place }) => place), [
    "tenuo.yaml:3:1",
    "tenuo.yaml:4:1",
    "tenuo.yaml:5:1",
  ]);
});
