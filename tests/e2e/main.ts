/**
 * Runs the end-to-end suite: the real Claude Code against a scripted model, governed by the
 * compiled product. `deno task e2e [text]` runs the scenarios whose name holds the text.
 */
import { clientBinary } from "./client.ts";
import { type Scenario, Stage, type Theatre } from "./scenario.ts";
import { authority } from "./scenarios/authority.ts";
import { commands } from "./scenarios/commands.ts";
import { concurrency } from "./scenarios/concurrency.ts";
import { failures } from "./scenarios/failures.ts";
import { mcpServers } from "./scenarios/mcp.ts";
import { observe } from "./scenarios/observe.ts";
import { outcomes } from "./scenarios/outcomes.ts";
import { policies } from "./scenarios/policies.ts";
import { reads } from "./scenarios/reads.ts";
import { stateFiles } from "./scenarios/state_files.ts";
import { tools } from "./scenarios/tools.ts";
import { web } from "./scenarios/web.ts";
import { wiring } from "./scenarios/wiring.ts";

/** In the order in which they start. */
const SCENARIOS: readonly Scenario[] = [
  ...reads,
  ...commands,
  ...policies,
  ...web,
  ...tools,
  ...concurrency,
  ...stateFiles,
  ...failures,
  ...observe,
  ...outcomes,
  ...mcpServers,
  ...authority,
  ...wiring,
];

const AT_ONCE = 2;
const DEFAULT_BINARY = new URL("../../dist/tenuo-claude", import.meta.url).pathname;

type Verdict = "passed" | "failed" | "skipped";

const coloured = Deno.stdout.isTerminal() && !Deno.noColor;

function paint(code: number, text: string): string {
  return coloured ? `\x1b[${code}m${text}\x1b[0m` : text;
}

function indented(text: string): string {
  return text.trimEnd().split("\n").map((line) => `      ${line}`).join("\n");
}

/** Told of Ctrl-C and its like, so that scenarios end at once and still clean up after themselves. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => controller.abort());
  }
  return controller.signal;
}

async function productBinary(): Promise<string> {
  const path = Deno.env.get("TENUO_BINARY") ?? DEFAULT_BINARY;
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${path} is missing; \`deno task compile\` builds it`);
  }
}

async function play(scenario: Scenario, theatre: Theatre): Promise<Verdict> {
  const why = scenario.skip?.();
  if (why !== undefined) {
    console.log(`${paint(33, "skip")}  ${scenario.name} (${why})`);
    return "skipped";
  }
  const started = performance.now();
  const took = () => `(${((performance.now() - started) / 1000).toFixed(1)} s)`;
  await using stage = new Stage(theatre);
  try {
    await scenario.run(stage);
    console.log(`${paint(32, "ok")}  ${scenario.name} ${took()}`);
    return "passed";
  } catch (error) {
    if (theatre.signal.aborted) return "failed";
    const what = error instanceof Error ? error.message : String(error);
    const details = indented(`${what}\n${stage.account()}`);
    console.log(`${paint(31, "FAIL")}  ${scenario.name} ${took()}\n${details}`);
    return "failed";
  }
}

async function playAll(scenarios: readonly Scenario[], theatre: Theatre): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...scenarios];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (theatre.signal.aborted) return;
      verdicts.push(await play(next, theatre));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return verdicts;
}

async function main(filter: string): Promise<number> {
  const scenarios = SCENARIOS.filter(({ name }) => name.includes(filter));
  if (scenarios.length === 0) throw new Error(`No scenario has "${filter}" in its name`);
  const binary = await productBinary();
  const client = await clientBinary((line) => console.log(line));
  const signal = interrupted();
  const verdicts = await playAll(scenarios, { client, binary, signal });
  if (signal.aborted) throw new Error("Interrupted");
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
  console.log(`${count("passed")} passed, ${count("failed")} failed${skipped}`);
  return count("failed") > 0 ? 1 : 0;
}

try {
  Deno.exit(await main(Deno.args.join(" ")));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
