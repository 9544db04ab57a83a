/**
 * Names against patterns of `*`, `?` and plain sets, in either case of their letters. It guards, so
 * what it cannot read counts as a match: other sets stand for any one character.
 */

type Token = "*" | ((character: string) => boolean);

const set = /\[([!^]?)(\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*)\]/y;
const plainSet = /^[a-z0-9_.-]+$/;

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at] as string;
    set.lastIndex = at;
    const found = character === "[" ? set.exec(pattern) : null;
    if (found !== null) {
      tokens.push(setToken(found[1] !== "", found[2] as string));
      at += found[0].length;
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
