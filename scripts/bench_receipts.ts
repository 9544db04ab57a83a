/**
 * What receipts cost, from one run: appending to a long log beside a short one, verification beside
 * raw Ed25519 verifications, and memory at two lengths. `--rows 1000000` takes some minutes.
 */
import { Buffer } from "node:buffer";
import { createPublicKey, verify } from "node:crypto";
import { parseArgs } from "node:util";
import { readPolicy } from "../src/authorizer/replay.ts";
import { crewFor } from "../src/cli/verify_threads.ts";
import { appendReceipt } from "../src/receipts/log.ts";
import { ReceiptsFile } from "../src/receipts/read.ts";
import { fileAt } from "../src/receipts/read_log.ts";
import { partVerifier, verifyLog } from "../src/receipts/verify.ts";
import { partsOf } from "../src/receipts/verification/verify_parts.ts";
import { receiptKey, rootKey, writeLongLog } from "./long_log.ts";
import { median, pairedRatio } from "./ratios.ts";
import { root } from "./workspace.ts";

/** One measured row. */
export interface ReceiptsRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value may not be above it. */
  readonly most?: number;
  /** The value may not be below it. */
  readonly least?: number;
}

export function misses({ value, most = Infinity, least = -Infinity }: ReceiptsRow): boolean {
  return value > most || value < least;
}

const usualRows = 200_000;
const shortRows = 100;
const middleRows = 100_000;
const appends = 400;
const pairs = 120;
/** About as long as the raw verifications beside it take. */
const pairBytes = 256 << 10;

function makeLog(folder: string, name: string, rows: number): string {
  Deno.mkdirSync(`${folder}/${name}`);
  const path = `${folder}/${name}/receipts.jsonl`;
  writeLongLog(path, rows);
  return path;
}

/** The medians of appending to the short and to the long log, in turn; the disk is waited for. */
function benchAppend(short: string, long: string, rows: number): ReceiptsRow {
  const draft = {
    time: new Date(1_780_000_000_000).toISOString(),
    kind: "act",
    door: "command",
    reason: "x".repeat(700),
  } as const;
  const times: [number[], number[]] = [[], []];
  for (let round = -20; round < appends; round++) {
    for (const [index, path] of [short, long].entries()) {
      const start = performance.now();
      appendReceipt(path, draft, { key: receiptKey, sync: true });
      if (round >= 0) times[index]?.push(performance.now() - start);
    }
  }
  const value = median(times[1]) / median(times[0]);
  return { name: `append at ${rows} rows`, value, unit: `of that at ${shortRows}`, most: 1.2 };
}

/** The signatures of a stretch of the log, ready to be verified with nothing else to do. */
function rawVerifications(path: string): { count: number; run: () => void } {
  const der = Buffer.from(`302a300506032b6570032100${receiptKey.publicKey}`, "hex");
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const ready = ReceiptsFile.use(
    path,
    (file) =>
      [...file.lines(0, pairBytes)].filter(({ fault }) => fault === undefined).map(({ bytes }) => {
        const line = new TextDecoder().decode(bytes);
        const text = `tenuo-warrant-v1tenuo-claude-receipt-v1${line.slice(0, -144)}`;
        return { message: Buffer.from(text), signature: Buffer.from(line.slice(-130, -2), "hex") };
      }),
  );
  const run = () => {
    for (const { message, signature } of ready) {
      if (!verify(null, message, key, signature)) throw new Error("A raw verification failed");
    }
  };
  return { count: ready.length, run };
}

/** Rates of verification as shares of the rate of raw verifications on one core, interleaved. */
async function benchVerify(path: string, rows: number): Promise<ReceiptsRow[]> {
  const raw = rawVerifications(path);
  const job = { key: receiptKey.publicKey, root: rootKey, log: path, checkpoints: [] };
  const verifyPart = partVerifier(job, readPolicy);
  const times: [number[], number[]] = [[], []];
  for (const [round, part] of partsOf(fileAt(path), pairBytes).slice(0, pairs + 10).entries()) {
    const start = performance.now();
    raw.run();
    const between = performance.now();
    const { bad, counts } = await verifyPart(part);
    const end = performance.now();
    if (bad !== undefined) throw new Error(`The log does not verify: ${bad.why}`);
    if (round < 10) continue; // warming up
    times[0].push((between - start) / raw.count);
    times[1].push((end - between) / counts.receipts);
  }
  const start = performance.now();
  const { outcome } = await verifyLog({ paths: [path] }, readPolicy, crewFor);
  const taken = (performance.now() - start) / rows;
  if (outcome !== "proven") throw new Error("The log does not verify");
  const rate = (milliseconds: number) => 1000 / milliseconds;
  const cores = navigator.hardwareConcurrency;
  return [
    { name: "raw Ed25519", value: rate(median(times[0])), unit: "a second" },
    { name: "verification", value: pairedRatio(times[0], times[1]), unit: "of raw", least: 0.35 },
    { name: `the same on ${cores} cores`, value: median(times[0]) / taken, unit: "of raw" },
  ];
}

/** The most memory that a whole verification ever had, in megabytes. Linux only. */
async function memoryOf(path: string): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", `${root}/deno.json`, `${root}/main.ts`]
      .concat("receipts", "verify", path),
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let isDone = false;
  const ended = child.status.finally(() => isDone = true);
  let kilobytes = 0;
  while (!isDone) {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? kilobytes);
    } catch {
      // It has just ended.
    }
    await new Promise((next) => setTimeout(next, 20));
  }
  if ((await ended).code !== 0) throw new Error("The log does not verify");
  return kilobytes / 1000;
}

async function benchMemory(middle: string, long: string, rows: number): Promise<ReceiptsRow[]> {
  if (Deno.build.os !== "linux") return [];
  const [less, more] = [await memoryOf(middle), await memoryOf(long)];
  return [
    { name: `memory at ${middleRows} rows`, value: less, unit: "MB" },
    { name: `memory at ${rows} rows`, value: more, unit: "MB" },
    { name: "the same as a ratio", value: more / less, unit: `of ${middleRows} rows`, most: 1.25 },
  ];
}

/** Makes the logs, measures and takes them away again. */
export async function benchReceipts(rows = usualRows): Promise<ReceiptsRow[]> {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-bench-" });
  try {
    const short = makeLog(folder, "short", shortRows);
    const middle = makeLog(folder, "middle", middleRows);
    const long = makeLog(folder, "long", rows);
    const verification = await benchVerify(long, rows);
    const memory = await benchMemory(middle, long, rows);
    return [benchAppend(short, long, rows), ...verification, ...memory];
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The rows as lines. */
export function receiptsLines(rows: readonly ReceiptsRow[]): string[] {
  return rows.map((row) => {
    const { name, value, unit, most, least } = row;
    const limit = most === undefined
      ? least === undefined ? "" : `, least ${least}`
      : `, limit ${most}`;
    const shown = value >= 100 ? value.toFixed(0) : value.toFixed(2);
    return `${name.padEnd(32)} ${shown} ${unit}${limit}${misses(row) ? "   missed" : ""}`;
  });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rows: { type: "string" } } });
  for (const line of receiptsLines(await benchReceipts(Number(values.rows ?? usualRows)))) {
    console.log(line);
  }
}
