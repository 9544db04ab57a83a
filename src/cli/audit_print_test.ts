import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { appendReceipt } from "../receipts/log.ts";
import { plainLines, sampleDraft, sampleKey, sampleLines } from "../receipts/sample_log.ts";
import { AuditProject, fileText } from "./audit_test_project.ts";
import { UsageError } from "./command.ts";

const five = plainLines(5);
const row = "ALLOW      [gov] Read           -> read_file  authorized  path=/project/sandbox/";

/** Every second call is of Bash and denied. */
const mixed = sampleLines(Array.from({ length: 40 }, (_, at) => ({
  draft: sampleDraft({
    time: new Date(Date.parse("2026-03-01T12:00:00Z") + at * 60_000).toISOString(),
    ...(at % 2 === 0 ? {} : { tool: "Bash", decision: "deny", reason: "no" }),
    args: { path: `/${at}` },
  }),
})));

function paths(printed: readonly string[]): number[] {
  return printed.map((line) => Number(/path=\/(\d+)$/.exec(line)?.[1]));
}

Deno.test("All segments are one log", async () => {
  using project = new AuditProject();
  project.lay(five.slice(0, 2), five.slice(2, 4), five.slice(4));
  const expected = [0, 1, 2, 3, 4].map((at) => `${row}${at}.txt`);
  deepEqual((await project.audit()).printed, expected);
  deepEqual((await project.audit({ tail: "4" })).printed, expected.slice(1));
  project.lay(five.slice(0, 2), five.slice(2), []);
  deepEqual((await project.audit({ tail: "4" })).printed, expected.slice(1));
  Deno.removeSync(project.log);
  deepEqual((await project.audit({ tail: "4" })).printed, expected.slice(1), "Between two files");
});

Deno.test("--tail counts rows after filtering", async () => {
  using project = new AuditProject(mixed);
  deepEqual(paths((await project.audit({ tail: "3" })).printed), [37, 38, 39]);
  deepEqual(paths((await project.audit({ tail: "3", tool: "Read" })).printed), [34, 36, 38]);
  deepEqual(paths((await project.audit({ tail: "2", decision: "deny" })).printed), [37, 39]);
  deepEqual(paths((await project.audit({ since: "2026-03-01T12:36:00Z" })).printed), [
    36,
    37,
    38,
    39,
  ]);
  const both = { since: "2026-03-01T12:36:00Z", decision: "allow", tail: "5" };
  deepEqual(paths((await project.audit(both)).printed), [36, 38]);
  const json = await project.audit({ ...both, json: true });
  deepEqual(json.printed, [mixed[36], mixed[38]]);
});

Deno.test("Torn lines, what names them and rubbish are rows", async () => {
  const torn = '{"seq":2,"prev":"00';
  using project = new AuditProject([five[0] as string, torn, "\x1b[2J"]);
  const options = { key: sampleKey, sync: false };
  appendReceipt(project.log, sampleDraft({ args: {} }), options);
  const { printed } = await project.audit();
  equal(printed[1], `TORN       ${torn}`);
  equal(printed[2], "TORN       \\x1b[2J");
  match(printed[3] ?? "", /^TORN {7}24 bytes were never finished, sha256 [0-9a-f]{64}$/);
  match(printed[4] ?? "", /^ALLOW {6}\[gov\] Read/);
  equal((await project.audit({ tail: "4" })).printed.length, 4);
  equal((await project.audit({ tool: "Read" })).printed.length, 2);
  deepEqual((await project.audit({ format: "csv" })).warned, ["2 lines are not JSON; left out"]);
});

Deno.test("--long begins rows with the number and the time, by which audit show and --since take them", async () => {
  using project = new AuditProject([...mixed.slice(0, 2), '{"seq":2,"pr']);
  const { printed } = await project.audit({ long: true });
  match(printed[0] ?? "", /^ {5}1 2026-03-01T12:00:00\.000Z ALLOW {6}\[gov\] Read/);
  match(printed[1] ?? "", /^ {5}2 2026-03-01T12:01:00\.000Z DENY/);
  equal(printed[2], `${" ".repeat(31)} TORN       {"seq":2,"pr`);
  equal((await project.audit({}, "show", "2")).code, 0);
  const forged = `{"seq":"\\u001b[2J","prev":"","time":"${"\\u001b[2J".repeat(9)}","kind":"act"}`;
  project.lay([forged]);
  match((await project.audit({ long: true })).printed.join(), /^ {5}\? \\x1b\[2J\P{Cc}*$/u);
});

Deno.test("Where no row is printed it is said why", async () => {
  using project = new AuditProject(five);
  deepEqual((await project.audit()).warned, []);
  deepEqual((await project.audit({ tool: "Nope" })).warned, ["No receipt fits these options"]);
  deepEqual((await project.audit({ tool: "Nope", json: true })).warned, []);
  project.lay([]);
  const { code, printed, warned } = await project.audit({ tail: "3" });
  deepEqual([code, printed, warned], [0, [], ["No receipts yet: the first tool call leaves one"]]);
});

Deno.test("Nonsense ends with exit code 2 and says what is taken", async () => {
  using project = new AuditProject();
  for (
    const [options, operands, message] of [
      [{ tail: "0" }, [], /^--tail takes a whole number of at least 1$/],
      [{ tail: "-1", follow: true }, [], /at least 0$/],
      [{ since: "soon" }, [], /^--since is "soon"; it takes/],
      [{ decision: "no" }, [], /^--decision is "no"; it takes allow, deny or would-deny$/],
      [{ format: "xml" }, [], /^--format is "xml"; it takes one of jsonl, csv, ocsf, otlp-json/],
      [{ format: "csv", json: true }, [], /^--json is --format jsonl/],
      [{ long: true, json: true }, [], /^--long is for rows; leave it out/],
      [{ verify: true, tail: "1" }, [], /^--verify reads all receipts; leave out --tail$/],
      [{ verify: true }, ["show"], /leave out show$/],
      [{}, ["shwo"], /^audit takes options, or show SEQ; not "shwo"$/],
      [{}, ["show"], /^audit show takes the number of a receipt/],
      [{}, ["show", "0"], /^audit show takes the number/],
      [{}, ["show", "1.5"], /^audit show takes the number/],
      [{ tail: "1" }, ["show", "1"], /^audit show prints one receipt; leave out --tail$/],
    ] as const
  ) {
    await rejects(
      project.audit(options, ...operands),
      (error) => error instanceof UsageError && error.exitCode === 2 && message.test(error.message),
      String(message),
    );
  }
});

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Runs `audit --follow` as people do, for half a minute at most; `next` waits for so many lines. */
function follow(project: AuditProject, ...args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", "--no-check", "--config", config, main, "audit"]
      .concat("--follow", ...args),
    cwd: project.path,
    env: { TENUO_PROJECT_DIR: project.path, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
    signal: AbortSignal.timeout(30_000),
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (count: number): Promise<string[]> => {
    while (text.split("\n").length <= count) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    const lines = text.split("\n");
    text = lines.slice(count).join("\n");
    return lines.slice(0, count);
  };
  const end = async () => {
    child.kill("SIGINT");
    const { code } = await child.status;
    const rest = await next(Infinity);
    return { code, rest: rest.filter((line) => line !== "") };
  };
  return { next, end };
}

Deno.test("--follow begins with the last ten rows and ends on Ctrl-C with 0", async () => {
  using project = new AuditProject(plainLines(15));
  const { next, end } = follow(project);
  deepEqual(await next(10), Array.from({ length: 10 }, (_, at) => `${row}${at + 5}.txt`));
  const append = (name: string, bytes = 1 << 30) =>
    appendReceipt(project.log, sampleDraft({ args: { path: `/project/sandbox/${name}` } }), {
      key: sampleKey,
      sync: false,
      rotation: { bytes, daily: false },
    });
  append("a");
  deepEqual(await next(1), [`${row}a`]);
  append("b", 1);
  append("c", 1);
  deepEqual(await next(2), [`${row}b`, `${row}c`]);
  deepEqual(await end(), { code: 0, rest: [] });
});

Deno.test("--follow goes with filters and formats, line by line", async () => {
  const lines = plainLines(3);
  using project = new AuditProject(lines);
  const runs = [
    follow(project, "--tail", "1", "--tool", "R*d", "--json"),
    follow(project, "--tail", "1", "--format", "csv"),
    follow(project, "--tail", "0", "--format", "csv"),
  ] as const;
  const [json, csv, none] = runs;
  deepEqual(await json.next(1), lines.slice(2));
  match((await csv.next(2)).join("\n"), /^seq,time,.*\r\n3,2026-/);
  match((await none.next(1)).join("\n"), /^seq,time,/);
  const options = { key: sampleKey, sync: false };
  appendReceipt(project.log, sampleDraft({ tool: "Bash" }), options);
  const line = appendReceipt(project.log, sampleDraft(), options);
  deepEqual(await json.next(1), [line]);
  for (const one of [csv, none]) match((await one.next(2)).join("\n"), /^4,[^]*\n5,/);
  for (const run of runs) deepEqual(await run.end(), { code: 0, rest: [] });
});

Deno.test("A long log is printed from its end without being read", async () => {
  using project = new AuditProject([]);
  const line = `${sampleLines([{ draft: sampleDraft() }])[0]}\n`;
  const file = Deno.openSync(project.log, { append: true });
  const block = new TextEncoder().encode(line.repeat(2000));
  for (let at = 0; at < 100; at++) file.writeSync(block);
  file.close();
  Deno.writeTextFileSync(project.log, fileText(five), { append: true });
  const start = performance.now();
  deepEqual((await project.audit({ tail: "1" })).printed, [`${row}4.txt`]);
  equal((await project.audit({ since: "2026-03-02" })).printed.length, 0);
  // All of it takes more than a second.
  ok(performance.now() - start < 500);
});
