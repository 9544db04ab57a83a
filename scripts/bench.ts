/**
 * `deno task bench [--rounds N] [--json]`: whole-process times of the built hook as ratios to a
 * hello-world compiled in the same way, interleaved in random order. Says what is over its limit;
 * fails only when it cannot measure.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import {
  type BenchCase,
  plainCases,
  plainPolicy,
  RATIO_LIMIT,
  richCases,
  richPolicy,
} from "./bench_cases.ts";
import { benchLarge } from "./bench_large.ts";
import { benchMcp } from "./bench_mcp.ts";
import { benchPolicy, type GrowthRow } from "./bench_policy.ts";
import { benchProtocol, type ProtocolRow } from "./bench_protocol.ts";
import { benchReceipts, misses, receiptsLines, type ReceiptsRow } from "./bench_receipts.ts";
import { ENTRY_LIMIT, measureEntry } from "./bundle.ts";
import { buildHellos } from "./hello.ts";
import { isOver, median, pairedRatio, type Ratio, table } from "./ratios.ts";
import { makePlayground, type Playground, run, wiredArguments } from "./smoke.ts";
import { inspectStandalone, PAYLOAD_LIMIT } from "./standalone.ts";
import { builtFile, bytes, code, stage } from "./workspace.ts";

interface Program {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly limit?: number;
  /** Where it runs; the common place when absent. */
  readonly place?: Playground;
}

// How a file came into the page cache changes its start by up to a tenth, so every file comes in
// the same way: evicted, then read from end to end.
function readAfresh(path: string): void {
  const evict = [`of=${path}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"];
  spawnSync("dd", evict, { stdio: "ignore" });
  const file = Deno.openSync(path);
  const buffer = new Uint8Array(1 << 20);
  while (file.readSync(buffer) !== null);
  file.close();
}

function makeProject(place: Playground, policy: string): readonly string[] {
  Deno.writeTextFileSync(`${place.project}/tenuo.yaml`, policy);
  Deno.mkdirSync(`${place.project}/sandbox`);
  Deno.writeTextFileSync(`${place.project}/sandbox/notes.txt`, "Notes\n");
  const { exit, stderr } = run(builtFile, ["init"], place);
  if (exit !== 0) throw new Error(`tenuo-claude init failed: ${stderr.trim()}`);
  return wiredArguments(place.project, "PreToolUse");
}

function hookPrograms(
  place: Playground,
  policy: string,
  cases: readonly BenchCase[],
): Program[] {
  const args = makeProject(place, policy);
  return cases.map(({ name, decision, event }) => {
    const { stdout, stderr } = run(builtFile, args, place, { input: event });
    if (!stdout.includes(`"permissionDecision":"${decision}"`)) {
      throw new Error(`${name}: the hook answered otherwise: ${stdout}${stderr}`.trim());
    }
    return { name, path: builtFile, args, input: event, limit: RATIO_LIMIT, place };
  });
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items.map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function time(program: Program, place: Playground): number {
  const start = performance.now();
  run(program.path, program.args, program.place ?? place, { input: program.input });
  return performance.now() - start;
}

function measureAll(programs: readonly Program[], place: Playground, rounds: number): Ratio[] {
  for (const path of new Set(programs.map((program) => program.path))) readAfresh(path);
  const times = new Map(programs.map((program) => [program, [] as number[]]));
  for (let round = -2; round < rounds; round++) {
    for (const program of shuffled(programs)) {
      const taken = time(program, place);
      if (round >= 0) times.get(program)?.push(taken);
    }
  }
  const of = (program: Program | undefined) =>
    program === undefined ? [] : times.get(program) ?? [];
  const [hello, helloExit] = programs;
  return programs.map((program) => ({
    name: program.name,
    milliseconds: median(of(program)),
    ratio: pairedRatio(of(program), of(hello)),
    ratioToExit: pairedRatio(of(program), of(helloExit)),
    limit: program.limit,
  }));
}

interface Size {
  readonly name: string;
  readonly bytes: number;
  readonly limit?: number;
}

/** A busy machine stretches whoever waits for the disk or a lock more than a program that only starts. */
function busy(): string | undefined {
  const [load = 0] = Deno.loadavg();
  const cores = navigator.hardwareConcurrency;
  return load <= cores ? undefined : `load ${load.toFixed(1)} on ${cores} cores`;
}

function print(
  rounds: number,
  ratios: Ratio[],
  sizes: Size[],
  left: string[],
  protocol: ProtocolRow[],
  growth: GrowthRow[],
  receipts: ReceiptsRow[],
): void {
  const exceeds = (size: Size) => size.limit !== undefined && size.bytes > size.limit;
  for (const line of table(ratios)) console.log(line);
  for (const size of sizes) {
    const limit = size.limit === undefined ? "" : `, limit ${bytes(size.limit)}`;
    const verdict = exceeds(size) ? "   over the limit" : "";
    console.log(`${size.name}: ${bytes(size.bytes)}${limit}${verdict}`);
  }
  console.log(left.length === 0 ? "nothing in TMPDIR" : `left in TMPDIR: ${left.join(", ")}`);
  const slow = protocol.filter(({ ratio, limit }) => ratio > limit);
  for (const { name, microseconds, ratio, limit } of protocol) {
    const verdict = ratio > limit ? "   over the limit" : "";
    const cells = [name.padEnd(16), microseconds.toFixed(1).padStart(8), "us  "];
    console.log(`${cells.join(" ")} ${ratio.toFixed(2)} of raw, limit ${limit}${verdict}`);
  }
  for (const { name, factor, ratio, limit } of growth) {
    const verdict = ratio > limit ? "   over the limit" : "";
    const what = `${factor} times as large, ${ratio.toFixed(1)} times as long`;
    console.log(`${name.padEnd(32)} ${what}, limit ${limit}${verdict}`);
  }
  for (const line of receiptsLines(receipts)) console.log(line);
  const steep = growth.filter(({ ratio, limit }) => ratio > limit);
  const over = ratios.filter(isOver).length + sizes.filter(exceeds).length + slow.length +
    steep.length + receipts.filter(misses).length;
  console.log(`${rounds} rounds, ${over} over the limit`);
  const load = busy();
  if (load !== undefined) console.log(`not to be relied on: the machine was busy (${load})`);
}

async function bench(rounds: number, json: boolean): Promise<void> {
  const built = inspectStandalone(builtFile, stage);
  const entry = await measureEntry(`${code}/main.js`);
  const hellos = await buildHellos();
  const [place, rich] = [makePlayground(), makePlayground()];
  try {
    const programs = [
      { name: "hello", path: hellos.hello, args: [], input: "{}" },
      { name: "hello + exit", path: hellos.hello_exit, args: [], input: "{}" },
      ...hookPrograms(place, plainPolicy, plainCases(place)),
      ...hookPrograms(rich, richPolicy, richCases(rich)),
    ];
    const ratios = measureAll(programs, place, rounds);
    const left = [...Deno.readDirSync(place.temporary)].map(({ name }) => name);
    const sizes = [
      { name: "entry chunk", bytes: entry.bytes, limit: ENTRY_LIMIT },
      { name: "loaded at start", bytes: entry.loadedBytes },
      { name: "embedded payload", bytes: built.payloadBytes, limit: PAYLOAD_LIMIT },
    ];
    const protocol = await benchProtocol();
    const growth = [...benchLarge(rounds), ...await benchPolicy()];
    const receipts = [...await benchReceipts(), ...await benchMcp()];
    if (json) {
      const measured = { rounds, ratios, sizes, leftInTmpdir: left, protocol, growth, receipts };
      console.log(JSON.stringify({ ...measured, busy: busy() }));
    } else print(rounds, ratios, sizes, left, protocol, growth, receipts);
  } finally {
    for (const one of [place, rich]) one.remove();
  }
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { rounds: { type: "string", default: "60" }, json: { type: "boolean" } },
    });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) {
      throw new Error(`--rounds takes a whole number above 0, not ${values.rounds}`);
    }
    await bench(rounds, values.json === true);
    return 0;
  } catch (error) {
    console.error(`Cannot measure: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
