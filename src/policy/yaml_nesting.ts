/** How deep a YAML text nests, measured without composing it. */
import { Lexer } from "yaml";

/** The levels that a policy may have. */
export const maxDepth = 32;

/** True beyond `maxDepth`. The composer recurses, so this is asked before it runs. */
export function nestsTooDeep(text: string): boolean {
  let flow = 0;
  let run = 0;
  let inScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (inScalar) inScalar = false;
    else if (token === "\x1f") inScalar = true;
    else if (token === "[" || token === "{") flow++;
    else if (token === "]" || token === "}") flow--;
    else if (token === "-" || token === "?" || token === ":") run++;
    else if (/^[ \t]*$/.test(token)) continue;
    if (inScalar || token === "\n" || /^["']/.test(token)) run = 0;
    if (flow > maxDepth || run > maxDepth) return true;
  }
  return false;
}
