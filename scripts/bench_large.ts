/** Whole calls of the built hook under policies of many rules, beside the same with few. */
import { type Case, largerPolicies } from "./growth_cases.ts";
import type { GrowthRow } from "./bench_policy.ts";
import { pairedRatio } from "./ratios.ts";
import { makePlayground, type Playground, run, wiredArguments } from "./smoke.ts";
import { builtFile } from "./workspace.ts";

interface Hook {
  readonly place: Playground;
  readonly args: readonly string[];
  readonly input: string;
  readonly verdict: string;
}

function hookOf({ policy, call, verdict }: Case): Hook {
  const place = makePlayground();
  Deno.mkdirSync(`${place.project}/sandbox`);
  Deno.writeTextFileSync(`${place.project}/sandbox/notes.txt`, "Notes\n");
  Deno.writeTextFileSync(`${place.project}/tenuo.yaml`, policy);
  const { exit, stderr } = run(builtFile, ["init"], place);
  if (exit !== 0) throw new Error(`tenuo-claude init failed: ${stderr.trim()}`);
  const event = {
    session_id: "6320e95b-0000-4000-8000-000000000000",
    cwd: place.project,
    hook_event_name: "PreToolUse",
    tool_name: call.tool,
    tool_input: call.input,
    tool_use_id: "toolu_bench",
  };
  const args = wiredArguments(place.project, "PreToolUse");
  return { place, args, input: JSON.stringify(event), verdict };
}

function time({ place, args, input, verdict }: Hook): number {
  const start = performance.now();
  const { stdout, stderr } = run(builtFile, args, place, { input });
  const taken = performance.now() - start;
  if (stdout.includes(`"permissionDecision":"${verdict}"`)) return taken;
  throw new Error(`The hook answered otherwise: ${stdout}${stderr}`);
}

/** Measures each pair, its samples interleaved. @throws {Error} when a call is decided otherwise */
export function benchLarge(rounds: number): GrowthRow[] {
  return largerPolicies().map(({ name, factor, limit, small, large }) => {
    const hooks = [hookOf(small), hookOf(large)] as const;
    try {
      const times: [number[], number[]] = [[], []];
      for (let round = -2; round < rounds; round++) {
        for (const index of [0, 1] as const) {
          const taken = time(hooks[index]);
          if (round >= 0) times[index].push(taken);
        }
      }
      return { name: `${name}, whole call`, factor, limit, ratio: pairedRatio(times[1], times[0]) };
    } finally {
      for (const { place } of hooks) place.remove();
    }
  });
}
