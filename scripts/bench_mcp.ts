/**
 * What the MCP proxy costs, from one interleaved run: a call of server-everything's `echo` directly
 * and through the built proxy, with and without receipts forced to disk, beside one forced append;
 * and results of 10 MB.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Launch } from "../tests/mcp/launch.ts";
import type { Session } from "../tests/mcp/session.ts";
import type { ReceiptsRow } from "./bench_receipts.ts";
import { receiptsLines } from "./bench_receipts.ts";
import { median, pairedRatio } from "./ratios.ts";
import { builtFile } from "./workspace.ts";

const usualRounds = 1000;
const warmingUp = 200;
const largeRounds = 12;
const megabyte = 1 << 20;
/** A receipt of such a call is about as long. */
const appended = new Uint8Array(1000).fill(120);

interface Way {
  readonly name: "direct" | "off" | "on";
  readonly session: Session;
  readonly times: number[];
  readonly large: number[];
}

async function call({ session }: Way, message: string): Promise<number> {
  const start = performance.now();
  const answer = await session.call("echo", { message });
  const taken = performance.now() - start;
  const told = "result" in answer ? answer.result as { content?: { text?: string }[] } : undefined;
  if (told?.content?.[0]?.text === `Echo: ${message}`) return taken;
  throw new Error(`The call was answered otherwise: ${JSON.stringify(answer).slice(0, 300)}`);
}

function force(file: number): number {
  writeSync(file, appended);
  const start = performance.now();
  fdatasyncSync(file);
  return performance.now() - start;
}

function rows(ways: readonly Way[], forced: readonly number[]): ReceiptsRow[] {
  const [direct, off, on] = ways as [Way, Way, Way];
  const middle = (times: readonly number[]) => median(times);
  const more = median(on.times.map((time, round) => time - (off.times[round] ?? NaN)));
  const disk = middle(forced);
  return [
    { name: "MCP call, directly", value: middle(direct.times), unit: "ms" },
    { name: "through the proxy", value: middle(off.times), unit: "ms" },
    {
      name: "the same as a ratio",
      value: pairedRatio(off.times, direct.times),
      unit: "of direct",
      most: 1.5,
    },
    { name: "one fdatasync", value: disk, unit: "ms" },
    { name: "receipts forced to disk", value: middle(on.times), unit: "ms" },
    { name: "more than not forced", value: more / disk, unit: "of one fdatasync", most: 1 },
    { name: "MCP result of 10 MB, directly", value: middle(direct.large), unit: "ms" },
    {
      name: "10 MB through the proxy",
      value: pairedRatio(off.large, direct.large),
      unit: "of direct",
    },
  ];
}

async function measure(ways: readonly Way[], file: number, rounds: number): Promise<ReceiptsRow[]> {
  const forced: number[] = [];
  for (let round = -warmingUp; round < rounds; round++) {
    // Whoever follows another finds its caches, so the order changes.
    const first = Math.floor(Math.random() * ways.length);
    for (let index = 0; index < ways.length; index++) {
      const way = ways[(first + index) % ways.length] as Way;
      const taken = await call(way, `round ${round}`);
      if (round >= 0) way.times.push(taken);
    }
    const taken = force(file);
    if (round >= 0) forced.push(taken);
  }
  const message = "x".repeat(10 * megabyte);
  for (let round = -2; round < largeRounds; round++) {
    for (const way of ways) {
      const taken = await call(way, message);
      if (round >= 0) way.large.push(taken);
    }
  }
  return rows(ways, forced);
}

/**
 * Measures through the built file. Empty, with a line that says why, where the published server is
 * not at hand.
 */
export async function benchMcp(rounds = usualRounds): Promise<ReceiptsRow[]> {
  // Throw-away projects of the tests run whatever this names.
  Deno.env.set("TENUO_BINARY", builtFile);
  const { installServers } = await import("../tests/mcp/real/servers.ts");
  const why = await installServers(console.error);
  if (why !== undefined) {
    console.error(`skipped calls through the MCP proxy: ${why}`);
    return [];
  }
  const { generous, startedDirectly } = await import("../tests/mcp/real/published.ts");
  const { Governed } = await import("../tests/mcp/governed.ts");
  const { Session } = await import("../tests/mcp/session.ts");
  const servers = { everything: generous.everything };
  await using off = await Governed.create({ servers, more: { receipts: { sync: false } } });
  await using on = await Governed.create({ servers, more: { receipts: { sync: true } } });
  const start = async (name: Way["name"], launch: Launch): Promise<Way> => ({
    ...{ name, session: await Session.start(launch), times: [], large: [] },
  });
  await using sessions = new AsyncDisposableStack();
  const ways: Way[] = [];
  for (
    const [name, launch] of [
      ["direct", startedDirectly(off, generous.everything)],
      ["off", off.launch("everything")],
      ["on", on.launch("everything")],
    ] as const
  ) {
    const way = await start(name, launch);
    sessions.use(way.session);
    ways.push(way);
  }
  const file = openSync(on.project.outside("appended"), "a");
  try {
    return await measure(ways, file, rounds);
  } finally {
    closeSync(file);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: "string" } } });
  for (const line of receiptsLines(await benchMcp(Number(values.rounds ?? usualRounds)))) {
    console.log(line);
  }
}
