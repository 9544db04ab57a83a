/** `receipts verify` as people run it: exit codes, what is printed, and that it only reads. */
import { deepEqual, equal, match } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { notes, people, policyOf, type Trail, withTrail } from "../authorizer/test_trail.ts";
import { readPolicy } from "../authorizer/replay.ts";
import { verifyLog } from "../receipts/verify.ts";
import { command } from "./receipts_verify.ts";
import { crewFor } from "./verify_threads.ts";

const keys = { key: people.receipts.publicKey, root: people.root.publicKey };
const source = fileURLToPath(new URL("../../", import.meta.url));

interface Ran {
  readonly code: number;
  readonly printed: readonly string[];
}

async function verify(
  operands: readonly string[],
  options: Readonly<Record<string, string | boolean>> = keys,
  given: readonly { name: string; value: string }[] = [],
): Promise<Ran> {
  const printed: string[] = [];
  const terminal = {
    colour: false,
    print: (...lines: string[]) => void printed.push(...lines),
    warn: () => {},
    paint: (_: string, text: string) => text,
  };
  return { code: await command.run({ options, operands, given, terminal }), printed };
}

/** A trail with `count` allows. */
function allowed(trail: Trail, count: number): string[] {
  const authority = trail.mint();
  for (let i = 0; i < count; i++) trail.allow(authority, "Read", notes);
  const lines = trail.lines();
  trail.write(lines);
  return lines;
}

Deno.test("A folder, its log and its segments are named alike; keys that were given are said", () =>
  withTrail(async (trail) => {
    const lines = allowed(trail, 4);
    trail.write(lines.slice(0, 2), "receipts.000001.jsonl");
    trail.write(lines.slice(2));
    for (const path of [trail.folder, trail.path]) {
      const { code, printed } = await verify([path]);
      equal(code, 0);
      equal(printed[0], "Verified    : 4 receipts and their chain, 4 decisions");
      equal(printed[1], `  Log         : ${trail.path} and 1 segment`);
      equal(printed.at(-1), `  Root        : ${keys.root}, given`);
    }
    const segment = `${trail.folder}/receipts.000001.jsonl`;
    match((await verify([segment])).printed[0] ?? "", /^Verified {4}: 2 receipts/);
    equal((await verify([`${trail.folder}/receipts.000002.jsonl`])).code, 2);

    // A checkpoint of later lines says nothing about a segment alone, and all about the log.
    const value = trail.checkpoint(lines, "receipts.checkpoint");
    const given = [{ name: "checkpoint", value }];
    const alone = await verify([segment], keys, given);
    equal(alone.code, 0);
    match(alone.printed.join("\n"), /Checkpoints : none/);
    Deno.removeSync(trail.path);
    for (const path of [trail.folder, trail.path]) equal((await verify([path])).code, 1);
  }));

Deno.test("The first bad line is named with its file and number, and what a terminal obeys is escaped", () =>
  withTrail(async (trail) => {
    const lines = allowed(trail, 5);
    trail.write(lines.with(2, (lines[2] as string).replace("notes", "hosts")));
    const { code, printed } = await verify([trail.folder]);
    equal(code, 1);
    equal(
      printed[0],
      `Disproved   : ${trail.path}: line 3 (receipt 3) is not signed by the receipt key as it stands; ` +
        "2 receipts before it hold",
    );
    trail.allow(trail.mint(policyOf({ serial: 2 })), "\x1b[2J", notes, { capability: "read_file" });
    trail.write();
    match((await verify([trail.path])).printed[0] ?? "", /no rule for \\x1b\[2J/);
  }));

Deno.test("Of several logs the worst decides; JSON is one object with all counts", () =>
  withTrail(async (trail) => {
    const lines = allowed(trail, 3);
    const other = trail.write(lines.slice(0, 2), "copy.jsonl");
    const bad = trail.write(lines.slice(1), "cut.jsonl");
    equal((await verify([trail.path, other])).code, 0);
    equal((await verify([trail.path, bad])).code, 2);
    const { code, printed } = await verify([trail.path, bad, other], { ...keys, json: true });
    equal(code, 2);
    equal(printed.length, 1);
    const { outcome, counts, logs, why } = JSON.parse(printed[0] as string);
    deepEqual([outcome, counts.receipts, logs.length], ["unknown", 7, 3]);
    match(why, /goes on from receipt 1/);
    const one = JSON.parse((await verify([other], { ...keys, json: true })).printed[0] as string);
    deepEqual([one.outcome, one.counts.proven, one.key.origin], ["proven", 2, "given"]);
  }));

Deno.test("Kept checkpoints are given again and again", () =>
  withTrail(async (trail) => {
    const lines = allowed(trail, 4);
    const given = [2, 4].map((count) => ({
      name: "checkpoint",
      value: trail.checkpoint(lines.slice(0, count), `kept_${count}`),
    }));
    match((await verify([trail.path], keys, given)).printed.join("\n"), /Checkpoints : 2/);
    trail.write(lines.slice(0, 3));
    const { code, printed } = await verify([trail.path], keys, given);
    equal(code, 1);
    match(printed[0] ?? "", /line 4 \(receipt 4\) is missing: the tail was cut off/);
  }));

Deno.test("A log of many parts is verified in threads, and its first bad line named exactly", () =>
  withTrail(async (trail) => {
    const count = 6000; // two parts
    const lines = allowed(trail, count);
    const inThreads = () =>
      verifyLog({ paths: [trail.path], ...keys }, readPolicy, (job) => crewFor(job, 1 << 30, 2));
    const whole = await inThreads();
    deepEqual([whole.outcome, whole.counts.proven], ["proven", count]);
    for (const at of [5900, 2000]) {
      lines[at] = (lines[at] as string).replace("notes", "hosts");
      trail.write(lines);
      const result = await inThreads();
      deepEqual(
        result.outcome === "disproved" && [result.line, result.seq, result.counts.proven],
        [at + 1, at + 1, at],
      );
    }
  }));

Deno.test("A copied folder is verified by a program that may only read", () =>
  withTrail(async (trail) => {
    allowed(trail, 3);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-prompt", "--frozen=false", "--config"]
          .concat(`${source}deno.json`, "--allow-read", "--allow-env", `${source}main.ts`)
          .concat("receipts", "verify", trail.folder, ...args),
      }).output();
      return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    };
    const proven = await run("--root", keys.root);
    equal(proven.code, 0, proven.text);
    match(proven.text, /named by a policy that the root signed; pin it: --key/);
    equal((await run()).code, 2);
    equal((await run("--root", "xyz")).code, 2);
    equal((await run("--roof", "xyz")).code, 2);
  }));

Deno.test("What lies beside the log is said to; what could not be read is not said to be absent", () =>
  withTrail(async (trail) => {
    const lines = allowed(trail, 2);
    const rowOf = ({ printed }: Ran, name: string) =>
      printed.find((line) => line.startsWith(`  ${name.padEnd(12)}: `))?.slice(16);
    equal(rowOf(await verify([trail.path]), "Checkpoints"), "none: a cut-off tail would not show");
    const value = trail.checkpoint(lines, "kept");
    const given = [{ name: "checkpoint", value }];
    equal(rowOf(await verify([trail.path], keys, given), "Checkpoints"), "1");
    Deno.copyFileSync(value, `${trail.folder}/receipts.checkpoint`);
    match(
      rowOf(await verify([trail.path]), "Checkpoints") ?? "",
      /^1 beside the log, .*elsewhere$/,
    );
    equal(rowOf(await verify([trail.path], keys, given), "Checkpoints"), "2");

    const missing = await verify([trail.path], keys, [{ name: "checkpoint", value: "/nowhere" }]);
    deepEqual([missing.code, rowOf(missing, "Checkpoints")], [2, undefined]);
    const other = await verify([trail.path], { ...keys, key: people.root.publicKey });
    equal(other.code, 1);
    match(other.printed[0] ?? "", /is no checkpoint that the receipt key signed$/);
    equal(rowOf(other, "Checkpoints"), undefined);
    match(rowOf(other, "Note") ?? "", /make sure that --key and --root are this log's$/);
    equal(rowOf(await verify([trail.path], { root: keys.root }), "Note"), undefined);
  }));

Deno.test("An empty log proves nothing, and says so", () =>
  withTrail(async (trail) => {
    trail.write([]);
    const { code, printed } = await verify([trail.path]);
    equal(code, 0);
    equal(printed[0], "Verified    : the log is empty: there is nothing to prove");
  }));

Deno.test("Without a project it cannot be told, as JSON too", async () => {
  const before = Deno.env.get("TENUO_PROJECT_DIR");
  Deno.env.set("TENUO_PROJECT_DIR", "/nowhere");
  try {
    const { code, printed } = await verify([], {});
    deepEqual([code, printed.length], [2, 1]);
    match(printed[0] ?? "", /^Cannot tell : TENUO_PROJECT_DIR is \/nowhere/);
    const json = await verify([], { json: true });
    deepEqual([json.code, JSON.parse(json.printed.join("")).outcome], [2, "unknown"]);
  } finally {
    if (before === undefined) Deno.env.delete("TENUO_PROJECT_DIR");
    else Deno.env.set("TENUO_PROJECT_DIR", before);
  }
});

Deno.test("Outcomes of what was not decided are counted apart", () =>
  withTrail(async (trail) => {
    const authority = trail.mint();
    for (let i = 0; i < 3; i++) trail.allow(authority, "Read", notes);
    trail.add({ kind: "outcome", outcome: "ok", of: 1 });
    trail.add({ kind: "outcome", outcome: "ok", of: 2, mismatch: "input" });
    trail.add({ kind: "outcome", outcome: "unknown", of: 3 });
    trail.write();
    const { code, printed } = await verify([trail.path]);
    equal(code, 0);
    equal(printed[3], "  Beside      : 3 outcomes (1 not of what was decided, 1 unknown)");
    const { counts } = JSON.parse(
      (await verify([trail.path], { ...keys, json: true })).printed[0] ?? "",
    );
    deepEqual([counts.outcomes, counts.mismatched, counts.untold], [3, 1, 1]);
  }));
