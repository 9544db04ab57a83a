/** Rules that differ from another in one place: children that narrow it, widen it or turn aside. */
import { type Chance, near, type RuleOf, sample } from "./samples.ts";

function variedList(chance: Chance, list: readonly unknown[], fresh: () => unknown): unknown[] {
  const at = chance.below(Math.max(list.length, 1));
  const edit = chance.below(4);
  if (edit === 0 || list.length === 0) return [...list, fresh()];
  if (edit === 1) return list.toSpliced(at, 1);
  return edit === 2 ? list.with(at, fresh()) : [...list].reverse();
}

function variedText(chance: Chance, text: string): string {
  const more = chance.pick(["a", "/a", "b*", "*", "x.", "/*"]);
  return chance.pick([text + more, more + text, String(near(chance, text)), text.slice(0, -1)]);
}

function variedConstraints(chance: Chance, rules: readonly RuleOf[]): RuleOf[] {
  const fresh = () => sample(chance, chance.pick([1, 2, 3, 4, 7, 8, 10])).rule;
  const at = chance.below(Math.max(rules.length, 1));
  const one = rules[at];
  if (one === undefined || chance.below(2) === 0) {
    return variedList(chance, rules, fresh) as RuleOf[];
  }
  return rules.with(at, varied(chance, one));
}

function variedMember(chance: Chance, key: string, value: unknown): unknown {
  if (key === "constraints") return variedConstraints(chance, value as readonly RuleOf[]);
  if (key === "constraint") return varied(chance, value as RuleOf);
  if (key === "allow_ports") return chance.pick([null, [443], [443, 8080], [80]]);
  if (key === "min" || key === "max") return chance.pick([null, -1, 0, 1, 4, 5, 6]);
  if (typeof value === "boolean") return !value;
  if (key === "allow_domains" || key === "deny_domains") {
    return chance.pick([null, ["example.com"], ["*.example.com"], ["a.test.org"], [
      "bad.example.com",
      "*.test.org",
    ]]);
  }
  if (Array.isArray(value)) {
    const text = ["schemes", "allow"].includes(key);
    const fresh = () => text ? chance.pick(["https", "ws", "ls", "rm"]) : chance.pick(["a", 1, 5]);
    return variedList(chance, value, fresh);
  }
  return typeof value === "string" ? variedText(chance, value) : value;
}

/** The rule with one edit. */
export function varied(chance: Chance, [type, rule]: RuleOf): RuleOf {
  if (type === 8) {
    const [address, prefix] = String(rule).split("/");
    const length = Number(prefix) + chance.pick([-1, 1, 2]);
    return [type, `${address}/${Math.min(Math.max(length, 0), 32)}`];
  }
  if (typeof rule === "string") return [type, variedText(chance, rule)];
  const entries = Object.entries(rule ?? {});
  if (entries.length === 0) return [type, rule];
  const at = chance.below(entries.length);
  return [
    type,
    Object.fromEntries(
      entries.map(([key, value], i) => [key, i === at ? variedMember(chance, key, value) : value]),
    ),
  ];
}
