/** Random rules of every type and values at and around their edges, from fixed seeds. */

/** `[type, rule]` as JSON. */
export type RuleOf = readonly [type: number, rule: unknown];

/** A rule and values of which many satisfy it. */
export interface Sample {
  readonly rule: RuleOf;
  readonly values: readonly unknown[];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  some<Item>(items: readonly Item[], most = items.length): Item[] {
    return [...items].sort(() => this.next() - 0.5).slice(0, 1 + this.below(most));
  }
}

const words = ["a", "ab", "abc", "b", "data", "x-1", "A", "é", "a b", "1", ""];
const scalars: readonly unknown[] = [...words, 0, 1, 2, -1, 5, 0.5, true, false, null];
const globs: readonly (readonly [string, string[]])[] = [
  ["*", ["", "a", "a/b"]],
  ["a*", ["a", "ab", "a/b"]],
  ["*b", ["b", "ab", "a/b"]],
  ["a*b", ["ab", "axb", "a/b"]],
  ["a?b", ["axb", "a/b"]],
  ["[ab]c", ["ac", "bc"]],
  ["[!a]c", ["bc", "xc"]],
  ["[a-c]*", ["a", "bz"]],
  ["/data/*", ["/data/a", "/data/a/b"]],
  ["/data/**/x", ["/data/x", "/data/a/x"]],
  ["*.txt", [".txt", "a.txt"]],
];
const expressions: readonly (readonly [string, string[]])[] = [
  ["^a+$", ["a", "aa"]],
  ["^[a-c]{2}$", ["ab", "cc"]],
  ["b", ["b", "abc"]],
  ["^(foo|bar)$", ["foo", "bar"]],
  ["^/data/[^/]+$", ["/data/a", "/data/x y"]],
  ["^\\d{3}$", ["123", "000"]],
  ["(?i)^select", ["SELECT", "select 1"]],
  ["\\bfoo\\b", ["foo", "a foo b"]],
  ["^.$", ["a", "b"]],
];
const urls: readonly (readonly [string, string[]])[] = [
  ["https://api.example.com/*", ["https://api.example.com/a", "https://API.example.com/b/c"]],
  ["https://*.example.com/v1/*", ["https://a.example.com/v1/x", "https://example.com/v1/"]],
  ["*://example.com/", ["http://example.com/", "https://example.com/a"]],
  ["https://example.com:8443/x", ["https://example.com:8443/x"]],
  ["http://example.com/a/*/c", ["http://example.com/a/b/c"]],
];
const celRules: readonly (readonly [string, unknown[]])[] = [
  ["value > 5", [6, 7, 5]],
  ["value == 'a'", ["a"]],
  ["value.startsWith('a')", ["a", "ab"]],
];

function ipv4(chance: Chance): Sample {
  const prefix = chance.pick([8, 12, 16, 20, 24, 30, 31, 32]);
  const size = 2 ** (32 - prefix);
  const base = Math.floor(chance.below(2 ** 32 - 1) / size) * size;
  const text = (at: number) =>
    [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join(".");
  const around = [base - 1, base, base + 1, base + size - 1, base + size].map((at) =>
    text((at + 2 ** 32) % 2 ** 32)
  );
  return { rule: [8, `${text(base)}/${prefix}`], values: [...around, text(base), text(base)] };
}

const leaves = [1, 2, 3, 4, 5, 7, 8, 10, 11, 128];

function nested(chance: Chance, count: number): Sample[] {
  return Array.from({ length: count }, () => sample(chance, chance.pick(leaves)));
}

/** A random rule of a type. Types within others are those that have no known differences. */
export function sample(chance: Chance, type: number): Sample {
  const of = (rule: unknown, values: readonly unknown[]): Sample => ({
    rule: [type, rule],
    values,
  });
  const picked = () => chance.some(scalars.filter((value) => value !== 0.5), 4);
  switch (type) {
    case 1: {
      const value = chance.pick([...scalars, ["a", 1], [], { a: 1, b: ["x"] }]);
      return of({ value }, [value, value]);
    }
    case 2: {
      const [pattern, values] = chance.pick(globs);
      return of({ pattern }, values);
    }
    case 3: {
      const min = chance.pick([null, -1, 0, 0.5, 3]);
      const max = min === null ? 5 : chance.pick([null, 5, 7.25, 100]);
      const edges = [min, max].filter((edge) => edge !== null);
      const inside = (min ?? (max as number) - 3) + 1;
      const flags = { min_inclusive: chance.below(2) > 0, max_inclusive: chance.below(2) > 0 };
      return of({ min, max, ...flags }, [...edges, inside, inside + 0.5]);
    }
    case 4: {
      const values = picked();
      return of({ values }, values);
    }
    case 5: {
      const [pattern, values] = chance.pick(expressions);
      return of({ pattern }, values);
    }
    case 7:
      return of({ excluded: picked() }, picked());
    case 8:
      return ipv4(chance);
    case 9: {
      const [pattern, values] = chance.pick(urls);
      return of(pattern, values);
    }
    case 10: {
      const required = picked();
      return of({ required }, [required, [...required, "more"], [...required].reverse()]);
    }
    case 11: {
      const allowed = picked();
      return of({ allowed }, [allowed, allowed.slice(1), [...allowed, ...allowed], []]);
    }
    case 12: {
      const [one, other] = nested(chance, 2) as [Sample, Sample];
      const rules = chance.below(2) > 0 ? [one.rule] : [one.rule, [7, { excluded: ["zz"] }]];
      const constraints = chance.below(4) > 0 ? rules : [one.rule, other.rule];
      return of({ constraints }, [...one.values, ...one.values]);
    }
    case 13: {
      const inner = nested(chance, 1 + chance.below(3));
      return of({ constraints: inner.map(({ rule }) => rule) }, inner.flatMap((one) => one.values));
    }
    case 14: {
      const [inner, other] = nested(chance, 2) as [Sample, Sample];
      return of({ constraint: inner.rule }, [...inner.values, ...other.values, "zz", "yy"]);
    }
    case 15: {
      const [expression, values] = chance.pick(celRules);
      return of({ expression }, values);
    }
    case 17: {
      const root = chance.pick(["/data", "/data/a", "/", "/srv/x y"]);
      const flags = { case_sensitive: chance.below(4) > 0, allow_equal: chance.below(4) > 0 };
      const below = root === "/" ? "" : root;
      return of({ root, ...flags }, [root, `${below}/b`, `${below}/b/../c`, `${below}/./é`]);
    }
    case 18:
      return urlSafe(chance);
    case 128: {
      const allow = chance.some(["ls", "git", "/bin/cat", "npm"], 3);
      return of({ allow }, allow.flatMap((name) => [name, `${name} -l`, `/usr/bin/${name} x`]));
    }
    default:
      return of(null, scalars);
  }
}

function urlSafe(chance: Chance): Sample {
  const domains = chance.pick([null, null, ["example.com", "*.test.org"]]);
  const rule = {
    schemes: chance.pick([["http", "https"], ["https"], ["http", "ftp"]]),
    allow_domains: domains,
    deny_domains: chance.pick([null, ["bad.example.com"]]),
    allow_ports: chance.pick([null, null, [443, 8080]]),
    block_private: chance.below(4) > 0,
    block_loopback: chance.below(4) > 0,
    block_metadata: chance.below(4) > 0,
    block_reserved: chance.below(4) > 0,
    block_internal_tlds: chance.below(3) === 0,
  };
  const scheme = chance.pick(rule.schemes);
  const port = rule.allow_ports === null ? "" : ":8080";
  const hosts = [
    "example.com",
    "a.test.org",
    "bad.example.com",
    "localhost",
    "10.0.0.1",
    "8.8.8.8",
  ];
  const more = ["169.254.169.254", "[::1]", "127.0.0.1", "a.internal", "[2606:4700::1]"];
  const inside = ["100.64.0.1", "240.0.0.1", "[64:ff9b::a00:1]", "localhost."];
  const all = [...hosts, ...hosts, ...more, ...inside];
  return { rule: [18, rule], values: all.map((host) => `${scheme}://${host}${port}/x`) };
}

/** Every type of the format, CEL and the extension type included. */
export const types = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 128];

/** A value one edit away. */
export function near(chance: Chance, value: unknown): unknown {
  if (typeof value === "number") return value + chance.pick([1, -1, 0.5, -0.5]);
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) {
    const at = chance.below(value.length);
    if (chance.below(3) === 0) return [...value, chance.pick(scalars)];
    if (value.length === 0) return [chance.pick(scalars)];
    return chance.below(2) > 0 ? value.toSpliced(at, 1) : value.with(at, near(chance, value[at]));
  }
  if (typeof value !== "string") return chance.pick(["", 0, "null", [], {}]);
  const characters = [...value];
  const at = chance.below(characters.length + 1);
  const letter = chance.pick([..."ab/.*-1:\\ A?[]|é\n#@%0"]);
  const edit = chance.below(4);
  if (edit === 0) characters.splice(at, 0, letter);
  else if (edit === 1) characters.splice(at, 1);
  else if (edit === 2) characters.splice(at, 1, letter);
  else {
    const other = characters[at] ?? "";
    const upper = other.toUpperCase();
    characters.splice(at, 1, upper === other ? other.toLowerCase() : upper);
  }
  return characters.join("");
}
