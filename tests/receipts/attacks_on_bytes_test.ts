/** The attack list, third part: each bit of a log, and edits that the next append comes after. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { appendReceipt } from "../../src/receipts/log.ts";
import { Project } from "../hook/project.ts";
import {
  attackedLog,
  changed,
  type Files,
  inFolder,
  linesOf,
  readFiles,
  verifiedIn,
} from "./attacked_log.ts";

const { files, checkpoint, receiptKey, root } = await attackedLog();
const keys = { key: receiptKey.publicKey, root };
const segments = ["receipts.000001.jsonl", "receipts.000002.jsonl", "receipts.000003.jsonl"];
const first = segments[0] as string;
const active = "receipts.jsonl";

/** The first segment alone, as a log of its own. */
const short = changed(files, {
  [active]: files.get(first),
  ...Object.fromEntries(segments.map((name) => [name, undefined])),
});

const reasons = [
  "is not UTF-8",
  "is not a receipt, and no repair after it names it",
  "is not signed by the receipt key as it stands",
  "was never finished, and no receipt after it says so",
];

Deno.test("Attack: change one bit at every byte of a short log", async () => {
  const bytes = short.get(active) as Uint8Array;
  const seen = new Map<string, number>();
  await inFolder(short, async (folder) => {
    let line = 1;
    for (const [at, byte] of bytes.entries()) {
      const attacked = Uint8Array.from(bytes);
      attacked[at] = byte ^ (1 << (at % 8));
      Deno.writeFileSync(`${folder}/${active}`, attacked);
      const [, place, why = ""] = /^(\S+) (.*)$/.exec(await verifiedIn(folder, keys)) ?? [];
      equal(place, `${active}:${line}`, `byte ${at}: ${why}`);
      ok(reasons.includes(why), `byte ${at}: ${why}`);
      seen.set(why, (seen.get(why) ?? 0) + 1);
      if (byte === 10) line++;
    }
    equal(line, 4);
  });
  deepEqual([...seen.keys()].toSorted(), reasons, "each of the reasons was met");
});

Deno.test("Attack: change one bit of the evidence, at every eleventh byte", async () => {
  for (const name of [...short.keys()].filter((one) => one.startsWith("evidence/"))) {
    const bytes = short.get(name) as Uint8Array;
    await inFolder(short, async (folder) => {
      for (let at = 0; at < bytes.length; at += 11) {
        const attacked = Uint8Array.from(bytes);
        attacked[at] = (bytes[at] as number) ^ (1 << (at % 8));
        Deno.writeFileSync(`${folder}/${name}`, attacked);
        const found = await verifiedIn(folder, keys);
        match(found, /^receipts\.jsonl:1 names the (?:warrant|policy) [0-9a-f]{64}, wh/, `${at}`);
      }
    });
  }
});

/** What verification says once the next call has been appended to these bytes. */
function appended(attacked: Files, checkpoint?: string): Promise<string> {
  return inFolder(attacked, (folder) => {
    const time = new Date(Date.now() + 1000).toISOString();
    appendReceipt(`${folder}/${active}`, { time, kind: "act", door: "command" }, {
      key: receiptKey,
      sync: false,
    });
    return verifiedIn(folder, { ...keys, ...checkpoint === undefined ? {} : { checkpoint } });
  });
}

Deno.test("Attack: edit the last line, then append", async () => {
  const lines = linesOf(files, active);
  const last = lines.at(-1) as string;
  const edits: readonly (readonly [string, string])[] = [
    [last.replace("notes.txt", "other.txt"), "is not signed by the receipt key as it stands"],
    [last.replace('"allow"', '"deny"'), "is not signed by the receipt key as it stands"],
    [last.replace("{", "{ "), "is not in the form that receipts are written in"],
    [last.replace("{", ""), "is not a receipt, and no repair after it names it"],
  ];
  for (const [edited, why] of edits) {
    const attacked = changed(files, { [active]: [...lines.slice(0, -1), edited] });
    equal(await appended(attacked), `${active}:3 ${why}`);
  }
});

Deno.test("Attack: change one bit at every byte of the last line, then append", async () => {
  const bytes = short.get(active) as Uint8Array;
  const start = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  const hidden: number[] = [];
  for (let at = start; at < bytes.length; at++) {
    const attacked = Uint8Array.from(bytes);
    attacked[at] = (bytes[at] as number) ^ 1;
    const found = await appended(changed(short, { [active]: attacked }));
    if (!found.startsWith(`${active}:3 `)) {
      equal(found, "proven: 4", `byte ${at}`);
      hidden.push(at - start);
    }
  }
  // Bytes that a torn line could end in as well: as if the line had been cut off, no more and no less.
  const end = bytes.length - 1 - start;
  const marker = ',"signature":"';
  const from = new TextDecoder().decode(bytes.subarray(start)).lastIndexOf(marker);
  const allowed = [...Array.from(marker, (_, at) => from + at), end - 2, end - 1, end];
  deepEqual(hidden.filter((at) => !allowed.includes(at)), []);
});

Deno.test("Attack: cut the last line short, then append: not proved without a kept checkpoint", async () => {
  const text = new TextDecoder().decode(files.get(active));
  const attacked = changed(files, { [active]: text.slice(0, -100) });
  equal(await appended(attacked), "proven: 13");
  equal(await appended(attacked, checkpoint), `${active}:4 is not the line that kept saw`);
});

Deno.test("Attacks through the program: exit code, file, line and reason; nothing is written", async () => {
  await using project = await Project.create({ init: false });
  const verify = async (attacked: Files, ...more: readonly string[]) => {
    return await inFolder(attacked, async (folder) => {
      const before = JSON.stringify(
        [...readFiles(folder)].map(([name, { length }]) => [name, length]),
      );
      const words = ["--root", root, "--key", receiptKey.publicKey, "--json", ...more];
      const { code, stdout } = await project.command("receipts", "verify", folder, ...words);
      const after = JSON.stringify(
        [...readFiles(folder)].map(([name, { length }]) => [name, length]),
      );
      equal(after, before);
      const { outcome, file, line, why } = JSON.parse(stdout);
      return [code, outcome, file?.replace(`${folder}/`, ""), line, why];
    });
  };
  deepEqual(await verify(files), [0, "proven", undefined, undefined, undefined]);
  const second = linesOf(files, segments[1] as string);
  deepEqual(await verify(changed(files, { [segments[1] as string]: second.toSpliced(1, 1) })), [
    1,
    "disproved",
    segments[1],
    2,
    "has number 6 where 5 follows",
  ]);
  const [code, outcome] = await verify(changed(files, { [first]: undefined }));
  deepEqual([code, outcome], [2, "unknown"]);
});
