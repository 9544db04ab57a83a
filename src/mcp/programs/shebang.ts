/** The first line of a script, which says what runs it. */
import { basename } from "node:path";

/** The words of a script's first line after `#!`, without `env` and its options. */
export function shebangOf(path: string): readonly string[] {
  try {
    const file = Deno.openSync(path);
    try {
      const head = new Uint8Array(512);
      const count = file.readSync(head) ?? 0;
      const line = new TextDecoder().decode(head.subarray(0, count)).split("\n", 1)[0] ?? "";
      if (!line.startsWith("#!")) return [];
      const words = line.slice(2).trim().split(/\s+/);
      return basename(words[0] ?? "") === "env" ? words.slice(words[1] === "-S" ? 2 : 1) : words;
    } finally {
      file.close();
    }
  } catch {
    return [];
  }
}

/** True for a script that node runs without further options. */
export function isForNode(script: string): boolean {
  const words = shebangOf(script);
  if (words.length === 0) return /\.[cm]?js$/.test(script);
  return words.length === 1 && basename(words[0] ?? "") === "node";
}
