import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { appendReceipt, ReceiptLost } from "./log.ts";
import { genesis, lineDigest, parseReceipt, type Receipt } from "./receipt.ts";
import { fileBytes, plainLines, sampleDraft, sampleKey, withFile } from "./sample_log.ts";
import { verifyFile } from "./verify.ts";

const options = { key: sampleKey, sync: false };

function append(path: string): string {
  return appendReceipt(path, sampleDraft(), options);
}

function rows(path: string): Receipt[] {
  const lines = Deno.readTextFileSync(path).split("\n").slice(0, -1);
  return lines.map((line) => parseReceipt(line) as Receipt);
}

function outcome(path: string): string {
  return verifyFile(path, sampleKey.publicKey).outcome;
}

Deno.test("The first receipt starts the chain, later ones continue it", () => {
  withFile("", (path) => {
    const lines = [append(path), append(path), append(path)];
    equal(Deno.readTextFileSync(path), lines.map((line) => `${line}\n`).join(""));
    deepEqual(rows(path).map(({ seq }) => seq), [1, 2, 3]);
    deepEqual(rows(path).map(({ prev }) => prev), [genesis, ...lines.slice(0, 2).map(lineDigest)]);
    equal(outcome(path), "proven");
  });
});

Deno.test("A receipt longer than what is read at once is found from the end", () => {
  withFile("", (path) => {
    for (const size of [10, 8192, 20_000, 100_000, 10]) {
      appendReceipt(path, sampleDraft({ reason: "x".repeat(size) }), options);
    }
    equal(outcome(path), "proven");
  });
});

Deno.test("The draft can be replaced with a look at the newest receipt", () => {
  withFile(fileBytes(plainLines(3)), (path) => {
    let seen: Receipt | undefined;
    appendReceipt(path, sampleDraft(), {
      ...options,
      amend: (last) => {
        seen = last;
        return sampleDraft({ reason: `after ${last?.seq}` });
      },
    });
    equal(seen?.seq, 3);
    equal(rows(path).at(-1)?.reason, "after 3");
  });
});

Deno.test("Nothing is written when the look at the newest receipt throws, and the lock is given back", () => {
  withFile("", (path) => {
    const amend = () => {
      throw new Error("no");
    };
    throws(() => appendReceipt(path, sampleDraft(), { ...options, amend }), { message: "no" });
    equal(Deno.readTextFileSync(path), "");
    append(path);
    equal(outcome(path), "proven");
  });
});

Deno.test("A torn line is named by the next receipt, and nothing before it is lost", () => {
  const whole = fileBytes(plainLines(3));
  for (const left of ["{", '{"seq":4,"prev":"', plainLines(4)[3] as string, "\0\0\0", "\xff"]) {
    withFile(whole, (path) => {
      Deno.writeTextFileSync(path, left, { append: true });
      append(path);
      equal(rows(path).at(-1)?.torn, lineDigest(left));
      equal(rows(path).at(-1)?.seq, 4);
      append(path);
      deepEqual(verifyFile(path, sampleKey.publicKey), {
        outcome: "proven",
        counts: { proven: 5, masked: 0, torn: 1 },
      });
    });
  }
});

Deno.test("A torn first line is named too", () => {
  withFile('{"se', (path) => {
    append(path);
    equal(rows(path).at(-1)?.prev, genesis);
    equal(outcome(path), "proven");
  });
});

Deno.test("More torn lines than one are not ours: the receipt is lost, and the file is left alone", () => {
  withFile(`${"garbage\n".repeat(50_000)}`, (path) => {
    const before = Deno.statSync(path).size;
    const start = performance.now();
    throws(() => append(path), { name: "ReceiptLost", message: /not receipts/ });
    ok(performance.now() - start < 200, "the file is not read to its start");
    equal(Deno.statSync(path).size, before);
  });
});

Deno.test("A forged last line is continued, and verification names it", () => {
  withFile(fileBytes([...plainLines(2), '{"seq":3,"prev":"00"}']), (path) => {
    append(path);
    const result = verifyFile(path, sampleKey.publicKey);
    equal(result.outcome === "disproved" && result.line, 3);
  });
});

Deno.test("Appending to a long log reads its end only", () => {
  withFile("", (path) => {
    const line = `${plainLines(1)[0]}\n`;
    Deno.truncateSync(path, 4 << 30); // sparse: reading it whole would take seconds
    Deno.writeTextFileSync(path, `\n${line}`, { append: true });
    const start = performance.now();
    append(path);
    ok(performance.now() - start < 500);
    equal(Deno.statSync(path).blocks as number < 1000, true);
  });
});

Deno.test("A missing file, a link, a directory and a named pipe are refused", () => {
  withFile("", (path) => {
    Deno.symlinkSync(path, `${path}.link`);
    Deno.symlinkSync(`${path}.none`, `${path}.dangling`);
    new Deno.Command("mkfifo", { args: [`${path}.fifo`] }).outputSync();
    for (const end of [".none", ".link", ".dangling", ".fifo", "/.."]) {
      throws(() => append(`${path}${end}`), ReceiptLost, end);
    }
    equal(Deno.readTextFileSync(path), "");
    throws(() => Deno.lstatSync(`${path}.none`), Deno.errors.NotFound);
  });
});

Deno.test({
  name: "A read-only file loses the receipt (not for root, whom no mode stops)",
  ignore: Deno.uid() === 0,
  fn: () => {
    withFile(fileBytes(plainLines(1)), (path) => {
      Deno.chmodSync(path, 0o444);
      throws(() => append(path), ReceiptLost);
      equal(outcome(path), "proven");
    });
  },
});

Deno.test("A file that stays locked loses the receipt after a while", async () => {
  const directory = await Deno.makeTempDir({ prefix: "tenuo-" });
  try {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeTextFile(path, "");
    using holder = await Deno.open(path, { append: true });
    await holder.lock(true);
    const start = performance.now();
    throws(() => append(path), { name: "ReceiptLost", message: /stays locked/ });
    match(String(Math.round((performance.now() - start) / 1000)), /^[5-9]$/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
