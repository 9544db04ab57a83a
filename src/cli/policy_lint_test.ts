/** `policy lint` through the real command line, and what it prints. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import { textWidth } from "./text_columns.ts";

const faulty = `name: demo
sandbx: ./sandbox
enforce:
  Read: subpth:{sandbox}
  Bahs: shlex:ls
ttl_seconds: 0
allow: [Bash, TodoWritte]
`;
const overlaid = "enforce: { WebFetch: { domains: [x.com] } }\n";
const good = `enforce:
  Read: subpath:{sandbox}
  WebFetch: { domains: [api.github.com] }
`;

async function inProject(
  files: Readonly<Record<string, string>>,
  body: (project: Project) => Promise<void>,
): Promise<void> {
  await using project = await Project.create({ init: false, files });
  await body(project);
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("All errors are shown at once, each with its line, a caret and what was expected", async () => {
  await inProject({ "tenuo.yaml": faulty }, async (project) => {
    const { code, stdout, stderr } = await project.command("policy", "lint");
    deepEqual([code, stderr], [1, ""]);
    const blocks = stdout.split("\n\n");
    equal(blocks.at(-1), "5 errors, 1 warning\n");
    equal(
      blocks[1],
      "error   tenuo.yaml:4:9  enforce.Read\n" +
        "    4 |   Read: subpth:{sandbox}\n" +
        "      |         ^^^^^^^^^^^^^^^^\n" +
        blocks[1]?.split("\n").slice(3).join("\n"),
    );
    match(blocks[1] ?? "", /^ {8}Expected .*subpath/m);
    match(blocks[1] ?? "", /^ {8}Did you mean "subpath:\{sandbox\}"\?$/m);
    match(blocks[2] ?? "", /^ {4}5 \| {3}Bahs: shlex:ls\n {6}\| {3}\^{4}$/m);
    match(blocks[2] ?? "", /^ {8}Did you mean "Bash"\?$/m);
    const places = blocks.map((block) => /^error +(\S+)/.exec(block)?.[1]);
    deepEqual(places.filter((place) => place !== undefined), [
      "tenuo.yaml:2:1",
      "tenuo.yaml:4:9",
      "tenuo.yaml:5:3",
      "tenuo.yaml:6:14",
      "tenuo.yaml:7:9",
    ]);
    for (const line of stdout.split("\n")) ok(line.length <= textWidth, line);
    ok(!stdout.includes("\x1b"));
  });
});

Deno.test("Warnings do not fail unless they are asked to, and nothing is written", async () => {
  const files = { "tenuo.yaml": good, "tenuo.cloud.yaml": overlaid };
  await inProject(files, async (project) => {
    const before = names(project.root);
    const { code, stdout } = await project.command("policy", "lint");
    equal(code, 0);
    match(
      stdout,
      /^warning tenuo\.cloud\.yaml:1:24 {2}enforce\.WebFetch\.domains {2}\(overlay\)$/m,
    );
    match(stdout, /^ {6}\| +\^{7}$/m);
    match(stdout, /0 errors, 1 warning\n$/);
    equal((await project.command("policy", "lint", "--strict")).code, 1);
    deepEqual(names(project.root), before);
    // The file by itself has nothing that an overlay could replace.
    const alone = await project.command("policy", "lint", "tenuo.yaml", "--strict");
    deepEqual([alone.code, alone.stdout], [0, "0 errors, 0 warnings\n"]);
  });
});

Deno.test("Old spellings and broad rules are warned of, each under its own word", async () => {
  const policy = "audit_extra: [WebSearch]\nenforce:\n  Read: subpath:/\n  Bash: shlex:ls,env\n";
  await inProject({ "tenuo.yaml": policy }, async (project) => {
    const { code, stdout } = await project.command("policy", "lint");
    equal(code, 0);
    match(stdout, /^warning tenuo\.yaml:1:1 {2}audit_extra {2}\(deprecated\)\n.*\n {6}\| \^{11}$/m);
    match(stdout, /^warning .* {2}enforce\.Read {2}\(broad\)\n.*subpath:\/\n {6}\| {17}\^$/m);
    match(stdout, /^warning .* {2}enforce\.Bash {2}\(broad\)\n.*,env\n {6}\| {18}\^{3}$/m);
    match(stdout, /^0 errors, 3 warnings$/m);
    const { findings } = JSON.parse((await project.command("check", "--json")).stdout);
    deepEqual(findings.slice(0, 3).map(({ place }: { place: string }) => place.split(":")[1]), [
      "1",
      "3",
      "4",
    ]);
    const init = await project.must("init");
    ok(!init.includes("warning"));
    match(
      (await project.command("refresh")).stderr,
      /^warning: tenuo\.yaml:4: enforce\.Bash: env /m,
    );
  });
});

Deno.test("A rule that cannot be compiled is an error too", async () => {
  await inProject({ "tenuo.yaml": "sandbox: ..\n" }, async (project) => {
    const { code, stdout } = await project.command("policy", "lint");
    equal(code, 1);
    match(stdout, /^error {3}tenuo\.yaml:1:\d+ {2}sandbox\n {4}1 \| sandbox: \.\.\n/);
    project.write("clash.yaml", "mcp:\n  enforce:\n    a.b: exact:x\n    a_b: exact:x\n");
    const clash = await project.command("policy", "lint", "clash.yaml");
    equal(clash.code, 1);
    match(clash.stdout, /^error {3}clash\.yaml:4:5 /m);
    project.write("elsewhere.yaml", "sandbox: /srv/data\nenforce: {Read: 'subpath:{sandbox}'}\n");
    const elsewhere = await project.command("policy", "lint", "elsewhere.yaml");
    deepEqual([elsewhere.code, elsewhere.stdout], [0, "0 errors, 0 warnings\n"]);
  });
});

Deno.test("--json has the same findings in a stable shape", async () => {
  await inProject({ "tenuo.yaml": faulty }, async (project) => {
    const { code, stdout } = await project.command("policy", "lint", "--json");
    equal(code, 1);
    const { ok: isGood, errors, warnings } = JSON.parse(stdout);
    equal(isGood, false);
    equal(errors.length, 5);
    const { expected, message, ...rest } = errors[1];
    deepEqual(rest, {
      file: "tenuo.yaml",
      line: 4,
      column: 9,
      where: "enforce.Read",
      text: "subpth:{sandbox}",
      suggestion: "subpath:{sandbox}",
      phase: "mint",
    });
    ok(expected.length > 0 && message.startsWith("tenuo.yaml:4:9: enforce.Read: "));
    deepEqual(Object.keys(warnings[0]).sort(), [
      "column",
      "file",
      "kind",
      "line",
      "message",
      "where",
    ]);
  });
});

Deno.test("Without a file to look at the exit code is 2", async () => {
  await inProject({}, async (project) => {
    Deno.removeSync(project.path("tenuo.yaml"));
    for (
      const [args, text] of [
        [["policy", "lint"], /No tenuo\.yaml in /],
        [["policy", "lint", "other.yaml"], /Missing other\.yaml/],
        [["policy", "lint", "a", "b"], /Unexpected argument 'b'/],
      ] as const
    ) {
      const { code, stdout, stderr } = await project.command(...args);
      deepEqual([code, stdout], [2, ""]);
      match(stderr, text);
    }
    project.write("bad.yaml", "a: [\n");
    equal((await project.command("policy", "lint", "bad.yaml")).code, 1);
    Deno.writeFileSync(project.path("binary.yaml"), Uint8Array.of(0xff, 0xfe));
    const binary = await project.command("policy", "lint", "binary.yaml");
    deepEqual([binary.code, /not text in UTF-8/.test(binary.stderr)], [2, true]);
  });
});
