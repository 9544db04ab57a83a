import { deepEqual, equal, match, throws } from "node:assert/strict";
import { makePlayground, type Playground, rowName, runRow, wiredArguments } from "./smoke.ts";
import type { SmokeRow } from "./smoke_rows.ts";

function withPlayground(use: (place: Playground) => void): void {
  const place = makePlayground();
  try {
    use(place);
  } finally {
    place.remove();
  }
}

// A program that is found everywhere stands in for the built file.
const shell = "/bin/sh";
const says = (script: string, more: Partial<SmokeRow> = {}): SmokeRow => ({
  args: ["-c", script],
  exit: 0,
  ...more,
});

Deno.test("A row that is as expected has nothing wrong", () => {
  withPlayground((place) => {
    const row = says('cat; echo "{port}"; exit 3', { input: "{project}", exit: 3 });
    deepEqual(runRow({ ...row, stdout: /\/project7$/ }, shell, 7, place), []);
    deepEqual(runRow(says("exit 0", { as: "tenuo" }), shell, 7, place), []);
  });
});

Deno.test("A wrong exit, a wrong text and a stack trace are each told", () => {
  withPlayground((place) => {
    const wrong = (row: SmokeRow) => runRow(row, shell, 7, place)[0] ?? "";
    equal(wrong(says("exit 1")), "exit 1, expected 0");
    match(wrong(says("echo no", { stdout: /yes/ })), /^stdout does not match/);
    match(wrong(says("printf 'x\\n    at y (main.ts:1:2)\\n' >&2")), /^stderr holds a stack trace/);
    match(runRow(says(""), `${place.outside}/gone`, 7, place)[0] ?? "", /gone/);
  });
});

Deno.test("Wired arguments are those of the settings, and their absence is told", () => {
  withPlayground((place) => {
    Deno.mkdirSync(`${place.project}/.claude`);
    const hooks = { PreToolUse: [{ hooks: [{ args: ["_hook", "--project", "/p"] }] }] };
    Deno.writeTextFileSync(`${place.project}/.claude/settings.json`, JSON.stringify({ hooks }));
    deepEqual(wiredArguments(place.project, "PreToolUse"), ["_hook", "--project", "/p"]);
    throws(() => wiredArguments(place.project, "PostToolUse"), /wires no PostToolUse/);
  });
});

Deno.test("A row is named as it is typed", () => {
  equal(rowName({ args: ["audit", "--json"], exit: 0 }), "tenuo-claude audit --json");
  equal(rowName({ args: ["_hook"], as: "tenuo", input: "{", exit: 2 }), "tenuo _hook < {");
});
