/**
 * Pattern (type 2): a glob over a whole string. `*` and `?` also match `/` and a leading dot, as in
 * the published library; `[abc]`, `[a-z]` and `[!a]` are sets. Time grows with the product of both
 * lengths at most.
 */
import type { Cbor } from "../protocol/cbor.ts";

type Token = "*" | { readonly accepts: (character: string) => boolean };

function setToken(body: string): Token {
  const negated = body.startsWith("!");
  const members = [...(negated ? body.slice(1) : body)];
  const ranges: [string, string][] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 1] === "-" ? members[i + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) i += 2;
  }
  return {
    accepts: (character) =>
      ranges.some(([low, high]) => low <= character && character <= high) !== negated,
  };
}

/** Undefined when a set is not closed: such a pattern matches nothing. */
function tokensOf(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (character === "?") tokens.push({ accepts: () => true });
    else if (character === "[") {
      // A "]" right after the opening (or after "!") is a member.
      const end = characters.indexOf("]", i + (characters[i + 1] === "!" ? 3 : 2));
      if (end < 0) return undefined;
      tokens.push(setToken(characters.slice(i + 1, end).join("")));
      i = end;
    } else tokens.push({ accepts: (other) => other === character });
  }
  return tokens;
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
    if (current === "*") {
      star = token++;
      starAt = at;
    } else if (current !== undefined && current.accepts(characters[at] as string)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}
