/**
 * UrlSafe (type 18): a URL that does not lead inside. Evaluated in the published order: scheme,
 * host, port, local and metadata names, address ranges, allowed and denied domains. Stricter than
 * the published library where that lets inside addresses pass (CGNAT, class E, `::`, NAT64, 6to4,
 * trailing dots): a verifier may refuse more.
 */
import { type Cbor, isList } from "../protocol/cbor.ts";
import { type Address, isWithin, parseAddress, parseNetwork } from "./address.ts";
import { member } from "./registry.ts";

const metadataNames = [
  "169.254.169.254",
  "metadata.google.internal",
  "metadata.goog",
  "100.100.100.200",
  "instance-data",
];
const internalSuffixes = ["localhost", "local", "internal", "localdomain", "home.arpa", "lan"];
const ranges: { readonly [flag: string]: readonly string[] } = {
  block_loopback: ["127.0.0.0/8", "::1/128"],
  block_private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"],
  block_metadata: ["169.254.0.0/16", "fe80::/10"],
  block_reserved: ["0.0.0.0/8", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8"],
};
/** IPv6 forms that carry an IPv4 address, and how far right it stands. */
const carriers: readonly [network: string, shift: bigint][] = [
  ["::ffff:0:0/96", 0n],
  ["::/96", 0n],
  ["64:ff9b::/96", 0n],
  ["2002::/16", 80n],
];

function carried(address: Address): Address {
  for (const [text, shift] of carriers) {
    const network = parseNetwork(text);
    if (network === undefined || !isWithin(address, network)) continue;
    const value = (address.value >> shift) & 0xffffffffn;
    // :: and ::1 are addresses of their own.
    if (text !== "::/96" || value > 1n) return { bits: 32, value };
  }
  return address;
}

function isBlocked(address: Address, rule: Cbor): boolean {
  const inner = carried(address);
  return Object.entries(ranges).some(([flag, networks]) =>
    member(rule, flag) !== false && networks.some((text) => {
      const network = parseNetwork(text);
      return network !== undefined && (isWithin(address, network) || isWithin(inner, network));
    })
  );
}

function listed(host: string, domains: readonly Cbor[]): boolean {
  return domains.some((domain) => {
    const wanted = String(domain).toLowerCase();
    if (!wanted.startsWith("*.")) return host === wanted;
    return host.endsWith(wanted.slice(1)) || host === wanted.slice(2);
  });
}

function underAny(host: string, suffixes: readonly string[]): boolean {
  return suffixes.some((suffix) => host === suffix || host.endsWith("." + suffix));
}

export function matches(rule: Cbor, argument: Cbor): boolean {
  if (typeof argument !== "string" || argument.includes("\0") || !URL.canParse(argument)) {
    return false;
  }
  const url = new URL(argument);
  const schemes = member(rule, "schemes") ?? ["http", "https"];
  if (!isList(schemes) || !schemes.includes(url.protocol.slice(0, -1))) return false;
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (host === "" || host.includes("%")) return false;
  const ports = member(rule, "allow_ports") ?? null;
  const port = url.port === "" ? (url.protocol === "http:" ? 80 : 443) : Number(url.port);
  if (ports !== null && !(isList(ports) && ports.includes(port))) return false;
  if (member(rule, "block_loopback") !== false && underAny(host, internalSuffixes.slice(0, 1))) {
    return false;
  }
  if (host === "localhost.localdomain" && member(rule, "block_loopback") !== false) return false;
  if (member(rule, "block_metadata") !== false && metadataNames.includes(host)) return false;
  if (member(rule, "block_internal_tlds") === true && underAny(host, internalSuffixes)) {
    return false;
  }
  const address = parseAddress(host.replace(/^\[|\]$/g, ""));
  const allowed = member(rule, "allow_domains") ?? null;
  if (address !== undefined) {
    if (isBlocked(address, rule)) return false;
  } else if (/^[\d.]+$/.test(host)) return false;
  else if (allowed !== null && !(isList(allowed) && listed(host, allowed))) return false;
  const denied = member(rule, "deny_domains") ?? null;
  return denied === null || (isList(denied) && !listed(host, denied));
}
