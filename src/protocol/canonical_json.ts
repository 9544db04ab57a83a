/** One text for each JSON value, and its digest: what is equal as a value is equal as text. */
import { hex, sha256 } from "./keys.ts";

/** What is still to be written: a value, or text as it stands. */
type Pending = { readonly value: unknown } | { readonly text: string };

/**
 * JSON with the members of each object in the order of their names (UTF-16) and no blanks. Without
 * recursion, since input may be nested as deep as JSON can be read.
 */
export function canonicalJson(value: unknown): string {
  let json = "";
  const pending: Pending[] = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ("text" in next) json += next.text;
    else if (typeof next.value !== "object" || next.value === null) {
      json += JSON.stringify(next.value);
    } else {
      // One by one: a call takes no million arguments.
      for (const part of partsOf(next.value).reverse()) pending.push(part);
    }
  }
  return json;
}

/** A list or an object as its brackets, names and values, in their order. */
function partsOf(value: object): Pending[] {
  const isList = Array.isArray(value);
  const names = isList ? value.keys().toArray() : Object.keys(value).sort();
  const inner = names.flatMap((name, at): Pending[] => {
    const comma = at === 0 ? "" : ",";
    const label = isList ? comma : `${comma}${JSON.stringify(name)}:`;
    return [{ text: label }, { value: (value as Record<string, unknown>)[name] }];
  });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return [{ text: open }, ...inner, { text: close }];
}

/** The SHA-256 of a value's canonical JSON, hex. */
export function jsonDigest(value: unknown): string {
  return hex(sha256(canonicalJson(value)));
}
