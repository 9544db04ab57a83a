/** A policy's own masks, made ready. Its expressions are RE2's, so that none can hang a call. */
import { compile } from "../../constraints/regex.ts";
import type { OwnMask } from "./mask_text.ts";

/** @param patterns RE2 expressions; one that is none masks nothing, and no policy loads with it */
export function replaceOwn(patterns: readonly string[]): OwnMask["replace"] {
  const expressions = patterns.flatMap((pattern) => compile(pattern) ?? []);
  return (text, hide) => {
    let value = text;
    for (const expression of expressions) {
      const matcher = expression.matcher(value);
      let kept = "";
      let end = 0;
      while (matcher.find()) {
        const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
        const [from, to] = [matcher.start(group), matcher.end(group)];
        if (from === to) continue;
        kept += value.slice(end, from) + hide(value.slice(from, to));
        end = to;
      }
      value = kept + value.slice(end);
    }
    return value;
  };
}
