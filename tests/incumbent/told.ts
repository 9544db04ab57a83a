/** What docs/COMPATIBILITY.md has to tell of. */
import { refused } from "./corners.ts";
import { stricter, wider } from "./differences.ts";

const document = new URL("../../docs/COMPATIBILITY.md", import.meta.url);

/** The words of known differences that do not stand in the document. */
export function untoldWords(): string[] {
  const text = Deno.readTextFileSync(document);
  const words = [...stricter, ...wider].map(({ words }) => words);
  return [...new Set([...words, ...refused.map(([words]) => words)])]
    .filter((words) => !text.includes(words));
}
