/**
 * What the MCP proxy costs, from one interleaved run: a call of server-everything's `echo` directly
 * and through the built proxy, with and without receipts forced to disk, beside one forced append;
 * and results of 10 MB.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Launch } from "../tests/mcp/launch.ts";
import type { Members, Session } from "../tests/mcp/session.ts";
import type { ReceiptsRow } from "./bench_receipts.ts";
import { receiptsLines } from "./bench_receipts.ts";
import { median, pairedRatio } from "./ratios.ts";
import { builtFile } from "./workspace.ts";

const usualRounds = 1000;
const warmingUp = 200;
const largeRounds = 6;
const largeBytes = 10 << 20;
/** A receipt of such a call is about as long. */
const appended = new Uint8Array(1000).fill(120);

/** One way to a server, and how long calls took on it, in milliseconds. */
interface Way {
  readonly session: Session;
  readonly times: number[];
}

async function call({ session }: Way, tool: string, args: Members, expected: string) {
  const start = performance.now();
  const answer = await session.call(tool, args);
  const taken = performance.now() - start;
  const told = "result" in answer ? answer.result as { content?: { text?: string }[] } : undefined;
  if (told?.content?.[0]?.text === expected) return taken;
  throw new Error(`The call was answered otherwise: ${JSON.stringify(answer).slice(0, 300)}`);
}

function force(file: number): number {
  writeSync(file, appended);
  const start = performance.now();
  fdatasyncSync(file);
  return performance.now() - start;
}

/** Calls of server-everything: directly, with receipts not forced to disk, and forced. */
async function measureCalls(ways: readonly Way[], file: number, rounds: number) {
  const forced: number[] = [];
  for (let round = -warmingUp; round < rounds; round++) {
    // Whoever follows another finds its caches, so the order changes.
    const first = Math.floor(Math.random() * ways.length);
    const message = `round ${round}`;
    for (let index = 0; index < ways.length; index++) {
      const way = ways[(first + index) % ways.length] as Way;
      const taken = await call(way, "echo", { message }, `Echo: ${message}`);
      if (round >= 0) way.times.push(taken);
    }
    const taken = force(file);
    if (round >= 0) forced.push(taken);
  }
  return forced;
}

function callRows(ways: readonly Way[], forced: readonly number[]): ReceiptsRow[] {
  const [direct, off, on] = ways as [Way, Way, Way];
  const more = median(on.times.map((time, round) => time - (off.times[round] ?? NaN)));
  const ratio = pairedRatio(off.times, direct.times);
  return [
    { name: "MCP call, directly", value: median(direct.times), unit: "ms" },
    { name: "through the proxy", value: median(off.times), unit: "ms" },
    { name: "the same as a ratio", value: ratio, unit: "of direct", most: 1.5 },
    { name: "receipts forced to disk", value: median(on.times), unit: "ms" },
    { name: "one fdatasync", value: median(forced), unit: "ms" },
    { name: "more for forcing", value: more / median(forced), unit: "of fdatasync", most: 1 },
  ];
}

/** Results of 10 MB, which published servers do not give. */
async function measureLarge(ways: readonly Way[]): Promise<ReceiptsRow[]> {
  const [args, expected] = [{ bytes: largeBytes }, "x".repeat(largeBytes)];
  for (let round = -2; round < largeRounds; round++) {
    for (const way of ways) {
      const taken = await call(way, "large", args, expected);
      if (round >= 0) way.times.push(taken);
    }
  }
  const [direct, proxied] = ways as [Way, Way];
  const ratio = pairedRatio(proxied.times, direct.times);
  return [
    { name: "MCP result of 10 MB, directly", value: median(direct.times), unit: "ms" },
    { name: "10 MB through the proxy", value: ratio, unit: "of direct" },
  ];
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
  const { HostileGround } = await import("../tests/mcp/hostile_ground.ts");
  const { Session } = await import("../tests/mcp/session.ts");
  await using sessions = new AsyncDisposableStack();
  const servers = { everything: generous.everything };
  const off = sessions.use(
    await Governed.create({ servers, more: { receipts: { sync: false } } }),
  );
  const on = sessions.use(await Governed.create({ servers, more: { receipts: { sync: true } } }));
  const ground = sessions.use(await HostileGround.create({ policy: { timeout_seconds: 60 } }));
  const open = async (launches: readonly Launch[]): Promise<Way[]> => {
    const ways: Way[] = [];
    for (const launch of launches) {
      ways.push({ session: sessions.use(await Session.start(launch)), times: [] });
    }
    return ways;
  };
  const calls = await open([
    startedDirectly(off, generous.everything),
    off.launch("everything"),
    on.launch("everything"),
  ]);
  const large = await open([ground.direct(), ground.launch()]);
  const file = openSync(on.project.outside("appended"), "a");
  try {
    const forced = await measureCalls(calls, file, rounds);
    return [...callRows(calls, forced), ...await measureLarge(large)];
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
