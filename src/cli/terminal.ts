/** What commands print with: plain lines, and colour only where a person sees it. */

export type Colour = "green" | "red" | "yellow" | "dim" | "bold";

const escapes: { readonly [colour in Colour]: string } = {
  green: "\x1b[32m",
  red: "\x1b[31m",
  yellow: "\x1b[33m",
  dim: "\x1b[2m",
  bold: "\x1b[1m",
};

export interface Terminal {
  /** True on a terminal, unless NO_COLOR is set. */
  readonly colour: boolean;
  /** Writes lines to standard output. @throws when standard output is gone */
  readonly print: (...lines: string[]) => void;
  /** Writes lines to standard error. */
  readonly warn: (...lines: string[]) => void;
  readonly paint: (colour: Colour, text: string) => string;
}

function writeLines(stream: typeof Deno.stdout, lines: readonly string[]): void {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

/** The process's own terminal. */
export function openTerminal(): Terminal {
  const colour = Deno.stdout.isTerminal() && (Deno.env.get("NO_COLOR") ?? "") === "";
  return {
    colour,
    print: (...lines) => writeLines(Deno.stdout, lines),
    warn: (...lines) => writeLines(Deno.stderr, lines),
    paint: (name, text) => colour ? `${escapes[name]}${text}\x1b[0m` : text,
  };
}
