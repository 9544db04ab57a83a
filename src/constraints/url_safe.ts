/**
 * UrlSafe (type 18): a URL that does not lead inside. Evaluated in the published order: scheme,
 * host, port, local and metadata names, address ranges, allowed and denied domains. Stricter than
 * the published library where that lets addresses pass that are not of the public Internet: a
 * verifier may refuse more.
 */
import { type Cbor, isList, isMap } from "../protocol/cbor.ts";
import { type Address, parseAddress } from "./address.ts";
import { member, type Verdict } from "./registry.ts";
import { addressesOf, blockedBy } from "./special_addresses.ts";

const metadataNames =
  /^(metadata|metadata\.google\.internal|metadata\.goog|metadata\.azure\.internal|metadata\.(tencentyun|packet|platformequinix)\.(com|net)|api\.metadata\.cloud\.ibm\.com|instance-data(\.ec2\.internal)?)$/;
const loopbackNames =
  /(^|\.)localhost$|^localhost[46]?\.localdomain[46]?$|^localhost[46]$|^ip6-(localhost|loopback)$/;
/** Names that the public DNS will never have, and what is looked up inside in their place. */
const internalNames =
  /(^|\.)(localhost|local|localdomain|localnet|internal|intranet|private|corp|home|home\.arpa|lan|mail|test|svc|default|workgroup|domain|consul|docker|kube)$/;
const ports: { readonly [protocol: string]: number } = {
  "http:": 80,
  "https:": 443,
  "ws:": 80,
  "wss:": 443,
  "ftp:": 21,
};

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

/**
 * True when the host is one of the domains. Addresses are compared as such, however spelt. The apex
 * of `*.x` is denied with what lies below it, but not allowed with it: stricter than the library.
 */
function isListed(
  host: string,
  addresses: readonly Address[],
  domains: readonly string[],
  hasApex: boolean,
): boolean {
  return domains.some((domain) => {
    const wanted = domain.toLowerCase().replace(/\.$/, "");
    const address = parseAddress(wanted.replace(/^\[|\]$/g, ""));
    if (address !== undefined) {
      return addresses.some(({ bits, value }) => bits === address.bits && value === address.value);
    }
    if (!wanted.startsWith("*.")) return host === wanted;
    return host.endsWith(wanted.slice(1)) || (hasApex && host === wanted.slice(2));
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
  if (blocks("block_metadata") && metadataNames.test(host)) return false;
  // This one is off unless it is asked for.
  const internal = member(rule, "block_internal_tlds") ?? false;
  if (internal !== false && internalNames.test(host)) return false;
  const addresses = addressesOf(host);
  if (blockedBy(addresses).some(blocks)) return false;
  // What ends in a number is an address to some, and this one is in no common spelling.
  if (addresses.length === 0 && /(^|\.)(\d+|0x[\da-f]*)$/.test(host)) return false;
  // As the published library does and its document does not: an address must be listed as well. The
  // host is compared as written, so a trailing dot is another name.
  if (allowed !== undefined && !isListed(url.hostname, addresses.slice(0, 1), allowed, false)) {
    return false;
  }
  return denied === undefined || !isListed(host, addresses, denied, true);
}
