/**
 * Where this program refuses what the published library allows. Each entry names calls or children by
 * what they are, and must hold for every one of them and for no other that the library allows. There
 * is no list for the other direction: this program never allows what the library refuses.
 */
import { normalize } from "node:path/posix";
import {
  type Address,
  isWithin,
  parseAddress,
  parseNetwork,
} from "../../src/constraints/address.ts";
import type { RuleOf } from "./samples.ts";

export interface Case {
  /** The leaf's rule. */
  readonly rule: RuleOf;
  /** The rule of the leaf's parent, when there is one and it differs. */
  readonly parent?: RuleOf;
  readonly argument: unknown;
}

interface Disagreement {
  readonly name: string;
  readonly why: string;
  readonly holds: (one: Case) => boolean;
}

type Members = Readonly<Record<string, unknown>>;

function members([, rule]: RuleOf): Members {
  return typeof rule === "object" && rule !== null ? rule as Members : {};
}

function inner(rule: RuleOf): readonly RuleOf[] {
  const { constraints, constraint } = members(rule);
  if (Array.isArray(constraints)) return constraints as readonly RuleOf[];
  return constraint === undefined ? [] : [constraint as RuleOf];
}

function hasType(rule: RuleOf, type: number): boolean {
  return rule[0] === type || inner(rule).some((one) => hasType(one, type));
}

/** What each flag keeps out, the part of the library included. */
const inside: Readonly<Record<string, readonly string[]>> = {
  block_loopback: ["127.0.0.0/8", "0.0.0.0/32", "::/127"],
  block_private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fec0::/10"],
  block_metadata: [
    "169.254.0.0/16",
    "100.100.100.200/32",
    "168.63.129.16/32",
    "fe80::/10",
    "fd00:ec2::/112",
    "fd20:ce::/112",
    "fd00:c1::a9fe:0/112",
  ],
  block_reserved: [
    "0.0.0.0/8",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    ...["100::/8", "200::/7", "400::/6", "800::/5", "1000::/4", "4000::/2", "8000::/2"],
    ...["c000::/3", "e000::/4", "f000::/5", "f800::/6", "fe00::/9"],
    ...["1::/16", "2::/15", "4::/14", "8::/13", "10::/12", "20::/11", "40::/11", "80::/9"],
    ...["60::/14", "64:ff9b:1::/48", "65::/16", "66::/15", "68::/13", "70::/12"],
    "2001::/23",
    "2001:db8::/32",
    "2620:4f:8000::/48",
    "3fff::/20",
    "ff00::/8",
    "::/128",
  ],
};
const insideNames: Readonly<Record<string, RegExp>> = {
  block_loopback: /(^|\.)localhost$|^localhost[46]?\.localdomain[46]?$|^localhost[46]$/,
  block_metadata: /^(.*\.)?metadata\.|^metadata$|^instance-data/,
  block_internal_tlds:
    /(^|\.)(localhost|local|localdomain|localnet|internal|intranet|private|lan|corp|home|mail|test|svc|default|workgroup|domain|consul|docker|kube|home\.arpa)$/,
};

/** The IPv4 address within a NAT64 or 6to4 address, or the address itself. */
function carried(address: Address): Address {
  const shift = [["64:ff9b::/96", 0n], ["2002::/16", 80n]] as const;
  const found = shift.find(([network]) => isIn(address, network));
  return found === undefined
    ? address
    : { bits: 32, value: (address.value >> found[1]) & 0xffffffffn };
}

function isIn(address: Address, text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && isWithin(address, network);
}

/** An inside address or name that the library lets pass, no host at all, or an address not listed. */
function leadsInside({ rule, argument }: Case): boolean {
  if (rule[0] !== 18 || typeof argument !== "string" || !URL.canParse(argument)) return false;
  const { hostname } = new URL(argument);
  const { allow_domains: allowed, deny_domains: denied, ...flags } = members(rule);
  const address = parseAddress(hostname.replace(/^\[|\]$/g, ""));
  if (address !== undefined) {
    if (Array.isArray(allowed)) return true;
    return Object.entries(inside).some(([flag, networks]) =>
      flags[flag] === true &&
      networks.some((one) => isIn(address, one) || isIn(carried(address), one))
    );
  }
  const name = hostname.replace(/\.$/, "");
  if (/^\.|\.\.|\.$|%|^$/.test(name) || /(^|\.)(\d+|0x[\da-f]*)$/.test(name)) return true;
  if (Array.isArray(denied) && denied.includes(name)) return true;
  return Object.entries(insideNames).some(([flag, names]) =>
    flags[flag] === true && names.test(name)
  );
}

/** What stands behind `*.` in the allowed domains or the pattern. */
function apexes(rule: RuleOf): readonly string[] {
  const { allow_domains: allowed, pattern = rule[1] } = members(rule);
  const domains = rule[0] === 18 && Array.isArray(allowed) ? allowed.map(String) : [];
  const host = rule[0] === 9 ? /:\/\/(\*\.[^/:]+)/.exec(String(pattern))?.[1] : undefined;
  return [...domains, ...host === undefined ? [] : [host]].filter((one) => one.startsWith("*."))
    .map((one) => one.slice(2).toLowerCase());
}

function isOfApex({ rule, parent, argument }: Case): boolean {
  const values = [argument, members(rule).value].filter((value) =>
    typeof value === "string" && URL.canParse(value)
  ) as string[];
  return [rule, ...parent === undefined ? [] : [parent]].flatMap(apexes).some((apex) =>
    values.some((value) => new URL(value).hostname === apex)
  );
}

/** Whether a child names the bare domain that its parent has behind `*.`. */
function opensApex(rule: RuleOf, parent: RuleOf): boolean {
  const { allow_domains: allowed, pattern = rule[1] } = members(rule);
  return apexes(parent).some((apex) =>
    (Array.isArray(allowed) && allowed.includes(apex)) ||
    (rule[0] === 9 && new RegExp(`://${RegExp.escape(apex)}(?:[:/]|$)`).test(String(pattern)))
  );
}

/** Whether the system, which takes a backslash for a part of a name, finds the path outside. */
function isOutsideHere({ rule, argument }: Case): boolean {
  const { root, case_sensitive: exactCase, allow_equal: allowEqual } = members(rule);
  if (rule[0] !== 17 || typeof argument !== "string" || typeof root !== "string") return false;
  const plain = normalize(exactCase === false ? argument.toLowerCase() : argument);
  const path = plain.length > 1 ? plain.replace(/\/$/, "") : plain;
  const isBelow = path !== root && path.startsWith(root === "/" ? root : `${root}/`);
  return argument.includes("\\") && !isBelow && !(path === root && allowEqual === true);
}

/** The question that an exact child answers for its parent: whether the value is within it. */
function below({ rule, parent }: Case): Case {
  return {
    rule: rule[0] === 1 && parent !== undefined ? parent : rule,
    argument: members(rule).value,
  };
}

function isBeyondAscii({ rule, argument }: Case): boolean {
  return hasType(rule, 5) && typeof argument === "string" && /[^\0-\x7f]/.test(argument) &&
    (rule[0] !== 13 || inner(rule).length === 1) &&
    /\\[dwsb]|\(\?i/i.test(JSON.stringify(rule[1]));
}

function differ(rule: RuleOf, parent: RuleOf): boolean {
  return JSON.stringify(rule) !== JSON.stringify(parent);
}

export const disagreements: readonly Disagreement[] = [
  {
    name: "CEL is not evaluated",
    why: "the implementations that were tried have no budget of steps for hostile expressions",
    holds: ({ rule, parent }) => hasType(rule, 15) || (parent !== undefined && hasType(parent, 15)),
  },
  {
    name: "Inside addresses of UrlSafe",
    why: "CGNAT, class E, NAT64, 6to4, trailing dots and unlisted addresses lead inside",
    holds: (one) => leadsInside(one) || leadsInside(below(one)),
  },
  {
    name: "A backslash in a path",
    why: "it is part of a name on this system, so both readings must be inside the root",
    holds: (one) => isOutsideHere(one) || isOutsideHere(below(one)),
  },
  {
    name: "The apex of a wildcard domain",
    why: "*.x is one or more labels below x everywhere in a policy, and never x itself",
    holds: (one) => isOfApex(one) || (one.parent !== undefined && opensApex(one.rule, one.parent)),
  },
  {
    name: "Classes and case beyond ASCII",
    why: "RE2 and the library's engine differ there in \\d, \\w, \\s, \\b and folded case",
    holds: (one) => isBeyondAscii(one) || isBeyondAscii(below(one)),
  },
  {
    name: "Any with an alternative that may fail",
    why: "the child accepts what makes the parent fail before it comes to the same alternative",
    holds: ({ rule, parent }) =>
      rule[0] === 13 && parent?.[0] === 13 && differ(rule, parent) &&
      inner(parent).slice(0, -1).some(([type]) => [8, 9].includes(type)) &&
      inner(rule).some(([type]) => ![8, 9].includes(type)),
  },
  {
    name: "Not around what may fail",
    why: "the child accepts what the parent's constraint cannot judge, and so refuses",
    holds: ({ rule, parent }) =>
      rule[0] === 14 && parent?.[0] === 14 && differ(rule, parent) &&
      inner(parent).some(([type]) => [5, 7].includes(type)),
  },
];

/** The entry that explains why this program refuses; undefined when none does. */
export function explained(one: Case): string | undefined {
  return disagreements.find(({ holds }) => holds(one))?.name;
}
