import { deepEqual, equal, match } from "node:assert/strict";
import { type Followed, followLog } from "./follow.ts";
import { appendReceipt } from "./log.ts";
import { LogReader } from "./log_reader.ts";
import { parseReceipt } from "./receipt.ts";
import { plainLines, sampleDraft, sampleKey } from "./sample_log.ts";
import { segmentPath } from "./segments.ts";

const decoder = new TextDecoder();

/** A log that is followed: what came is told as text, and waited for. */
class Followers {
  readonly folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  readonly path = `${this.folder}/receipts.jsonl`;
  readonly #stop = new AbortController();
  #iterator: AsyncGenerator<Followed> | undefined;
  #log: LogReader | undefined;

  constructor(lines: readonly string[]) {
    Deno.writeTextFileSync(this.path, lines.map((line) => `${line}\n`).join(""));
  }

  start(): void {
    this.#log = LogReader.open(this.path);
    this.#iterator = followLog(this.path, this.#log, this.#stop.signal);
  }

  /** Follows from what the log has by now. */
  restart(): void {
    this.#log?.close();
    this.start();
  }

  /** The next so many, as their numbers, or as text where they are no receipts. */
  async next(count: number): Promise<(number | string)[]> {
    const came: (number | string)[] = [];
    while (came.length < count) {
      const { value, done } = await this.#iterator?.next() ?? { done: true, value: undefined };
      if (done === true || value === undefined) break;
      const text = "notice" in value ? value.notice : decoder.decode(value.line);
      came.push(parseReceipt(text)?.seq ?? text);
    }
    return came;
  }

  append(count = 1, bytes = 1 << 30): void {
    const rotation = { bytes, daily: false };
    for (let at = 0; at < count; at++) {
      appendReceipt(this.path, sampleDraft(), { key: sampleKey, sync: false, rotation });
    }
  }

  async end(): Promise<void> {
    this.#stop.abort();
    deepEqual(await this.#iterator?.next(), { done: true, value: undefined });
    this.#log?.close();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

async function following(
  lines: readonly string[],
  use: (log: Followers) => Promise<void>,
): Promise<void> {
  const log = new Followers(lines);
  log.start();
  try {
    await use(log);
  } finally {
    await log.end();
  }
}

Deno.test("What is appended is told, once and in order", async () => {
  await following(plainLines(3), async (log) => {
    log.append(2);
    deepEqual(await log.next(2), [4, 5]);
    log.append();
    deepEqual(await log.next(1), [6]);
  });
});

Deno.test("The log is followed through segments, however fast they come", async () => {
  await following(plainLines(2), async (log) => {
    log.append(1);
    deepEqual(await log.next(1), [3]);
    log.append(7, 1);
    deepEqual(await log.next(7), [4, 5, 6, 7, 8, 9, 10]);
    log.append(2);
    deepEqual(await log.next(2), [11, 12]);
  });
});

Deno.test("An unfinished line waits for the repair that names it", async () => {
  await following(plainLines(1), async (log) => {
    Deno.writeTextFileSync(log.path, '{"seq":2,"pr', { append: true });
    log.append();
    deepEqual(await log.next(3), ['{"seq":2,"pr', 2, 3]);
  });
  const [line = ""] = plainLines(1);
  await following([line, `${line.slice(0, 40)}`], async (log) => {
    log.append();
    deepEqual(await log.next(2), [2, 3]);
  });
});

Deno.test("What was there is not told, however long it is, but for a line that was unfinished", async () => {
  const sizes = [10, 8190, 8191, 8192, 8193, 100_000];
  for (const size of sizes) {
    for (const unfinished of ["", "half", "y".repeat(40_000)]) {
      for (const isCopied of [false, true]) {
        await following([...plainLines(2), "x".repeat(size)], async (log) => {
          Deno.writeTextFileSync(log.path, unfinished, { append: true });
          log.restart();
          Deno.writeTextFileSync(log.path, " is whole\n", { append: true });
          if (isCopied) {
            Deno.copyFileSync(log.path, `${log.folder}/copy`);
            Deno.renameSync(`${log.folder}/copy`, log.path);
            match(String(await log.next(1)), /was replaced$/);
          }
          deepEqual(await log.next(1), [`${unfinished} is whole`]);
        });
      }
    }
  }
});

Deno.test("A file that vanishes for a moment is gone on with", async () => {
  await following(plainLines(3), async (log) => {
    log.append();
    deepEqual(await log.next(1), [4]);
    const away = `${log.folder}/away`;
    Deno.renameSync(log.path, away);
    const next = log.next(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    Deno.renameSync(away, log.path);
    log.append();
    deepEqual(await next, [5]);

    // Another copy of the same lines.
    Deno.copyFileSync(log.path, away);
    Deno.removeSync(log.path);
    Deno.renameSync(away, log.path);
    log.append();
    const [notice, seq] = await log.next(2);
    match(String(notice), /was replaced$/);
    equal(seq, 6);
  });
});

Deno.test("A file that is cut is told, and gone on with from there", async () => {
  await following(plainLines(3), async (log) => {
    Deno.truncateSync(log.path, Deno.statSync(log.path).size - 10);
    const [notice] = await log.next(1);
    match(String(notice), /is shorter than it was$/);
    const [line = ""] = plainLines(1);
    Deno.writeTextFileSync(log.path, `\n${line}\n`, { append: true });
    deepEqual(await log.next(2), ["", 1]);
  });
});

Deno.test("Segments that were taken away are passed over", async () => {
  await following(plainLines(1), async (log) => {
    log.append(4, 1);
    Deno.removeSync(segmentPath(log.path, 1));
    Deno.removeSync(segmentPath(log.path, 2));
    deepEqual(await log.next(3), [3, 4, 5]);
  });
});
