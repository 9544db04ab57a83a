/** What docs/RECEIPTS.md shows is what the program does, and its attack table names real tests. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { asFunction, blocks, root, run, withPlace } from "./docs_place.ts";
import { findPython } from "./receipts/python.ts";

const document = Deno.readTextFileSync(`${root}/docs/RECEIPTS.md`);

Deno.test("the commands of docs/RECEIPTS.md run as they stand, in their order", async () => {
  const lines = blocks(document, "sh").flatMap((block) => block.trim().split("\n"));
  deepEqual(lines.map((line) => line.split(" ").slice(0, 3).join(" ")), [
    "tenuo-claude receipts checkpoint",
    "tenuo-claude receipts verify",
    "tenuo-claude receipts export",
    "tenuo-claude receipts verify",
    "tenuo-claude audit --verify",
    "python3 scripts/verify_receipts.py .state",
  ]);
  await withPlace(async (place) => {
    equal((await run(["init"], place)).code, 0);
    for (const path of ["/etc/hosts", `${place.project}/sandbox/notes.txt`]) {
      const event = {
        hook_event_name: "PreToolUse",
        tool_name: "Read",
        tool_input: { file_path: path },
        tool_use_id: path,
        session_id: "one",
        cwd: place.project,
      };
      const args = ["_hook", "--project", place.project];
      equal((await run(args, place, JSON.stringify(event))).code, path === "/etc/hosts" ? 2 : 0);
    }
    const python = findPython();
    const runnable = python === undefined ? lines.slice(0, -1) : lines;
    const asPython = `python3() { command '${python}' "$@"; }`;
    const script = ["set -eu -o pipefail", asFunction(), asPython, ...runnable].join("\n");
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script.replace("scripts/", `${root}/scripts/`)],
      cwd: place.project,
      clearEnv: true,
      env: place.env,
    }).output();
    const text = new TextDecoder().decode(stdout);
    equal(code, 0, text + new TextDecoder().decode(stderr));
    match(text, /Verified/);
    ok(Deno.statSync(`${place.project}/receipts.tar.gz`).isFile);
  });
});

Deno.test("every member that receipts verify --json prints is told", async () => {
  const start = document.indexOf("## As JSON");
  const section = document.slice(start, document.indexOf("## Attacks"));
  ok(start > 0);
  await withPlace(async (place) => {
    const told = (value: Record<string, unknown>) => {
      for (const name of Object.keys(value)) ok(section.includes(`\`${name}\``), name);
    };
    equal((await run(["init"], place)).code, 0);
    const { counts, key, ...proven } = JSON.parse(
      (await run(["receipts", "verify", "--json"], place)).stdout,
    );
    [counts, key, { counts, key, ...proven }].forEach(told);
    Deno.writeTextFileSync(`${place.project}/.state/receipts.jsonl`, "no receipt\n");
    const disproved = await run(["receipts", "verify", ".state", "gone", "--json"], place);
    equal(disproved.code, 1);
    told(JSON.parse(disproved.stdout));
  });
});

Deno.test("each attack in docs/RECEIPTS.md names a test that is there", () => {
  const tests = [...Deno.readDirSync(`${root}/tests/receipts`)]
    .filter(({ name }) => name.startsWith("attacks"))
    .map(({ name }) => Deno.readTextFileSync(`${root}/tests/receipts/${name}`)).join("\n");
  const table = document.slice(document.indexOf("## Attacks"));
  const rows = table.slice(0, table.indexOf("## What is not proved")).match(/^\| .*\|$/gm) ?? [];
  ok(rows.length > 20);
  for (const row of rows.slice(2)) {
    const names = [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
    ok(names.length > 0, row);
    for (const name of names) {
      ok(tests.includes(`"${name}"`) || tests.includes(`"Attack: ${name}"`), name);
    }
  }
});
