/**
 * Names against patterns of `*`, `?` and plain sets, in either case of their letters. It guards, so
 * what it cannot read counts as a match: other sets stand for any one character.
 */

type Token = "*" | ((character: string) => boolean);

const plainSet = /^[a-z0-9_.-]+$/;

/** For each place the next closing bracket from there on; the length where there is none. */
function closings(pattern: string): number[] {
  const next = Array<number>(pattern.length + 1).fill(pattern.length);
  for (let at = pattern.length - 1; at >= 0; at--) {
    next[at] = pattern[at] === "]" ? at : next[at + 1] as number;
  }
  return next;
}

/** Where the set that opens at `start` closes; the pattern's length when it does not. */
function endOfSet(pattern: string, start: number, next: readonly number[]): number {
  const first = start + 1 + Number("!^".includes(pattern[start + 1] ?? "x"));
  const after = (at: number) => next[Math.min(at, pattern.length)] as number;
  let end = after(first);
  if (end === pattern.length) return end;
  // A bracket right behind the opening one is a member, unless it is the only one left.
  if (end === first && after(first + 1) < pattern.length) end = after(first + 1);
  for (let at = pattern[first] === "]" ? first + 1 : first; at < end; at++) {
    // Classes as [:alpha:] have a bracket of their own.
    const isClass = pattern[at] === "[" && ":.=".includes(pattern[at + 1] ?? "x") &&
      end > at + 2 && ":.=".includes(pattern[end - 1] as string);
    if (!isClass || after(end + 1) === pattern.length) continue;
    [at, end] = [end, after(end + 1)];
  }
  return end;
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const next = closings(pattern);
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at] as string;
    const end = character === "[" ? endOfSet(pattern, at, next) : pattern.length;
    if (end < pattern.length) {
      const isNegated = "!^".includes(pattern[at + 1] as string);
      tokens.push(setToken(isNegated, pattern.slice(at + 1 + Number(isNegated), end)));
      at = end + 1;
      continue;
    }
    if (character !== "*") tokens.push(character === "?" ? () => true : (one) => one === character);
    else if (tokens.at(-1) !== "*") tokens.push("*");
    at++;
  }
  return tokens;
}

function setToken(isNegated: boolean, members: string): Token {
  if (!plainSet.test(members)) return () => true;
  const expression = new RegExp(`^[${isNegated ? "^" : ""}${members.replace(/^-|-$/g, "\\-")}]$`);
  return (character) => expression.test(character);
}

/** True when the whole of `text` may match. Time grows with the product of both lengths at most. */
export function mayMatch(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern.toLowerCase());
  const characters = text.toLowerCase();
  let [at, token, star, starAt] = [0, 0, -1, 0];
  while (at < characters.length) {
    const current = tokens[token];
    if (current === "*") [star, starAt] = [token++, at];
    else if (current?.(characters[at] as string) === true) [token, at] = [token + 1, at + 1];
    else if (star >= 0) [token, at] = [star + 1, ++starAt];
    else return false;
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}
