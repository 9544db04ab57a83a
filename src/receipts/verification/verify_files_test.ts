/** Keys, checkpoints and segments: what a log is held against and what it consists of. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { notes, people, Trail, withTrail } from "../../authorizer/test_trail.ts";
import { genesis, sealReceipt } from "../receipt.ts";
import { disproved, unknown } from "../test_verification.ts";

Deno.test("Keys: given ones, ones beside the log, and the one that the root's policy names", () =>
  withTrail(async (trail) => {
    const [key, root] = [people.receipts.publicKey, people.root.publicKey];
    trail.allow(trail.mint(), "Read", notes);
    trail.write();
    const verify = (given: { key?: string; root?: string }) =>
      trail.verify({ key: undefined, root: undefined, ...given } as never);
    unknown(await verify({}), /^No receipt key: .*receipt_pub\.hex is missing/);
    unknown(await verify({ key }), /^No root: .*--root HEX/);
    equal((await verify({ key })).counts.receipts, 1);
    const named = await verify({ root });
    deepEqual([named.outcome, named.key?.origin, named.root?.origin], [
      "proven",
      "policy",
      "given",
    ]);
    disproved(
      await verify({ key: people.stranger.publicKey, root }),
      1,
      /not signed by the receipt/,
    );
    disproved(await verify({ key, root: people.stranger.publicKey }), 1, /to the root/);
    for (
      const bad of ["", "00".repeat(32), `01${"00".repeat(31)}`, key.slice(1), key.toUpperCase()]
    ) {
      unknown(await verify({ key: bad, root }), /The receipt key is no Ed25519 public key/);
      unknown(await verify({ key, root: bad }), /The root is no Ed25519 public key/);
    }
    Deno.writeTextFileSync(`${trail.folder}/receipt_pub.hex`, `${key}\n`);
    Deno.writeTextFileSync(`${trail.folder}/issuer_pub.hex`, `${root}\n`);
    const beside = await verify({});
    deepEqual([beside.outcome, beside.key, beside.root], [
      "proven",
      { key, origin: "beside" },
      { key: root, origin: "beside" },
    ]);
  }));

Deno.test("Checkpoints: reached, cut off, of another history, of another key, unreadable", () =>
  withTrail(async (trail) => {
    const authority = trail.mint();
    for (let i = 0; i < 5; i++) trail.allow(authority, "Read", notes);
    const lines = trail.lines();
    const kept = trail.checkpoint(lines.slice(0, 4), "kept");
    const verify = () => trail.verify({ checkpoints: [kept] });
    trail.write();
    const whole = await verify();
    deepEqual([whole.outcome, whole.checkpoints], ["proven", 1]);
    trail.write(lines.slice(0, 4));
    equal((await verify()).outcome, "proven");
    trail.write(lines.slice(0, 3));
    equal((await trail.verify()).outcome, "proven");
    disproved(await verify(), 4, /is missing: the tail was cut off; .* there were 4 receipts/);
    trail.write([]);
    disproved(await verify(), 1, /the tail was cut off/);
    const other = new Trail(trail.folder);
    for (let i = 0; i < 5; i++) other.allow(authority, "Read", { path: "/project/sandbox/x" });
    other.write();
    disproved(await verify(), 4, /is not the line that .*kept saw/);
    trail.write();
    trail.checkpoint(lines, "receipts.checkpoint");
    equal((await trail.verify()).checkpoints, 1);
    trail.write(lines.slice(0, 4));
    disproved(await trail.verify(), 5, /the tail was cut off/);
    trail.checkpoint(lines, "receipts.checkpoint", people.stranger);
    const forged = await trail.verify();
    ok(forged.outcome === "disproved" && forged.file.endsWith("/receipts.checkpoint"));
    match(forged.why, /is no checkpoint that the receipt key signed/);
    Deno.removeSync(`${trail.folder}/receipts.checkpoint`);
    unknown(await trail.verify({ checkpoints: [`${kept}.none`] }), /^Checkpoint: Missing /);
    unknown(await trail.verify({ checkpoints: [trail.path] }), /holds no checkpoint/);
  }));

Deno.test("Segments: joined, missing, alone, alone with a checkpoint, put back", () =>
  withTrail(async (trail) => {
    const authority = trail.mint();
    for (let i = 0; i < 9; i++) trail.allow(authority, "Read", notes);
    const lines = trail.lines();
    const names = ["receipts.000001.jsonl", "receipts.000002.jsonl", "receipts.000003.jsonl"];
    names.forEach((name, i) => trail.write(lines.slice(i * 2, i * 2 + 2), name));
    trail.write(lines.slice(6));
    const whole = await trail.verify();
    deepEqual([whole.outcome, whole.counts.receipts, whole.files.length], ["proven", 9, 4]);
    const [first, second, third] = names.map((name) => `${trail.folder}/${name}`) as [
      string,
      string,
      string,
    ];
    equal((await trail.verify({ paths: [second, first] })).counts.receipts, 4);
    unknown(await trail.verify({ paths: [second] }), /goes on from receipt 2, which is not there/);
    const kept = trail.checkpoint(lines.slice(0, 2), "kept");
    equal((await trail.verify({ paths: [second], checkpoints: [kept] })).outcome, "proven");
    const foreign = trail.checkpoint([lines[0] as string, lines[0] as string], "foreign");
    const swapped = await trail.verify({ paths: [second], checkpoints: [foreign] });
    match(swapped.outcome === "disproved" ? swapped.why : "", /does not continue the line that/);
    const gap = await trail.verify({ paths: [first, third] });
    ok(gap.outcome === "disproved" && gap.file === third && gap.line === 1 && gap.seq === 3);
    match(gap.why, /number 5 where 3 follows; the segment receipts\.000002\.jsonl before it/);
    trail.write(lines.slice(2, 3), names[1]);
    const rolledBack = await trail.verify();
    ok(rolledBack.outcome === "disproved" && rolledBack.file === third && rolledBack.line === 1);
    match(rolledBack.why, /number 5 where 4 follows$/);
    Deno.removeSync(trail.path);
    trail.write(lines.slice(2, 4), names[1]);
    equal((await trail.verify()).counts.receipts, 6);
    for (const path of [first, second, third]) Deno.removeSync(path);
    unknown(await trail.verify(), /^Missing /);
  }));

Deno.test("A key holder's strange values are told, not thrown", () =>
  withTrail(async (trail) => {
    const strange: unknown[] = [null, 5, "x", [], {}, true, -1, 1e300, "0".repeat(64)];
    const names = [
      "args",
      "chain",
      "policy",
      "proof",
      "proved",
      "serial",
      "warrant",
      "tool",
      "door",
    ]
      .concat("capability", "code", "masked", "kind", "time", "agent", "seq", "prev");
    const authority = trail.mint();
    trail.allow(authority, "Read", notes);
    const [line] = trail.lines();
    const whole = JSON.parse(line as string) as Record<string, unknown>;
    for (const name of names) {
      for (const value of strange) {
        for (const decision of ["allow", "deny"]) {
          const { signature: _, seq, prev, ...draft } = { ...whole, decision, [name]: value };
          trail.write([sealReceipt(draft as never, { seq, prev } as never, people.receipts)]);
          const { outcome } = await trail.verify();
          ok(["proven", "disproved", "unknown"].includes(outcome));
          // Nothing of an allow is a matter of taste, but its door and the words about it.
          const isFree = (name === "prev" && value === genesis) ||
            ["door", "code", "agent"].includes(name) ||
            name === "masked" && value === true;
          if (decision === "allow" && !isFree) ok(outcome !== "proven", `${name} ${value}`);
        }
      }
    }
  }));
