/**
 * UrlPattern (type 9): `scheme://host[:port][/path]` with `*` as the scheme, a leading `*.` in the
 * host (one or more labels: stricter than the library, for which the bare domain matches too) and a
 * glob as the path. No path, or `/`, means any path; host and
 * path are spelt as in a URL, and a query is left out as it is there. It stands on the wire as text;
 * the published document shows a map, and the policy keeps it so.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { isClosed, isGlob, matchesPattern } from "./pattern.ts";
import { member, type Verdict } from "./registry.ts";
import { isAmbiguous, readUrl } from "./strict_url.ts";

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

interface Parts {
  readonly scheme: string;
  readonly isBelow: boolean;
  readonly host: string;
  readonly port: string | undefined;
  /** Undefined for any path. */
  readonly path: string | undefined;
  /** How policies read it: no port but the scheme's own, and only URLs that have one reading. */
  readonly isStrict: boolean;
}

function partsOf(rule: Cbor): Parts | undefined {
  const pattern = typeof rule === "string" ? rule : member(rule, "pattern");
  if (typeof pattern !== "string") return undefined;
  const [, scheme, below, host, port, path] = form.exec(pattern) ?? [];
  const wanted = parsed(`https://${host}${path ?? ""}`);
  if (scheme === undefined || host === undefined || wanted === undefined) return undefined;
  return {
    scheme: scheme.toLowerCase(),
    isBelow: below !== undefined,
    host: wanted.hostname,
    port,
    path: path === undefined || path === "/" ? undefined : wanted.pathname,
    isStrict: member(rule, "strict") === true,
  };
}

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const parts = partsOf(rule);
  if (parts === undefined) return "unreadable";
  if (typeof argument !== "string") return false;
  const url = argument.includes("\0") ? undefined : parsed(argument);
  if (url === undefined) return "unreadable";
  const { scheme, isBelow, host, port, path } = parts;
  if (scheme !== "*" && url.protocol !== `${scheme}:`) return false;
  if (isBelow ? !url.hostname.endsWith(`.${host}`) : url.hostname !== host) {
    // Other schemes keep the case of a host, and the library compares without it; a dot at the end
    // names the same host.
    const name = url.hostname.toLowerCase().replace(/\.$/, "");
    const isMeant = name === host || (isBelow && name.endsWith(`.${host}`));
    return isMeant || (parts.isStrict && isAmbiguous(argument)) ? "stricter" : false;
  }
  if (port !== undefined && (url.port || standard[url.protocol]) !== port) {
    // A default port in a pattern is any port to the library.
    return Object.values(standard).includes(port) ? "stricter" : false;
  }
  if (parts.isStrict && !isStrictly(parts, url, argument)) return "stricter";
  if (path === undefined) return true;
  if (!isGlob(path) || !isClosed(path) || !url.pathname.startsWith("/")) return "stricter";
  // The library takes `*.` for a part of a host wherever it stands: such a path matches nothing.
  if (path.includes("*.")) return "stricter";
  if (matchesPattern(path, url.pathname)) return true;
  // Servers read an escaped letter as the letter.
  return matchesPattern(path, unescaped(url.pathname)) ? "stricter" : false;
}

function unescaped(path: string): string {
  return path.replace(
    /%[2-7][0-9a-f]/gi,
    (code) => String.fromCharCode(parseInt(code.slice(1), 16)),
  );
}

function isStrictly({ port }: Parts, url: URL, text: string): boolean {
  return (port !== undefined || url.port === "") && "host" in readUrl(text);
}

/** Undefined stands for any path; so does a star, but only in the parent, as in the library. */
function narrowsPath(parent: string | undefined, child: string | undefined): boolean {
  if (parent === undefined) return true;
  if (child === undefined || !isGlob(parent) || !isGlob(child)) return false;
  // Stricter than the library, which lets `/a/b` stand below the path `/a`, where it does not match.
  return parent === child || (parent.endsWith("/*") && isClosed(parent) && isClosed(child) &&
    child.startsWith(parent.slice(0, -1)));
}

export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [partsOf(parent), partsOf(child)];
  if (outer === undefined || inner === undefined) return false;
  const isHost = outer.host === inner.host
    ? outer.isBelow === inner.isBelow
    : outer.isBelow && inner.host.endsWith(`.${outer.host}`);
  return (outer.scheme === "*" || outer.scheme === inner.scheme) && isHost &&
    (outer.port === undefined || outer.port === inner.port) && narrowsPath(outer.path, inner.path);
}
