/** Fetches: where this program refuses what the Python program allows. */
import { isIP } from "node:net";
import { isWithin, parseAddress, parseNetwork } from "../../src/constraints/address.ts";
import { type Case, type Difference, documentAt, isText, ruleOf } from "./case.ts";

const special = [
  "0.0.0.0/8",
  "100.64.0.0/10",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "240.0.0.0/4",
  "::/128",
  "64:ff9b::/96",
  "2002::/16",
  "2001:db8::/32",
];

const inward = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

function fetched({ call }: Case): string | undefined {
  return call.tool === "WebFetch" && isText(call.input.url) ? call.input.url : undefined;
}

function isIn(host: string, networks: readonly string[]): boolean {
  const address = parseAddress(host.replace(/^\[|\]$/g, ""));
  return address !== undefined && networks.some((text) => {
    const network = parseNetwork(text);
    return network !== undefined && isWithin(address, network);
  });
}

const onUrl =
  (holds: (text: string, url: URL | undefined, one: Case) => boolean) => (one: Case) => {
    const text = fetched(one);
    return text !== undefined && holds(text, URL.parse(text) ?? undefined, one);
  };

/** Whether a URL is written as the parser of the client writes it, but for case, port and path. */
function isPlain(text: string, url: URL): boolean {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1]?.toLowerCase().replace(/:\d+$/, "");
  return authority === url.hostname;
}

export const urlDifferences: readonly Difference[] = [
  {
    name: "URLs that are read in two ways",
    words: "user information, odd spellings",
    holds: onUrl((text, url) =>
      // deno-lint-ignore no-control-regex
      /[\\@\s\0-\x1f\x7f]/.test(text) || url === undefined || !isPlain(text, url)
    ),
  },
  {
    name: "other ports",
    words: "the scheme's own, unless `ports` lists others",
    holds: onUrl((text, url, one) => {
      const ports = documentAt(one.document, "enforce", "WebFetch", "ports");
      const written = /^[a-z]+:\/\/[^/?#]*:(\d+)/i.exec(text)?.[1];
      return !Array.isArray(ports) && (url?.port !== "" || written === "80" || written === "443");
    }),
  },
  {
    name: "single-label names and trailing dots",
    words: "single-label names, a trailing dot",
    holds: onUrl((_, url) => {
      const host = url?.hostname ?? "";
      return isIP(host.replace(/^\[|\]$/g, "")) === 0 &&
        (!host.includes(".") || host.endsWith("."));
    }),
  },
  {
    name: "special addresses",
    words:
      "100.64/10, 240/4, `::`, NAT64 and 6to4 of inside addresses, documentation and benchmark networks",
    holds: onUrl((_, url) => url !== undefined && isIn(url.hostname, special)),
  },
  {
    name: "names of inside networks",
    words: "`*.localhost`, `.local`, `.internal`, `.home.arpa` and their like",
    holds: onUrl((_, url) => /\.(localhost|local|internal|home\.arpa)$/.test(url?.hostname ?? "")),
  },
  {
    name: "private addresses beside a wildcard domain",
    words: "private addresses where `cidrs` stand beside `domains`",
    holds: onUrl((_, url, one) => {
      const cidrs = documentAt(ruleOf(one), "cidrs");
      return url !== undefined && Array.isArray(cidrs) && isIn(url.hostname, inward) &&
        !isIn(url.hostname, cidrs.map(String));
    }),
  },
];
