/** WebFetch rules: domains, networks, schemes and ports, as constraints on `url` and `host`. */
import { globProblem } from "./glob_syntax.ts";
import type { WireConstraint } from "./snapshot.ts";

/** What a policy says of WebFetch. At least one of `domains` and `cidrs` has an entry. */
export interface WebRule {
  readonly domains: readonly string[];
  readonly cidrs: readonly string[];
  /** Undefined: https, or http and https where networks are given. */
  readonly schemes?: readonly string[];
  /** Undefined: the default port of the scheme. */
  readonly ports?: readonly number[];
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
 * host name in which `*` and `?` stand for any text: `*.example.com` is every name below the apex.
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
  return globProblem(text);
}

function oneOrAny(constraints: readonly WireConstraint[]): WireConstraint {
  const [only] = constraints;
  return only !== undefined && constraints.length === 1 ? only : [13, { constraints }];
}

/** The schemes in force. */
export function schemesOf(rule: WebRule): readonly string[] {
  if (rule.schemes !== undefined) return rule.schemes;
  return rule.cidrs.length > 0 ? webSchemes : ["https"];
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
    allow_ports: rule.ports === undefined ? null : [...rule.ports],
    block_private: rule.cidrs.length === 0,
    block_loopback: true,
    block_metadata: true,
    block_reserved: true,
    block_internal_tlds: true,
  }];
  const domains = rule.domains.map((pattern): WireConstraint => [2, {
    pattern: pattern.toLowerCase(),
  }]);
  const networks = rule.cidrs.map((network): WireConstraint => [8, {
    network: normalNetwork(network) ?? network,
  }]);
  return { url, host: oneOrAny([...domains, ...networks]) };
}
