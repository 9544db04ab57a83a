/** Pieces that several parts of the grammar share. Error messages follow the word "expected". */
import * as z from "zod";

/** One of these words, in any case; the pattern needs no flag, so that editors can use it. */
export function anyCase(words: readonly string[], message: string) {
  const letters = (word: string) =>
    [...word].map((letter) => {
      const [low, high] = [letter.toLowerCase(), letter.toUpperCase()];
      return low === high ? letter : `[${low}${high}]`;
    }).join("");
  return z.string(message).regex(new RegExp(`^(${words.map(letters).join("|")})$`), message);
}

// YAML 1.1, which the incumbent reads, has these words for true and false.
export const flag = z.union(
  [z.boolean(), anyCase(["yes", "no", "on", "off"], "true or false")],
  "true or false",
).meta({ id: "flag" }).transform((value) =>
  typeof value === "boolean" ? value : /^(yes|on)$/i.test(value)
);

export const toolName = z.string("the name of a tool");

export const toolList = z.array(toolName, "a list of tool names").nullish();

/** The most that a warrant may live: 90 days. */
export const maxTtlSeconds = 90 * 24 * 3600;

const ttl = `a whole number of seconds from 1 to ${maxTtlSeconds} (90 days)`;
export const ttlSeconds = z.int(ttl).min(1, ttl).max(maxTtlSeconds, ttl);

/** `default`: every value means deny; the old ones are warned of. */
export const defaultVerdict = anyCase(["deny", "audit", "allow", "approve"], "deny");

/** Text that is not blank. */
export function words(what: string) {
  return z.string(what).refine((text) => text.trim() !== "", what);
}
