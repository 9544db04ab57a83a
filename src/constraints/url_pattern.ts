/**
 * UrlPattern (type 9): `scheme://host[:port][/path]` with `*` as the scheme, a leading `*.` in the
 * host (the bare domain matches too) and a glob as the path. No path, or `/`, means any path; host and
 * path are spelt as in a URL, and a query is left out as it is there. It stands on the wire as text;
 * the published document shows a map, and the policy keeps it so.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { isGlob, matchesPattern } from "./pattern.ts";
import { member } from "./registry.ts";

const form =
  /^(\*|[a-z][a-z0-9+.-]*):\/\/(\*\.)?(\[[^\]]+\]|[^/:*@?#\\\s]+)(?::(\d{1,5}))?(\/.*)?$/i;

const standard: { readonly [protocol: string]: string } = {
  "http:": "80",
  "https:": "443",
  "ws:": "80",
  "wss:": "443",
};

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

export function matches(rule: Cbor, argument: Cbor): boolean {
  const pattern = typeof rule === "string" ? rule : member(rule, "pattern");
  if (typeof pattern !== "string" || typeof argument !== "string") return false;
  const [, scheme, below, host, port, path] = form.exec(pattern) ?? [];
  const wanted = parsed(`https://${host}${path ?? ""}`);
  const url = argument.includes("\0") ? undefined : parsed(argument);
  if (host === undefined || wanted === undefined || url === undefined) return false;
  if (scheme !== "*" && url.protocol !== `${scheme?.toLowerCase()}:`) return false;
  const isBelow = below !== undefined && url.hostname.endsWith(`.${wanted.hostname}`);
  if (url.hostname !== wanted.hostname && !isBelow) return false;
  if (port !== undefined && (url.port || standard[url.protocol]) !== port) return false;
  if (path === undefined || path === "/") return true;
  return isGlob(wanted.pathname) && matchesPattern(wanted.pathname, url.pathname);
}
