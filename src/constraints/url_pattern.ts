/**
 * UrlPattern (type 9): `scheme://host[:port][/path]` with `*` as the scheme, a leading `*.` in the
 * host (the bare domain matches too) and a glob as the path. No path, or `/`, means any path. It
 * stands on the wire as text; the published document shows a map, and the policy keeps it so.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { matchesPattern } from "./pattern.ts";
import { member } from "./registry.ts";

const form = /^(\*|[a-z][a-z0-9+.-]*):\/\/(\*\.[^/:*]+|\[[^\]]+\]|[^/:*]+)(?::(\d{1,5}))?(\/.*)?$/i;

function hostMatches(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.startsWith("*.")) return host === wanted;
  return host === wanted.slice(2) || host.endsWith(wanted.slice(1));
}

export function matches(rule: Cbor, argument: Cbor): boolean {
  const pattern = typeof rule === "string" ? rule : member(rule, "pattern");
  if (typeof pattern !== "string" || typeof argument !== "string") return false;
  const parts = form.exec(pattern);
  if (parts === null || argument.includes("\0") || !URL.canParse(argument)) return false;
  const url = new URL(argument);
  const [, scheme, host, port, path] = parts as unknown as [
    string,
    string,
    string,
    string?,
    string?,
  ];
  if (scheme !== "*" && url.protocol !== `${scheme.toLowerCase()}:`) return false;
  if (url.hostname === "" || !hostMatches(host, url.hostname)) return false;
  const standard: { readonly [protocol: string]: string } = { "http:": "80", "https:": "443" };
  if (port !== undefined && (url.port || standard[url.protocol]) !== port) return false;
  return path === undefined || path === "/" || matchesPattern(path, url.pathname);
}
