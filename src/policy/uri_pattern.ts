/**
 * Patterns of URIs: `*` stands for any text, everything else for itself. A URI is judged as it is
 * sent, so a pattern of files also accepts them under the names that they have free of links.
 */
import { decodedText, encodePath, fileUri, isFileUri, writtenPath } from "./file_uri.ts";
import { realPath } from "./real_path.ts";
import type { WireConstraint } from "./snapshot.ts";

/** What the placeholders in a policy's texts stand for: absolute paths. */
export interface Folders {
  readonly sandbox: string;
  readonly project: string;
}

/** Every text there is. */
export const anyText: WireConstraint = [2, { pattern: "*" }];

/** What is wrong with a pattern, in words that follow "expected"; undefined when nothing is. */
export function uriPatternProblem(pattern: string): string | undefined {
  if (!/^(?:[A-Za-z][A-Za-z0-9+.-]*:|[A-Za-z0-9+.-]*\*)/.test(pattern)) {
    return "a URI with its scheme, in which * stands for any text, for example file:///srv/docs/*";
  }
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f\\]|\s$/.test(pattern) || !pattern.isWellFormed()) {
    return "a URI without backslashes, control characters and blanks at its end";
  }
  if (!isFileUri(pattern)) return undefined;
  if (/[?#]/.test(pattern)) return "the URI of a file without ? and #";
  if (writtenPath(pattern) === undefined) return "the URI of a file, file:///PATH";
  if (/%2f|%00/i.test(pattern) || decodedText(pattern.replaceAll("*", "")) === undefined) {
    return "percent codes that are those of a file's name";
  }
  return undefined;
}

/** A glob of the wire format; only `*` means more than itself in what is written. */
function globOf(pattern: string): string {
  return pattern.replace(/\*+/g, "*").replace(/[?[]/g, (mark) => `[${mark}]`);
}

function exactly(texts: readonly string[]): readonly WireConstraint[] {
  const values = [...new Set(texts)];
  if (values.length === 0) return [];
  return values.length === 1 ? [[1, { value: values[0] }]] : [[4, { values }]];
}

/** The same files free of links: those of the folders before the first star are followed. */
function withoutLinks(pattern: string): string | undefined {
  const path = isFileUri(pattern) ? writtenPath(pattern) : undefined;
  if (path === undefined) return undefined;
  const star = path.indexOf("*");
  const end = star < 0 ? path.length : path.lastIndexOf("/", star);
  const folder = decodedText(path.slice(0, end));
  if (folder === undefined) return undefined;
  const rest = path.slice(end).split("*").map((part) => encodePath(decodedText(part) ?? part));
  const uri = fileUri(realPath(folder === "" ? "/" : folder));
  // The folder of the root ends in a slash itself.
  return (star < 0 ? uri : uri.replace(/\/$/, "")) + rest.join("*");
}

/**
 * The constraint that accepts what any of the patterns does.
 *
 * @throws {Error} when a folder cannot be resolved
 */
export function uriConstraint(patterns: readonly string[], folders: Folders): WireConstraint {
  const filled = patterns.map((pattern) =>
    pattern.replace(
      /\{(sandbox|project)\}/g,
      (_, name) => encodePath(name === "sandbox" ? folders.sandbox : folders.project),
    )
  );
  const all = [
    ...new Set(filled.flatMap((pattern) => [pattern, withoutLinks(pattern) ?? pattern])),
  ];
  const globs = new Set(all.filter((pattern) => pattern.includes("*")).map(globOf));
  const constraints: readonly WireConstraint[] = [
    ...exactly(all.filter((pattern) => !pattern.includes("*"))),
    ...[...globs].map((pattern): WireConstraint => [2, { pattern }]),
  ];
  const [only] = constraints;
  return only !== undefined && constraints.length === 1 ? only : [13, { constraints }];
}

/** The constraint that accepts these names. */
export function nameConstraint(names: readonly string[]): WireConstraint {
  return [4, { values: [...new Set(names)] }];
}
