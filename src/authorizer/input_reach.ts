/**
 * Keeps tools of MCP servers from sealed files: any text of their input that names one is refused,
 * whichever argument the policy constrains.
 */
import type { Governance } from "../policy/snapshot.ts";
import { Budget } from "./budget.ts";
import { isSealed, sealedDenial } from "./governance.ts";
import { candidates, literal, systemPath } from "./word_paths.ts";

const longestPath = 4096;
const mostLooks = 20_000;

/** Every text in a JSON value, the keys of its objects among them. */
function* textsIn(value: unknown): Generator<string> {
  const todo = [value];
  for (let one = todo.pop(); todo.length > 0 || one !== undefined; one = todo.pop()) {
    if (typeof one === "string") yield one;
    else if (typeof one === "object" && one !== null) {
      if (!Array.isArray(one)) yield* Object.keys(one);
      todo.push(...Object.values(one));
    }
  }
}

/**
 * @param places the directories that a server may start a relative path from
 * @throws {Denial} 9007 when a text names a sealed file, 9013 when there are too many to look at
 */
export function requireInputUngoverned(
  input: unknown,
  places: readonly string[],
  home: string,
  governance: Governance,
): void {
  const budget = new Budget(mostLooks);
  for (const text of textsIn(input)) {
    const trimmed = text.trim();
    // What is longer is no path, and neither is what has several lines.
    if (trimmed === "" || trimmed.length > longestPath || trimmed.includes("\n")) continue;
    for (const candidate of candidates(literal(trimmed))) {
      const path = candidate.text.replace(/^~(?=\/|$)/, () => home);
      for (const place of places) {
        budget.spend();
        const real = systemPath(place, path);
        if (isSealed(real, governance)) throw sealedDenial(real);
      }
    }
  }
}
