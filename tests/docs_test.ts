/** What the documents show is what the program does: every command in them is run here. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { loadPolicy } from "../src/policy/load.ts";
import { asFunction, blocks, exists, root, run, withPlace } from "./docs_place.ts";

const readme = Deno.readTextFileSync(`${root}/README.md`);
const configuration = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));
const binary = Deno.env.get("TENUO_BINARY") ?? `${root}/dist/tenuo-claude`;

Deno.test("every task that the README names exists, and the build machine runs it", () => {
  const named = [...readme.matchAll(/\bdeno(?:@2\.7\.11)? task (\w+)/g)].map(([, name]) => name);
  ok(named.length > 3);
  for (const name of new Set(named)) ok(name !== undefined && name in configuration.tasks, name);
  const ci = Deno.readTextFileSync(`${root}/.ci/run`);
  match(ci, /npx -y deno@2\.7\.11 task/);
  for (const task of ["test", "compile", "e2e"]) match(ci, new RegExp(`run_task ${task}\\b`));
  match(configuration.tasks.demo, /main\.ts demo$/);
});

Deno.test("every command line of the README is one that this test knows and runs", () => {
  const lines = blocks(readme, "sh").flatMap((block) => block.trim().split("\n"));
  deepEqual(lines, [
    "npx -y deno@2.7.11 task demo",
    "npx -y deno@2.7.11 task test",
    "deno task compile",
    "sudo mkdir -p /opt/tenuo",
    "sudo install -m 755 dist/tenuo-claude /opt/tenuo/tenuo-claude",
    "sudo ln -sf /opt/tenuo/tenuo-claude /usr/local/bin/tenuo-claude",
    "tenuo-claude --version",
    "tenuo-claude init",
    "tenuo-claude status",
    "tenuo-claude audit --tail 20",
  ]);
});

Deno.test("a project is governed by the README's policy and commands", async () => {
  await withPlace(async (place) => {
    const init = await run(["init"], place);
    equal(init.code, 0, init.stderr);
    const event = {
      hook_event_name: "PreToolUse",
      tool_name: "Read",
      tool_input: { file_path: "/etc/hosts" },
      cwd: place.project,
    };
    const hook = await run(["_hook", "--project", place.project], place, JSON.stringify(event));
    equal(hook.code, 2);
    const shown = (blocks(readme, "text")[0] ?? "").trim().replaceAll("\n", " ");
    equal(hook.stderr.trim(), shown.replaceAll("/home/me/my-project", place.project));
    equal((await run(["status"], place)).code, 0);
    const audit = await run(["audit", "--tail", "20"], place);
    match(audit.stdout, /^DENY .*Read .*-> read_file/m);
  });
});

Deno.test("every command in the README's table does what the table says", async () => {
  const table = readme.slice(readme.search(/^\| command +\|/m));
  const rows = table.slice(0, table.indexOf("\n\n")).split("\n").slice(2);
  const named = rows.flatMap((row) => {
    const [, first = ""] = row.split("|");
    return [...first.matchAll(/`tenuo-claude (\w+)`/g)].map(([, name]) => name as string);
  });
  const local = ["audit", "check", "demo", "down", "explain", "mcp", "policy", "receipts"]
    .concat("refresh", "revoke", "status", "up");
  deepEqual(named.toSorted(), [...local, "key", "warrant"].toSorted());
  await withPlace(async (place) => {
    equal((await run(["init"], place)).code, 0);
    equal((await run(["refresh"], place)).code, 0);
    deepEqual(await run(["check"], place), { code: 0, stdout: "All well\n", stderr: "" });
    equal((await run(["check", "--strict", "--json"], place)).code, 0);
    match((await run(["policy", "lint"], place)).stdout, /^0 errors, 0 warnings$/m);
    const cases = "- {deny: Read, input: {file_path: /etc/hosts}}\n";
    match((await run(["policy", "test", "-"], place, cases)).stdout, /^1 passed, 0 failed$/m);
    match((await run(["explain", "Bash", "ls -la"], place)).stdout, /^(ALLOW|DENY) /m);
    const event = {
      hook_event_name: "PreToolUse",
      tool_name: "Read",
      tool_input: { file_path: "/etc/hosts" },
      cwd: place.project,
    };
    const told = await run(["explain", "--event", "-", "--json"], place, JSON.stringify(event));
    deepEqual([told.code, JSON.parse(told.stdout).verdict], [1, "deny"]);
    const port = String(freePort());
    match((await run(["up", "--port", port], place)).stdout, /^Local mode \(no Cloud\)\.$/m);
    ok(JSON.parse((await run(["status", "--json"], place)).stdout));
    equal((await run(["down"], place)).code, 0);
    equal((await run(["audit", "--verify"], place)).code, 0);
    equal((await run(["receipts", "verify", "--json"], place)).code, 0);
    ok(JSON.parse((await run(["receipts", "checkpoint"], place)).stdout));
    match((await run(["audit", "show", "1"], place)).stdout, /refresh/);
    for (const line of (await run(["audit", "--json"], place)).stdout.trim().split("\n")) {
      ok(JSON.parse(line));
    }
    equal((await run(["mcp", "list"], place)).code, 0);
    equal((await run(["mcp", "diff"], place)).code, 0);
    equal((await run(["revoke"], place)).code, 0);
    equal((await run(["revoke", "--lift", "--yes"], place)).code, 0);
    for (const command of [...named, "init"]) {
      match((await run(["help", command], place)).stdout, new RegExp(`^Usage: .*${command}`));
    }
  });
});

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

Deno.test({
  name: "the built file is installed and asked for its version as the README says",
  ignore: !exists(binary),
  fn: () => {
    const folder = Deno.makeTempDirSync();
    try {
      const target = `${folder}/opt/tenuo/tenuo-claude`;
      const link = `${folder}/tenuo-claude`;
      const steps = [
        ["mkdir", "-p", `${folder}/opt/tenuo`],
        ["install", "-m", "755", binary, target],
        ["ln", "-sf", target, link],
      ];
      for (const [command = "", ...args] of steps) {
        equal(new Deno.Command(command, { args }).outputSync().code, 0, command);
      }
      const { stdout } = new Deno.Command(link, { args: ["--version"] }).outputSync();
      equal(new TextDecoder().decode(stdout).trim(), `tenuo-claude ${configuration.version}`);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("the commands of docs/WARRANTS.md run as they stand, in their order", async () => {
  const blocksOfFile = blocks(Deno.readTextFileSync(`${root}/docs/WARRANTS.md`), "sh");
  ok(blocksOfFile.length > 3);
  await withPlace(async ({ project, env }) => {
    const script = `set -eu -o pipefail\n${asFunction()}\n`;
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script + blocksOfFile.join("\n")],
      cwd: project,
      clearEnv: true,
      env,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    equal(code, 0, text(stderr));
    equal(text(stderr), "");
    const [shown] = blocks(Deno.readTextFileSync(`${root}/docs/WARRANTS.md`), "json");
    const verdict = JSON.parse(text(stdout).split("\n").find((line) => line[0] === "{") ?? "");
    const known = { ...JSON.parse(shown ?? ""), warrant_id: verdict.warrant_id };
    deepEqual(verdict, known);
  });
});

Deno.test("the policies in the documents load", async () => {
  const documents = ["README.md", "docs/MCP.md", "docs/POLICY.md", "docs/RECEIPTS.md"];
  for (const document of documents) {
    const texts = blocks(Deno.readTextFileSync(`${root}/${document}`), "yaml");
    ok(texts.length > 0);
    for (const text of texts) {
      const folder = Deno.makeTempDirSync();
      Deno.writeTextFileSync(`${folder}/tenuo.yaml`, text);
      await loadPolicy(folder);
      Deno.removeSync(folder, { recursive: true });
    }
  }
});

Deno.test("links between the documents lead somewhere", () => {
  for (
    const document of ["README.md", "POLICY", "MCP", "ARCHITECTURE", "WARRANTS", "RECEIPTS"].map((
      name,
    ) => name === "README.md" ? name : `docs/${name}.md`)
  ) {
    const folder = `${root}/${document}`.replace(/[^/]*$/, "");
    const text = Deno.readTextFileSync(`${root}/${document}`);
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      ok(exists(folder + target), `${document}: ${target}`);
    }
  }
});

Deno.test("the codes in the architecture document are the program's own", async () => {
  const { codes } = await import("../src/authorizer/denial.ts");
  const text = Deno.readTextFileSync(`${root}/docs/ARCHITECTURE.md`);
  const shown = [...text.matchAll(/^\| (9\d{3}) +\| (\w+) +\|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ]);
  deepEqual(shown, Object.entries(codes).filter(([, code]) => code >= 9000));
});
