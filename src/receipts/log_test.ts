import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { genesis, lineDigest, parseReceipt, type Receipt } from "./receipt.ts";
import {
  append,
  countReads,
  fileBytes,
  otherKey,
  plainLines,
  sampleDraft,
  walkLog,
  withFile,
} from "./sample_log.ts";
import { Disproved } from "./walk.ts";

function rows(path: string): Receipt[] {
  const lines = Deno.readTextFileSync(path).split("\n").slice(0, -1);
  return lines.map((line) => parseReceipt(line) as Receipt);
}

Deno.test("The first receipt starts the chain, later ones continue it", () => {
  withFile("", (path) => {
    const lines = [append(path), append(path), append(path)];
    equal(Deno.readTextFileSync(path), lines.map((line) => `${line}\n`).join(""));
    deepEqual(rows(path).map(({ seq }) => seq), [1, 2, 3]);
    deepEqual(rows(path).map(({ prev }) => prev), [genesis, ...lines.slice(0, 2).map(lineDigest)]);
    equal(walkLog(path).length, 3);
  });
});

Deno.test("A receipt longer than what is read at once is found from the end", () => {
  withFile("", (path) => {
    for (const size of [10, 8192, 20_000, 100_000, 500_000, 10]) {
      append(path, { reason: "x".repeat(size) });
    }
    equal(walkLog(path).length, 6);
  });
});

Deno.test("The draft can be replaced with a look at the newest receipt", () => {
  withFile(fileBytes(plainLines(3)), (path) => {
    let seen: Receipt | undefined;
    append(path, {}, {
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
    throws(() => append(path, {}, { amend }), { message: "no" });
    equal(Deno.readTextFileSync(path), "");
    append(path);
    equal(walkLog(path).length, 1);
  });
});

Deno.test("Torn bytes are named by a repair before the next receipt, and nothing before them is lost", () => {
  const whole = fileBytes(plainLines(3));
  const foreign = plainLines(4, otherKey)[3] as string;
  const torn = [
    "{",
    '{"seq":4,"prev":"',
    "\0\0\0",
    "\xff",
    "é",
    "{\n",
    '{"seq":4\n{"se',
    "\n",
    "\n\n",
  ];
  for (const left of [...torn, foreign.slice(0, -1)]) {
    withFile(whole, (path) => {
      Deno.writeTextFileSync(path, left, { append: true });
      const line = append(path);
      const named = left.replace(/\n$/, "");
      const [repair, receipt] = walkLog(path).slice(3) as [Receipt, Receipt];
      const { seq, kind, torn, bytes, door, time } = repair;
      deepEqual({ seq, kind, torn, bytes, door, time }, {
        seq: 4,
        kind: "repair",
        torn: lineDigest(named),
        bytes: new TextEncoder().encode(named).length,
        door: "hook",
        time: sampleDraft().time,
      }, JSON.stringify(left));
      deepEqual(receipt, parseReceipt(line));
      append(path);
      equal(walkLog(path).length, 6, "one repair is enough");
    });
  }
});

Deno.test("A torn first line is named too", () => {
  withFile('{"se', (path) => {
    append(path);
    deepEqual(walkLog(path).map(({ kind, prev }) => kind === "repair" && prev), [genesis, false]);
  });
});

Deno.test("A whole line that lacks its line feed counts when the receipt key signed it", () => {
  const lines = plainLines(4);
  withFile(fileBytes(lines).slice(0, -1), (path) => {
    append(path);
    deepEqual(walkLog(path).map(({ kind }) => kind), Array(5).fill("decision"));
  });
  withFile(`${lines.slice(0, 3).join("\n")}\n${plainLines(4, otherKey)[3]}`, (path) => {
    append(path);
    equal(rows(path).at(-2)?.kind, "repair");
    throws(() => walkLog(path), (error) => error instanceof Disproved && error.line === 4);
  });
});

Deno.test("Less than two megabytes of them are torn bytes, however many lines they make", () => {
  for (const garbage of ["garbage\n".repeat(10_000), "\0".repeat(1 << 20), "\n".repeat(10_000)]) {
    withFile(`${plainLines(1)[0]}\n${garbage}`, (path) => {
      append(path);
      deepEqual(walkLog(path).map(({ kind }) => kind), ["decision", "repair", "decision"]);
    });
  }
});

Deno.test("A forged last line is continued or named, never hidden: the walk stops at it", () => {
  const forged = [
    plainLines(3, otherKey)[2] as string,
    plainLines(3)[2]?.replace("2.txt", "9.txt") as string,
    `{"seq":3,"prev":"00","signature":"${"0".repeat(128)}"}`,
    `{"seq":3,"prev":"00"}`,
    `{"seq":"3","prev":"00","time":"","signature":"${"0".repeat(128)}"}`,
    `\ufeff${plainLines(3)[2]}`,
  ];
  const rotation = { bytes: 1 << 20, daily: true };
  for (const line of forged) {
    withFile(fileBytes([...plainLines(2), line]), (path) => {
      append(path, {}, { rotation });
      throws(() => walkLog(path), (error) => error instanceof Disproved && error.line === 3, line);
    });
  }
});

Deno.test("An append reads as much of a long log as of a short one", () => {
  const lines = plainLines(10);
  const look = (path: string) => countReads(() => append(path));
  const short = withFile(fileBytes(lines), look);
  const long = withFile(`${Array(10_000).fill(lines.join("\n")).join("\n")}\n`, look);
  deepEqual(long, { ...short, bytes: long.bytes });
  ok(short.bytes < 8192 && long.bytes === 8192, `${short.bytes} and ${long.bytes} bytes`);
});

Deno.test("Appending to a sparse file of four gigabytes reads its end only", () => {
  withFile("", (path) => {
    Deno.truncateSync(path, 4 * 2 ** 30);
    Deno.writeTextFileSync(path, `\n${plainLines(1)[0]}\n`, { append: true });
    deepEqual(countReads(() => append(path)), { bytes: 8192, reads: 1 });
    ok(Deno.statSync(path).blocks as number < 1000);
  });
});
