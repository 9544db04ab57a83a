/**
 * The differential run against the published Python library: both mint, both verify, both decide; and
 * against the published Python program. Needs Python 3 and, for the first time, its package index;
 * without them it says what was skipped, which is a failure where CI is true.
 */
import { compareAll } from "../incumbent/main.ts";
import { chains, singleRules } from "./decisions.ts";
import { events } from "./events.ts";
import { install, Library } from "./library.ts";
import { decide } from "./ours.ts";
import { types } from "./samples.ts";
import { people, situations, soundCall, soundChain } from "./situations.ts";
import { Tally } from "./tally.ts";

const rounds = 20;

/** What the document and this program refuse and the library does not look at. */
const notInLibrary = ["a reserved extension", "bytes after the envelope"];

/** Every situation, each in chains of two to four warrants. */
async function wrong(library: Library, tally: Tally, now: number): Promise<void> {
  const roots = [people.root];
  const met = new Map<string, number>();
  for (const [name, [codes, make]] of Object.entries(situations)) {
    for (let round = 0; round < rounds; round++) {
      const sound = soundChain(2 + round % 3, now, round + 1);
      for (const [expected, one] of [["", soundCall(sound)], [codes, make(sound)]] as const) {
        const { answers } = await library.decide(roots, one.chain, [one], one.list);
        const here = await decide({ ...one, roots }, one);
        const isExpected = expected === ""
          ? here === null
          : expected.split(" ").includes(here ?? "");
        const allowed = expected === "" || notInLibrary.includes(name);
        const text = `${expected === "" ? "sound" : name}: ${here} here, ${answers[0]} there`;
        tally.check(isExpected && allowed === (answers[0] === null), text);
        if (here !== null) met.set(here, (met.get(here) ?? 0) + 1);
      }
    }
  }
  for (const [code, count] of met) {
    console.log(`${code.padEnd(34)} met ${count} times`);
    tally.check(count >= rounds, `${code} was met ${count} times only`);
  }
}

/** The Python program's policies and calls, decided by both. */
async function programs(tally: Tally, number: number, mayBeSkipped: boolean): Promise<void> {
  const count = await compareAll({ seed: number + 1, times: 1, isPinned: false });
  if (count === undefined) return tally.check(mayBeSkipped, "the Python program is not there");
  tally.passed += count.passed;
  for (const failure of count.failures) tally.fail(failure);
}

async function main(): Promise<number> {
  const mayBeSkipped = Deno.env.get("CI") !== "true";
  const missing = await install();
  if (missing !== undefined) {
    console.log(`skipped: ${missing}`);
    return mayBeSkipped ? 0 : 1;
  }
  const library = new Library();
  const tally = new Tally();
  const now = Math.floor(Date.now() / 1000);
  // Another number tries other cases; the counts in the closing note are those of none.
  const number = Number(Deno.args[0] ?? 0);
  const seed = number * 1e6;
  await singleRules(library, tally, now, seed);
  await chains(library, tally, now, seed);
  await wrong(library, tally, now);
  await events(library, tally, now);
  await library.close();
  const { total, allowed } = tally;
  console.log(`${total} decisions, ${Math.round(allowed * 100 / total)} % of them allowed`);
  tally.check(total >= 20_000, `${total} decisions are fewer than 20000`);
  tally.check(allowed >= total * 0.3, `${allowed} of ${total} are fewer than 30 %`);
  for (const type of types) {
    const near = tally.near(`type ${type}`);
    tally.check(near >= 500, `${near} near misses of type ${type} are fewer than 500`);
  }
  await programs(tally, number, mayBeSkipped);
  return tally.report() ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
