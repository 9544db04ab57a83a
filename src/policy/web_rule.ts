/** WebFetch rules: domains, networks, schemes and ports, as constraints on `url` and `host`. */
import { networksBeside } from "../constraints/address.ts";
import { privateNetworks } from "../constraints/special_addresses.ts";
import { globProblem } from "./glob_syntax.ts";
import type { WireConstraint } from "./snapshot.ts";

/** What a policy says of WebFetch. At least one of `domains` and `cidrs` has an entry. */
export interface WebRule {
  readonly domains: readonly string[];
  readonly cidrs: readonly string[];
  /** Undefined: https, or http and https where networks are given. */
  readonly schemes?: readonly string[];
  /** Undefined: the default ports of the schemes. */
  readonly ports?: readonly number[];
  /** True for a fetch tool that is granted without a rule: any port. */
  readonly anyPort?: boolean;
}

/** The schemes that a fetch tool can be given. */
export const webSchemes: readonly string[] = ["http", "https"];

function parseIpv4(text: string): boolean {
  return /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text) &&
    text.split(".").every((part) => Number(part) <= 255);
}

/**
 * A network in the form `address/bits`. A single address becomes a network of one. Undefined when
 * it is not a network, which includes the spellings that parsers read differently (octal, short).
 */
export function normalNetwork(text: string): string | undefined {
  const [address = "", bits, ...rest] = text.trim().split("/");
  if (rest.length > 0) return undefined;
  const isV4 = parseIpv4(address);
  const isV6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(address) &&
    URL.canParse(`http://[${address}]/`);
  if (!isV4 && !isV6) return undefined;
  const most = isV4 ? 32 : 128;
  if (bits === undefined) return `${address}/${most}`;
  if (!/^(0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > most) return undefined;
  return `${address}/${bits}`;
}

/**
 * What is expected of a domain where `text` is not one; undefined when it is fine. A domain is a
 * host name in which `*` and `?` stand for any text, dots included: `*.example.com` is every name
 * below the apex, and `example.com` the apex. A name of one label is completed by the search domain
 * of whoever looks it up, so that it says nothing.
 */
export function domainProblem(text: string): string | undefined {
  if (text.trim() !== text || text === "") return "a host name, for example api.example.com";
  if (text.includes("://")) return "a host name without a scheme";
  if (/[/@#\\:]/.test(text)) {
    return "a host name alone, without path, port or user (networks go under cidrs)";
  }
  if (/[^\x21-\x7e]/.test(text)) return "a host name in its ASCII form (xn--...)";
  if (!/^[a-zA-Z0-9._*?[\]!-]+$/.test(text)) return "a host name of letters, digits, - . and *";
  if (text.endsWith(".")) return "a host name without a trailing dot";
  if (text.split(".").includes("")) return "a host name without empty labels";
  if (!/[.*?]/.test(text)) {
    return `a name with a dot; the single name ${text} leads inside and is always denied`;
  }
  return globProblem(text);
}

/** The private networks, as a rule that opens some of them has to keep the rest closed. */
const closed: readonly string[] = [...privateNetworks, "2002::/16"];
/** A name has a letter behind a dot; an address has none. */
const name: WireConstraint = [2, { pattern: "*.*[a-z]*" }];

function anyOf(constraints: readonly WireConstraint[]): WireConstraint {
  const [only] = constraints;
  return only !== undefined && constraints.length === 1 ? only : [13, { constraints }];
}

const inNetwork = (network: string): WireConstraint => [8, { network }];

/** True when only names match: what is written behind the last wildcard is no end of an address. */
function matchesNamesOnly(domain: string): boolean {
  return /\.[^.]*[a-z_-][^.]*$/i.test(domain.replace(/^.*[*?\]]/, ""));
}

/** The schemes in force. */
export function schemesOf(rule: WebRule): readonly string[] {
  if (rule.schemes !== undefined) return rule.schemes;
  return rule.cidrs.length > 0 ? webSchemes : ["https"];
}

/** The ports in force: the schemes' own unless others are listed. */
export function portsOf(rule: WebRule): readonly number[] {
  return rule.ports ?? schemesOf(rule).map((scheme) => scheme === "http" ? 80 : 443);
}

/** The domains and networks as one constraint on the host. */
function hostConstraint({ domains, cidrs }: WebRule): WireConstraint {
  const patternOf = (domain: string): WireConstraint => [2, { pattern: domain.toLowerCase() }];
  const networks = cidrs.map((network) => inNetwork(normalNetwork(network) ?? network));
  // Networks lift the block on private addresses, and none of the domains may profit from that.
  const wide = cidrs.length === 0 ? [] : domains.filter((domain) => !matchesNamesOnly(domain));
  const names = domains.filter((domain) => !wide.includes(domain)).map(patternOf);
  if (wide.length === 0) return anyOf([...names, ...networks]);
  const open = [...networksBeside("0.0.0.0/0", closed), ...networksBeside("2000::/3", closed)];
  const guarded: WireConstraint = [12, {
    constraints: [anyOf(wide.map(patternOf)), anyOf([name, ...open.map(inNetwork)])],
  }];
  return anyOf([...names, guarded, ...networks]);
}

/**
 * The two arguments of a fetch. The URL must not lead inside, except into listed networks, which
 * turn the block on private ranges off; loopback, metadata and reserved ranges stay blocked.
 */
export function compileWebRule(rule: WebRule): { url: WireConstraint; host: WireConstraint } {
  const url: WireConstraint = [18, {
    schemes: [...schemesOf(rule)],
    allow_domains: null,
    deny_domains: null,
    allow_ports: rule.anyPort === true ? null : [...portsOf(rule)],
    block_private: rule.cidrs.length === 0,
    block_loopback: true,
    block_metadata: true,
    block_reserved: true,
    block_internal_tlds: true,
  }];
  return { url, host: hostConstraint(rule) };
}
