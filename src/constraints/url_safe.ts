/**
 * UrlSafe (type 18): a URL that does not lead inside. Evaluated in the published order: scheme,
 * host, port, local and metadata names, address ranges, allowed and denied domains. Stricter than
 * the published library where that lets inside addresses pass (CGNAT, class E, `::`, NAT64, 6to4,
 * trailing dots): a verifier may refuse more.
 */
import { type Cbor, isList, isMap } from "../protocol/cbor.ts";
import { type Address, isWithin, parseAddress, parseNetwork } from "./address.ts";
import { member, type Verdict } from "./registry.ts";

const metadataNames = ["metadata.google.internal", "metadata.goog", "instance-data"];
const loopbackNames =
  /(^|\.)localhost$|^localhost[46]?\.localdomain[46]?$|^localhost[46]$|^ip6-(localhost|loopback)$/;
const internalNames =
  /(^|\.)(localhost|local|internal|localdomain|home\.arpa|lan|corp|home|svc|default)$/;
const ranges: { readonly [flag: string]: readonly string[] } = {
  // Systems take the unspecified address for themselves.
  block_loopback: ["127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"],
  block_private: [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
  ],
  block_metadata: [
    "169.254.0.0/16",
    "100.100.100.200/32",
    "fe80::/10",
    "fd00:ec2::254/128",
    "fd20:ce::254/128",
  ],
  block_reserved: [
    "0.0.0.0/8",
    "192.0.0.0/24",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "64:ff9b:1::/48",
    "ff00::/8",
  ],
};
/** IPv6 forms that carry an IPv4 address, and how far right it stands. */
const carriers: readonly [network: string, shift: bigint][] = [
  ["::ffff:0:0/96", 0n],
  ["::ffff:0:0:0/96", 0n],
  ["::/96", 0n],
  ["64:ff9b::/96", 0n],
  ["2002::/16", 80n],
];
const ports: { readonly [protocol: string]: number } = {
  "http:": 80,
  "https:": 443,
  "ws:": 80,
  "wss:": 443,
  "ftp:": 21,
};

function isIn(address: Address, text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && isWithin(address, network);
}

function carried(address: Address): Address {
  for (const [network, shift] of carriers) {
    if (!isIn(address, network)) continue;
    const value = (address.value >> shift) & 0xffffffffn;
    // :: and ::1 are addresses of their own.
    if (network !== "::/96" || value > 1n) return { bits: 32, value };
  }
  return address;
}

/** The list under `key`: undefined when there is none, null when it is malformed. */
function listOf<Item>(
  rule: Cbor,
  key: string,
  isItem: (value: Cbor) => value is Cbor & Item,
): readonly Item[] | undefined | null {
  const list = member(rule, key) ?? undefined;
  if (list === undefined) return undefined;
  return isList(list) && list.every(isItem) ? list : null;
}

const isText = (value: Cbor): value is string => typeof value === "string";
const isNumber = (value: Cbor): value is number => typeof value === "number";

/** True when the host is one of the domains. Addresses are compared as such, however spelt. */
function isListed(
  host: string,
  addresses: readonly Address[],
  domains: readonly string[],
): boolean {
  return domains.some((domain) => {
    const wanted = domain.toLowerCase().replace(/\.$/, "");
    const address = parseAddress(wanted.replace(/^\[|\]$/g, ""));
    if (address !== undefined) {
      return addresses.some(({ bits, value }) => bits === address.bits && value === address.value);
    }
    if (!wanted.startsWith("*.")) return host === wanted;
    return host.endsWith(wanted.slice(1)) || host === wanted.slice(2);
  });
}

/** As the published library: a rule that is no map, or has something else in it, is none. */
function isReadable(rule: Cbor): boolean {
  const lists = [listOf(rule, "schemes", isText), listOf(rule, "allow_ports", isNumber)];
  const domains = ["allow_domains", "deny_domains"].map((key) => listOf(rule, key, isText));
  return isMap(rule) && ![...lists, ...domains].includes(null);
}

/** Under `Not` a refusal must be the published library's too: most here go further than its own. */
export function matches(rule: Cbor, argument: Cbor): Verdict {
  if (!isReadable(rule)) return "unreadable";
  if (typeof argument !== "string" || !URL.canParse(argument)) return false;
  return isSafe(rule, argument) || (isListedScheme(rule, new URL(argument)) ? "stricter" : false);
}

function isListedScheme(rule: Cbor, url: URL): boolean {
  const schemes = listOf(rule, "schemes", isText)?.map((scheme) => scheme.toLowerCase());
  return (schemes ?? ["http", "https"]).includes(url.protocol.slice(0, -1));
}

function isSafe(rule: Cbor, argument: string): boolean {
  if (argument.includes("\0")) return false;
  const allowedPorts = listOf(rule, "allow_ports", isNumber);
  const allowed = listOf(rule, "allow_domains", isText);
  const denied = listOf(rule, "deny_domains", isText);
  if (allowedPorts === null || allowed === null || denied === null) return false;
  const url = new URL(argument);
  if (!isListedScheme(rule, url)) return false;
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (host === "" || host.includes("%") || `.${host}.`.includes("..")) return false;
  const port = url.port === "" ? ports[url.protocol] ?? NaN : Number(url.port);
  if (allowedPorts?.includes(port) === false) return false;
  const blocks = (flag: string) => member(rule, flag) !== false;
  if (blocks("block_loopback") && loopbackNames.test(host)) return false;
  if (blocks("block_metadata") && metadataNames.includes(host)) return false;
  // This one is off unless it is asked for.
  const internal = member(rule, "block_internal_tlds") ?? false;
  if (internal !== false && internalNames.test(host)) return false;
  const address = parseAddress(host.replace(/^\[|\]$/g, ""));
  const addresses = address === undefined ? [] : [address, carried(address)];
  for (const [flag, networks] of Object.entries(ranges)) {
    const isInside = addresses.some((one) => networks.some((network) => isIn(one, network)));
    if (isInside && blocks(flag)) return false;
  }
  // What ends in a number is an address to some, and this one is in no common spelling.
  if (address === undefined && /(^|\.)(\d+|0x[\da-f]*)$/.test(host)) return false;
  // As the published library does and its document does not: an address must be listed as well. The
  // host is compared as written, so a trailing dot is another name.
  if (allowed !== undefined && !isListed(url.hostname, addresses.slice(0, 1), allowed)) {
    return false;
  }
  return denied === undefined || !isListed(host, addresses, denied);
}
