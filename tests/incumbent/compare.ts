/** Random policies and calls, put to one release and to this program. */
import { evaluate } from "../../src/authorizer/evaluate.ts";
import { harnessTools } from "../../src/policy/harness_tools.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import type { Snapshot } from "../../src/policy/snapshot.ts";
import type { Ground } from "../conformance/policy_rows.ts";
import { Chance } from "../interop/samples.ts";
import { call, type Folders } from "./calls.ts";
import { documentAt, ruleOf } from "./case.ts";
import type { Count } from "./count.ts";
import { differenceOf, stricter, wider } from "./differences.ts";
import { type Document, policy, type PolicyFiles } from "./policies.ts";
import { isLeftOut } from "./tool_differences.ts";
import type { Call, Loaded, Program } from "./program.ts";

const callsOfOne = 25;

/** Maps merge, everything else is replaced. */
function merged(base: Document, overlay: Document): Document {
  const isMap = (value: unknown): value is Document =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return Object.entries(overlay).reduce<Document>((document, [key, value]) => {
    const before = document[key];
    return { ...document, [key]: isMap(before) && isMap(value) ? merged(before, value) : value };
  }, base);
}

function write({ document, overlays }: PolicyFiles, { project }: Folders): PolicyFiles {
  const fill = (one: Document): Document =>
    JSON.parse(JSON.stringify(one).replaceAll("{project}", project));
  for (const name of ["tenuo.cloud.yaml", "tenuo.advanced.yaml"]) {
    const overlay = overlays.get(name);
    const path = `${project}/${name}`;
    if (overlay !== undefined) Deno.writeTextFileSync(path, JSON.stringify(fill(overlay)));
    else {
      try {
        Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
  return {
    document: [...overlays.values()].map(fill).reduce(merged, fill(document)),
    overlays,
  };
}

/** The constraint kinds that stand in a rule. */
function kindsIn(rule: unknown): string[] {
  if (typeof rule === "string") return [rule.slice(0, Math.max(0, rule.indexOf(":")))];
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) return [];
  const keys = ["domains", "cidrs", "approval"].filter((key) => Object.hasOwn(rule, key));
  return [...keys, ...Object.values(rule).flatMap(kindsIn)];
}

/** Mode, lifetime and lists of a policy that both loaded. */
async function compareLoaded(
  there: Exclude<Loaded, { readonly error: string }>,
  snapshot: Snapshot,
  { project }: Folders,
  document: Document,
  isOld: boolean,
  count: Count,
): Promise<void> {
  const text = JSON.stringify(document);
  const { allow, deny, bundled } = await loadPolicy(project);
  const here = new Set([...(bundled ? harnessTools : []), ...allow.keys()]);
  count.check(there.observes === (snapshot.mode === "observe"), `mode: ${text}`);
  count.check(there.ttl === snapshot.ttlSeconds, `ttl_seconds: ${text}`);
  count.check(there.sandbox === snapshot.sandbox, `sandbox: ${text}`);
  for (const tool of there.allow) {
    count.check(here.has(tool) || deny.has(tool), `allow without ${tool}: ${text}`);
  }
  const more = [...here].filter((tool) =>
    !there.allow.includes(tool) && !isLeftOut(tool, document, isOld)
  );
  const isBundled = (tool: string) => bundled && harnessTools.includes(tool);
  count.check(more.every(isBundled), `allow with ${more.join(", ")}: ${text}`);
}

async function decideHere({ role, ...rest }: Call, snapshot: Snapshot) {
  const by = role === undefined ? {} : { agentType: role };
  return await evaluate({ door: "hook", ...rest, ...by }, snapshot);
}

/** One call that both decided. */
async function compareCall(
  program: Program,
  document: Document,
  snapshot: Snapshot,
  folders: Folders,
  one: Call,
  reason: string | null,
  count: Count,
): Promise<void> {
  const here = await decideHere(one, snapshot);
  const group = one.tool.startsWith("mcp__") ? one.tool.replace(/^mcp__.*?__/, "mcp ") : one.tool;
  const rule = ruleOf({ document, call: one });
  for (const kind of new Set(kindsIn(rule))) count.add("kinds", kind);
  count.add("tools", group);
  const verdict = reason === null ? "allow" : "deny";
  count.add("verdicts", verdict === here.verdict ? verdict : `${verdict} there only`);
  if (verdict === here.verdict) return void count.passed++;
  const asked = {
    document,
    call: one,
    folders,
    isOld: program.release.version.startsWith("0.1."),
    there: async (other: Call) => (await program.decide([other]))[0] === null,
    here: async (other: Call) => (await decideHere(other, snapshot)).verdict === "allow",
  };
  const known = verdict === "allow" ? stricter : wider;
  const difference = await differenceOf(asked, known);
  if (difference !== undefined) {
    count.add(verdict === "allow" ? "stricter here" : "wider here", difference.name);
    return void count.passed++;
  }
  count.failures.push(
    `${verdict} there, ${here.verdict} here: ${JSON.stringify(one)} under ${
      JSON.stringify(rule ?? documentAt(document, "enforce"))
    }: ${reason ?? here.reason}`,
  );
}

/** As many policies, each with some calls. */
export async function comparePolicies(
  program: Program,
  ground: Ground,
  seed: number,
  policies: number,
  count: Count,
): Promise<void> {
  const folders = { project: ground.root, sandbox: `${ground.root}/sandbox` };
  const chance = new Chance(seed);
  const isOld = program.release.version.startsWith("0.1.");
  for (let at = 0; at < policies; at++) {
    const made = policy(chance, isOld || chance.below(5) === 0);
    const { document } = write(made, folders);
    const text = JSON.stringify(made.document).replaceAll("{project}", folders.project);
    const there = await program.load(folders.project, text);
    let snapshot: Snapshot;
    try {
      snapshot = await ground.compile(text);
    } catch (error) {
      count.check("error" in there, `does not load here: ${(error as Error).message}: ${text}`);
      continue;
    }
    if ("error" in there) {
      count.add("loads here only", there.error.replace(/\s+/g, " ").slice(0, 80));
      continue;
    }
    await compareLoaded(there, snapshot, folders, document, isOld, count);
    const calls = Array.from({ length: callsOfOne }, () => call(chance, document, folders));
    const answers = await program.decide(calls);
    for (const [index, one] of calls.entries()) {
      const answer = answers[index] ?? null;
      await compareCall(program, document, snapshot, folders, one, answer, count);
    }
  }
}
