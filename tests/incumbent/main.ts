/**
 * The differential run against the published Python program: its own code loads policies, mints
 * their warrants and resolves calls, and this program decides the same calls. Wherever they differ,
 * docs/COMPATIBILITY.md must tell of it.
 */
import { loadPolicy } from "../../src/policy/load.ts";
import { Ground } from "../conformance/policy_rows.ts";
import { comparePolicies } from "./compare.ts";
import { loading, refused } from "./corners.ts";
import { Count } from "./count.ts";
import { subjects } from "./policies.ts";
import { type Loaded, Program } from "./program.ts";
import { untoldWords } from "./told.ts";
import { install, type Release, releases } from "./releases.ts";

/** Calls of each tool, and rules of each kind, that a run over the default count must meet. */
const least = 50;
const kinds = [
  ...["subpath", "shlex", "pattern", "oneof", "exact", "regex", "notoneof", "range"],
  ...["urlpattern", "cidr", "domains", "cidrs", "approval"],
];

/** Policies per release; a multiple of it for longer runs. */
const policies = 120;

async function error(ground: Ground, text: string): Promise<string | undefined> {
  try {
    await ground.compile(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What loads where, at the edges of the grammar. */
async function compareCorners(programs: readonly Program[], ground: Ground, count: Count) {
  for (const text of loading) {
    const here = await error(ground, text);
    count.check(here === undefined, `does not load here: ${JSON.stringify(text)}: ${here}`);
    if (here !== undefined) continue;
    const { mode, ttlSeconds } = await loadPolicy(ground.root);
    for (const program of programs.slice(-1)) {
      const there = await program.load(ground.root, text);
      const same = !("error" in there) && there.ttl === ttlSeconds &&
        there.observes === (mode === "observe");
      count.check(same, `another reading of ${JSON.stringify(text)}: ${JSON.stringify(there)}`);
    }
  }
  for (const [words, ...documents] of refused) {
    for (const text of documents) {
      const here = await error(ground, text);
      count.check(here !== undefined, `loads here: ${JSON.stringify(text)}`);
      const there: Loaded[] = [];
      for (const program of programs) there.push(await program.load(ground.root, text));
      count.check(
        there.some((one) => !("error" in one)),
        `no release loads ${JSON.stringify(text)}`,
      );
      count.add("does not load here", words);
    }
  }
}

function report(name: string, count: Count): void {
  const { failures, passed } = count;
  const verdicts = [...count.of("verdicts")].map(([verdict, of]) => `${of} ${verdict}`);
  console.log(`${name}: ${verdicts.join(", ")}; ${passed} passed, ${failures.length} failed`);
  for (const group of ["stricter here", "wider here", "loads here only", "does not load here"]) {
    for (const [text, of] of count.of(group)) console.log(`  ${group}: ${text}: ${of}`);
  }
}

async function compareRelease(release: Release, isPinned: boolean, seed: number, many: number) {
  const ground = new Ground();
  const program = new Program(release, isPinned, `${ground.root}/../home`);
  const count = new Count();
  try {
    await comparePolicies(program, ground, seed, many, count);
  } finally {
    await program.close();
    ground.remove();
  }
  report(release.version, count);
  return count;
}

function checkShares(count: Count): void {
  const total = count.total("verdicts");
  const allowed = count.of("verdicts").get("allow") ?? 0;
  count.check(allowed >= total * 0.3, `${allowed} of ${total} calls are fewer than 30 %`);
  for (const tool of [...Object.keys(subjects), "WebFetch"]) {
    const met = count.of("tools").get(tool) ?? 0;
    count.check(met >= least, `${tool} was met ${met} times only`);
  }
  for (const kind of kinds) {
    const met = count.of("kinds").get(kind) ?? 0;
    count.check(met >= least, `${kind} was met ${met} times only`);
  }
}

/** How the programs are compared. */
export interface Run {
  readonly seed: number;
  /** Times the usual count. */
  readonly times: number;
  /** With the cores that the releases are pinned to, two of which have to be built. */
  readonly isPinned: boolean;
}

/** Compares with every release; undefined when they cannot be had. */
export async function compareAll({ seed, times, isPinned }: Run): Promise<Count | undefined> {
  const missing = await install(isPinned);
  if (missing !== undefined) {
    console.log(`skipped the Python program: ${missing}`);
    return undefined;
  }
  const count = new Count();
  for (const [at, release] of releases.entries()) {
    count.join(await compareRelease(release, isPinned, seed * 10 + at, policies * times));
  }
  const ground = new Ground();
  const programs = releases.map((one) => new Program(one, isPinned, `${ground.root}/../home`));
  const corners = new Count();
  await compareCorners(programs, ground, corners);
  for (const program of programs) await program.close();
  ground.remove();
  report("edges of the grammar", corners);
  count.join(corners);
  const untold = untoldWords();
  count.check(untold.length === 0, `docs/COMPATIBILITY.md does not tell of ${untold.join("; ")}`);
  checkShares(count);
  return count;
}

if (import.meta.main) {
  const [seed = "1", times = "1", ...options] = Deno.args;
  const isPinned = options.includes("--pinned");
  const count = await compareAll({ seed: Number(seed), times: Number(times), isPinned });
  for (const failure of count?.failures.slice(0, 60) ?? []) console.log(`FAILED ${failure}`);
  console.log(`${count?.passed ?? 0} passed, ${count?.failures.length ?? 0} failed`);
  const isSkipped = count === undefined && Deno.env.get("CI") !== "true";
  Deno.exit(isSkipped || count?.failures.length === 0 ? 0 : 1);
}
