/** How the time of one decision grows with the policy and with the input, in process. */
import { evaluate } from "../src/authorizer/evaluate.ts";
import { compilePolicy } from "../src/policy/compile.ts";
import { loadPolicy } from "../src/policy/load.ts";
import type { Snapshot } from "../src/policy/snapshot.ts";
import { type Growth, largerInputs, largerPolicies } from "./growth_cases.ts";
import { median } from "./ratios.ts";

/** One measured growth. */
export interface GrowthRow {
  readonly name: string;
  /** How much larger the second case is than the first. */
  readonly factor: number;
  /** The median time of the second case as a ratio to the first's. */
  readonly ratio: number;
  readonly limit: number;
}

async function compiled(project: string, text: string): Promise<Snapshot> {
  Deno.writeTextFileSync(`${project}/tenuo.yaml`, text);
  const { snapshot } = await compilePolicy(await loadPolicy(project), {
    project,
    home: `${project}/home`,
    stateDir: `${project}/.state`,
    binary: "/opt/tenuo-claude",
    sources: [],
    authority: "00",
    serial: 1,
    issuedAt: 1,
    sandboxRealPath: `${project}/sandbox`,
  });
  return snapshot;
}

/** Median milliseconds of the two cases, their samples interleaved. */
async function measure(project: string, { name, small, large }: Growth): Promise<[number, number]> {
  const runs = [];
  for (const { policy, call, verdict } of [small, large]) {
    const snapshot = await compiled(project, policy);
    const once = async () => {
      const start = performance.now();
      const evaluation = await evaluate({ door: "hook", cwd: project, ...call }, snapshot);
      const taken = performance.now() - start;
      if (evaluation.verdict === verdict) return taken;
      throw new Error(`${name}: ${evaluation.verdict}, not ${verdict}: ${evaluation.reason}`);
    };
    runs.push({ once, times: [] as number[] });
  }
  const end = performance.now() + 400;
  for (let round = -5; round < 8 || performance.now() < end; round++) {
    for (const { once, times } of runs) {
      const taken = await once();
      if (round >= 0) times.push(taken);
    }
  }
  const [first = NaN, second = NaN] = runs.map(({ times }) => median(times));
  return [first, second];
}

/** Measures every growth. @throws {Error} when a call is decided otherwise than expected */
export async function benchPolicy(): Promise<GrowthRow[]> {
  const project = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-bench-" }));
  try {
    Deno.mkdirSync(`${project}/sandbox`);
    Deno.mkdirSync(`${project}/home`);
    Deno.writeTextFileSync(`${project}/sandbox/notes.txt`, "Notes\n");
    const rows: GrowthRow[] = [];
    for (const growth of [...largerPolicies(), ...largerInputs()]) {
      const { name, factor, limit } = growth;
      const [first, second] = await measure(project, growth);
      rows.push({ name, factor, limit, ratio: second / first });
    }
    return rows;
  } finally {
    Deno.removeSync(project, { recursive: true });
  }
}
