/**
 * Pattern (type 2): a glob over a whole string. `*` and `?` also match `/` and a leading dot, as in
 * the published library; `[abc]`, `[a-z]` and `[!a]` are sets; `**` stands for any directories, none
 * included, and only between slashes. Time grows with the product of both lengths at most.
 */
import type { Cbor } from "../protocol/cbor.ts";

type Token = "*" | "**" | { readonly accepts: (character: string) => boolean };

/** Strings compare by UTF-16 units, sets by characters. */
function code(character: string): number {
  return character.codePointAt(0) as number;
}

function setToken(body: readonly string[]): Token {
  const negated = body[0] === "!";
  const members = negated ? body.slice(1) : body;
  const ranges: [number, number][] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 1] === "-" ? members[i + 2] : undefined;
    ranges.push([code(low), code(high ?? low)]);
    if (high !== undefined) i += 2;
  }
  return {
    accepts: (character) =>
      ranges.some(([low, high]) => low <= code(character) && code(character) <= high) !== negated,
  };
}

/** Undefined when a set is not closed: such a pattern matches nothing. */
function tokensOf(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === "*") {
      const start = i;
      while (characters[i + 1] === "*") i++;
      const isDeep = i === start + 1 && (characters[start - 1] ?? "/") === "/" &&
        characters[i + 1] === "/";
      tokens.push(isDeep ? "**" : "*");
      if (isDeep) i++;
    } else if (character === "?") tokens.push({ accepts: () => true });
    else if (character === "[") {
      // A "]" right after the opening (or after "!") is a member.
      const end = characters.indexOf("]", i + (characters[i + 1] === "!" ? 3 : 2));
      if (end < 0) return undefined;
      tokens.push(setToken(characters.slice(i + 1, end)));
      i = end;
    } else tokens.push({ accepts: (other) => other === character });
  }
  return tokens;
}

/**
 * False where the published library finds no glob, since two stars are part of a name. Searches and
 * shells take these for one, and so does `matchesPattern`; as a constraint it must match nothing.
 */
export function isGlob(pattern: string): boolean {
  return !/[^/]\*\*|\*\*[^/]/.test(pattern.replace(/\[!?[^][^\]]*\]/gu, "x"));
}

/** True when nothing in the pattern stands for anything but itself. */
export function isPlain(pattern: string): boolean {
  return !pattern.includes("*") && !pattern.includes("?") && !pattern.includes("[");
}

/** False when a set is not closed. */
export function isClosed(pattern: string): boolean {
  return tokensOf(pattern) !== undefined;
}

/** As the published library: a pattern that is no glob cannot be judged by, whatever the argument. */
export function judgePattern(pattern: Cbor | undefined, argument: Cbor): boolean | "unreadable" {
  if (typeof pattern !== "string") return "unreadable";
  // Most are names, or `*.` and a name.
  if (isPlain(pattern)) return pattern === argument;
  if (pattern.startsWith("*.") && isPlain(pattern.slice(1))) {
    return typeof argument === "string" && argument.endsWith(pattern.slice(1));
  }
  if (!isGlob(pattern) || !isClosed(pattern)) return "unreadable";
  return matchesPattern(pattern, argument);
}

/** True when the whole of `argument` matches the glob. Anything but two strings does not. */
export function matchesPattern(pattern: Cbor | undefined, argument: Cbor): boolean {
  if (typeof pattern !== "string" || typeof argument !== "string") return false;
  const tokens = tokensOf(pattern);
  if (tokens === undefined) return false;
  const characters = [...argument];
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (typeof current === "string") {
      star = token++;
      starAt = at;
    } else if (current !== undefined && current.accepts(characters[at] as string)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      do at = ++starAt; while (
        tokens[star] === "**" && at < characters.length && characters[at - 1] !== "/"
      );
    } else return false;
  }
  while (typeof tokens[token] === "string") token++;
  return token === tokens.length;
}
