/** Random decisions: rules of every type with values at and one edit beside their edges. */
import { encodePayload, signWarrant, type WarrantPayload } from "../../src/protocol/warrant.ts";
import { hex, sha256 } from "../../src/protocol/keys.ts";
import { idOf, keyOf, payloadOf } from "../conformance/minted.ts";
import type { Library } from "./library.ts";
import { decide, wire } from "./ours.ts";
import { Chance, near, type RuleOf, sample, types } from "./samples.ts";
import { people } from "./situations.ts";
import { varied } from "./variants.ts";
import type { Tally } from "./tally.ts";

const roots = [people.root];
let serial = 0x1000;

/** A chain for one argument of one tool, from the root's rule to the leaf's, unchecked. */
export function chainOf(rules: readonly RuleOf[], now: number): string[] {
  const chain: string[] = [];
  let parent: WarrantPayload | undefined;
  rules.forEach((rule, depth) => {
    const issuer = keyOf(depth === 0 ? people.root : people.holders[depth - 1] as number);
    const payload = payloadOf({
      id: idOf(serial++),
      tools: new Map([["t", new Map([["x", wire(rule)]])]]),
      issuer: issuer.publicKey,
      holder: keyOf(people.holders[depth] as number).publicKey,
      issuedAt: now - 60,
      expiresAt: now + 3600,
      maxDepth: 5,
      depth,
      ...(parent === undefined ? {} : { parentHash: hex(sha256(encodePayload(parent))) }),
    });
    chain.push(hex(signWarrant(payload, issuer)));
    parent = payload;
  });
  return chain;
}

/** Both sides judge calls under a chain; the library signs the proofs and this program checks them. */
async function compare(
  library: Library,
  tally: Tally,
  group: string,
  chain: readonly string[],
  rules: readonly RuleOf[],
  values: readonly (readonly [value: unknown, isNear: boolean])[],
  now: number,
): Promise<void> {
  const key = people.holders[chain.length - 1] as number;
  const calls = values.map(([x]) => ({ tool: "t", args: { x }, now, key }));
  const { answers, proofs } = await library.decide(roots, chain, calls);
  for (const [i, call] of calls.entries()) {
    const [argument, isNear] = values[i] as readonly [unknown, boolean];
    const here = await decide({ roots, chain }, { ...call, proof: proofs[i] ?? "00".repeat(64) });
    const [rule, parent] = [rules.at(-1) as RuleOf, rules.at(-2)];
    const one = { rule, argument, ...(parent === undefined ? {} : { parent }) };
    tally.compare(group, here, answers[i] ?? null, one, isNear);
  }
}

function valuesOf(chance: Chance, values: readonly unknown[]): (readonly [unknown, boolean])[] {
  return values.flatMap((value) => [[value, false], [near(chance, value), true]] as const);
}

/** Chains of one warrant, minted here and, where its interface can make the rule, by the library. */
export async function singleRules(
  library: Library,
  tally: Tally,
  now: number,
  seed: number,
): Promise<void> {
  for (const type of types) {
    const chance = new Chance(seed + type);
    for (let round = 0; tally.near(`type ${type}`) < 560; round++) {
      const { rule, values } = sample(chance, type);
      const made = round % 2 === 0
        ? await library.mint(people.root, [{
          holder: people.holders[0],
          tools: { t: { x: rule } },
          ttl: 600,
        }])
        : { unmade: "" };
      const chain = "chain" in made ? made.chain : chainOf([rule], now);
      await compare(library, tally, `type ${type}`, chain, [rule], valuesOf(chance, values), now);
    }
  }
}

/** A rule that is near another: its own, one edit of it, a random one of its type, an exact value or another type's. */
function beside(chance: Chance, type: number, rule: RuleOf, values: readonly unknown[]): RuleOf {
  const kind = chance.below(8);
  if (kind < 1) return rule;
  if (kind < 4) return varied(chance, rule);
  if (kind < 5) return sample(chance, type).rule;
  if (kind < 7) return [1, { value: chance.pick(values) }];
  return sample(chance, chance.pick(types)).rule;
}

/** Chains of two to four warrants: whether each child may stand below its parent, and what it allows. */
export async function chains(
  library: Library,
  tally: Tally,
  now: number,
  seed: number,
): Promise<void> {
  for (const type of types) {
    const chance = new Chance(seed + 1000 + type);
    for (let round = 0; round < 130; round++) {
      const { rule, values } = sample(chance, chance.below(6) === 0 ? 16 : type);
      const rules: RuleOf[] = [rule];
      const length = 2 + chance.below(3);
      while (rules.length < length - 1) rules.push(rule);
      rules.push(beside(chance, type, rule, values));
      const links = rules.map((one, depth) => ({
        holder: people.holders[depth] as number,
        tools: { t: { x: one } },
        ttl: 600 - depth,
      }));
      const made = round % 2 === 0 ? await library.mint(people.root, links) : { unmade: "" };
      const chain = "chain" in made ? made.chain : chainOf(rules, now);
      const leaf = rules.at(-1) as RuleOf;
      const exact = leaf[0] === 1 ? [(leaf[1] as { readonly value: unknown }).value] : [];
      const tried = [...exact, ...chance.some(values, 3)].slice(0, 4);
      const group = `chains below type ${type}`;
      await compare(library, tally, group, chain, rules, valuesOf(chance, tried), now);
    }
  }
}
