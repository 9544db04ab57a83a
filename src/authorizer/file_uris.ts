/**
 * The paths that a `file:` URI may name to the servers there are: some parse URLs, which drop tabs and
 * line ends, turn backslashes and may know no host; some cut off the scheme; some read percent codes.
 */

/** `file:` that is not the end of another scheme. */
const scheme = /(?<![A-Za-z0-9+.-])file:/gi;

/** The most rounds of percent codes that are read. */
const rounds = 2;

const codes = /(?:%[0-9a-f]{2})+/gi;

function decoded(text: string): string {
  return text.replace(codes, (some) => {
    try {
      return decodeURIComponent(some);
    } catch {
      return some;
    }
  });
}

function* readings(rest: string): Generator<string> {
  const turned = rest.replaceAll("\\", "/");
  const body = turned.replace(/^\/+/, "");
  yield "/" + body;
  // Whoever cuts off `file://` is left with a relative path.
  if (!turned.startsWith("///")) yield body;
  const slash = body.indexOf("/");
  if (turned.startsWith("//") && slash >= 0) yield body.slice(slash);
}

/** True when the whole text is a `file:` URI to a URL parser, which drops tabs and line ends. */
export function startsAsFileUri(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /^[\x00-\x20]*f[\t\n\r]*i[\t\n\r]*l[\t\n\r]*e[\t\n\r]*:/i.test(text);
}

/**
 * The paths, absolute and relative; none for text without such a URI. What follows a URI in a text is
 * taken for a part of it, and left out. Takes time in proportion to the text.
 */
export function fileUriPaths(text: string): readonly string[] {
  const paths = new Set<string>();
  // deno-lint-ignore no-control-regex
  let joined = text.replace(/[\t\n\r]/g, "").replace(/^[\x00-\x20]+/, "").trimEnd();
  for (let round = 0; round <= rounds; round++) {
    const starts = [...joined.matchAll(scheme)].map((found) => found.index + found[0].length);
    for (const [at, start] of starts.entries()) {
      const rest = joined.slice(start, starts[at + 1]);
      for (
        const cut of [rest, /^[^?#]*/.exec(rest)?.[0], /^[^\s"'`<>()[\]{}|,;]*/.exec(rest)?.[0]]
      ) {
        for (const path of readings(cut ?? "")) paths.add(path);
      }
    }
    const next = decoded(joined);
    if (next === joined) break;
    joined = next;
  }
  return [...paths];
}
