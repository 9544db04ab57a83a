/**
 * How UrlSafe is narrowed, field by field (wire-format-v1 section 6): fewer schemes, domains and
 * ports, more denials, and no block lifted.
 */
import { type Cbor, isList, isMap } from "../protocol/cbor.ts";
import { parseAddress } from "./address.ts";
import { member } from "./registry.ts";

const blocks: readonly (readonly [flag: string, byDefault: boolean])[] = [
  ["block_private", true],
  ["block_loopback", true],
  ["block_metadata", true],
  ["block_reserved", true],
  ["block_internal_tlds", false],
];

/** A list of texts, lower-case, or of numbers; undefined when there is none, null when malformed. */
function listOf(rule: Cbor, key: string): readonly Cbor[] | undefined | null {
  const list = member(rule, key) ?? undefined;
  if (list === undefined) return undefined;
  const kind = key === "allow_ports" ? "number" : "string";
  if (!isList(list) || list.some((item) => typeof item !== kind)) return null;
  return list.map((item) => typeof item === "string" ? item.toLowerCase() : item);
}

function isAddress(domain: string): boolean {
  return parseAddress(domain.replace(/^\[|\]$/g, "").replace(/\.$/, "")) !== undefined;
}

/** A domain is another, or lies below one that starts with `*.`. */
function covers(outer: Cbor, inner: Cbor): boolean {
  if (outer === inner) return true;
  return typeof outer === "string" && typeof inner === "string" && outer.startsWith("*.") &&
    inner.endsWith(outer.slice(1)) && !isAddress(inner);
}

/** The same for what is denied, where `*.` includes the apex. */
function coversDenied(outer: Cbor, inner: Cbor): boolean {
  return covers(outer, inner) ||
    (typeof outer === "string" && outer === `*.${inner}` && !isAddress(outer.slice(2)));
}

function is(outer: Cbor, inner: Cbor): boolean {
  return outer === inner;
}

/** Every entry of `few` has one in `many`; a list that is missing in `many` asks for nothing. */
function isWithin(
  few: readonly Cbor[] | undefined | null,
  many: readonly Cbor[] | undefined | null,
  matches: (outer: Cbor, inner: Cbor) => boolean,
): boolean {
  if (many === undefined) return few !== null;
  return Array.isArray(few) && Array.isArray(many) &&
    few.every((inner) => many.some((outer) => matches(outer, inner)));
}

export function narrows(parent: Cbor, child: Cbor): boolean {
  if (!isMap(parent) || !isMap(child)) return false;
  const schemes = (rule: Cbor) => listOf(rule, "schemes") ?? ["http", "https"];
  const lists = (key: string) => [listOf(child, key), listOf(parent, key)] as const;
  const [denied, mustDeny] = lists("deny_domains");
  if (listOf(parent, "schemes") === null || listOf(child, "schemes") === null) return false;
  return isWithin(schemes(child), schemes(parent), is) &&
    isWithin(...lists("allow_ports"), is) && isWithin(...lists("allow_domains"), covers) &&
    (mustDeny === undefined ? denied !== null : denied !== undefined) &&
    isWithin(mustDeny ?? [], denied ?? [], coversDenied) && mustDeny !== null && denied !== null &&
    blocks.every(([flag, byDefault]) => {
      const [inner, outer] = [child, parent].map((rule) => member(rule, flag) ?? byDefault);
      return typeof inner === "boolean" && typeof outer === "boolean" && (inner || !outer);
    });
}
