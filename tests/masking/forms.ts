/** The lines of the corpora, and secrets to put into them. */
import { fileURLToPath } from "node:url";
import fc from "fast-check";

/** The lines of a corpus; `\n` stands for a line feed and `\\n` for itself. */
export function corpus(name: string): readonly string[] {
  const text = Deno.readTextFileSync(fileURLToPath(new URL(name, import.meta.url)));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/\\\\n|\\n/g, (escape) => escape.length === 3 ? "\\n" : "\n"));
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alnum = `${lower}${lower.toUpperCase()}${digits}`;

function text(letters: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });
}

const mixed = fc.tuple(text(alnum, 4, 20), text(digits, 1), text(lower, 1), text(alnum, 4, 20))
  .map((parts) => parts.join(""));
const phrase = fc.array(
  fc.tuple(text(lower, 4, 8), fc.constantFrom("", "!", "#7", "%", "&", "*", "-", ".", "/")),
  { minLength: 2, maxLength: 4 },
).map((words) => words.map((word) => word.join("")).join(" "));
const base64 = fc.uint8Array({ minLength: 24, maxLength: 60 })
  .map((bytes) => bytes.toBase64());
const base64url = (least: number) =>
  fc.uint8Array({ minLength: least, maxLength: 2 * least })
    .map((bytes) => bytes.toBase64({ alphabet: "base64url", omitPadding: true }));

/** By the name that stands for them. */
const kinds: { readonly [name: string]: fc.Arbitrary<string> } = {
  mixed,
  phrase,
  base64,
  any: fc.oneof(mixed, text(lower, 8, 16), text(alnum, 12, 32)),
  symbols: fc.tuple(
    text(lower, 4),
    fc.constantFrom("!", "%", "*", "^", "~", "+"),
    text(alnum, 6, 12),
  )
    .map((parts) => parts.join("")),
  hex: text("0123456789abcdef", 32),
  jwt: fc.tuple(base64url(12), base64url(40), base64url(32))
    .map(([head, ...rest]) => [`eyJ${head}`, ...rest].join(".")),
  lines: fc.array(base64, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n")),
};
const sized: { readonly [name: string]: string } = {
  alnum,
  digits,
  upper: `${lower.toUpperCase()}234567`,
};

/** A line with secrets put in, and what they were. */
export interface Filled {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** The line with fresh secrets in their places. */
export function filled(line: string): fc.Arbitrary<Filled> {
  const places = [...line.matchAll(/\{([a-z\d]+)(?::(\d+))?\}/g)];
  const values = places.map(([whole, name = "", size]) =>
    size === undefined
      ? kinds[name] ?? fc.constant(whole)
      : text(sized[name] ?? alnum, Number(size))
  );
  return fc.tuple(...values).map((secrets) => {
    let at = 0;
    const text = line.replace(/\{[a-z\d]+(?::\d+)?\}/g, () => secrets[at++] as string);
    return { text, secrets };
  });
}

/** A piece of a secret, of 6 characters or its word, that is left; undefined when none is. */
export function leftOf(
  { text, secrets }: Filled,
  line: string,
  written: string,
): string | undefined {
  for (const secret of secrets) {
    for (const part of secret.split(/[\s.]/)) {
      const size = Math.min(6, part.length);
      for (let at = 0; at + size <= part.length && size >= 4; at++) {
        const piece = part.slice(at, at + size);
        // What stands in the line without the secret, too, tells nothing.
        if (written.includes(piece) && !line.includes(piece)) return `${piece} of ${text}`;
      }
    }
  }
  return undefined;
}
