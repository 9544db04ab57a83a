/** What `npx` and `npm exec` start, told by npm itself: the package's folder and its script. */
import { dirname, join } from "node:path";
import { answerOf } from "./find_program.ts";
import type { Environment } from "./server_environment.ts";
import { type Manifest, plainName, readManifest } from "./node_package.ts";

/** The words of an npx command line, taken apart. */
export interface NpxWords {
  /** Options that choose where packages come from, as they were written. */
  readonly options: readonly string[];
  /** The package as it is asked for, for example `@scope/name@1.2`. */
  readonly spec: string;
  /** The command within it, when it was named apart from the package. */
  readonly bin?: string;
  /** What the server is given. */
  readonly rest: readonly string[];
}

const flags: ReadonlySet<string> = new Set(
  ["-y", "--yes", "-q", "--quiet", "--silent", "--offline", "--prefer-offline", "--prefer-online"],
);
const valued: ReadonlySet<string> = new Set(
  ["--registry", "--cache", "--userconfig", "--globalconfig", "--prefix", "--loglevel"],
);
const milliseconds = 180_000;

/** Undefined for a command line with anything that is not understood. */
export function npxWords(args: readonly string[]): NpxWords | undefined {
  const options: string[] = [];
  const packages: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const [name = "", value] = word.startsWith("--") ? splitOnce(word) : [word];
    const next = () => value ?? args[++at] ?? "";
    if (name === "-p" || name === "--package") packages.push(next());
    else if (valued.has(name)) options.push(`${name}=${next()}`);
    else if (flags.has(word)) options.push(word);
    else if (word === "--") return positional(args.slice(at + 1), packages, options);
    else if (word.startsWith("-")) return undefined;
    else return positional(args.slice(at), packages, options);
  }
  return undefined;
}

/** As `npxWords`, of `npm exec`: options anywhere before `--` are npm's own. */
export function npmWords(args: readonly string[]): NpxWords | undefined {
  const words = npxWords(args);
  if (words === undefined || args[args.length - words.rest.length - 2] === "--") return words;
  const end = words.rest.indexOf("--");
  const before = end < 0 ? words.rest : words.rest.slice(0, end);
  if (before.some((word) => word.startsWith("-"))) return undefined;
  return { ...words, rest: [...before, ...words.rest.slice(before.length + 1)] };
}

function splitOnce(word: string): [name: string, value?: string] {
  const at = word.indexOf("=");
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function positional(
  [first, ...rest]: readonly string[],
  packages: readonly string[],
  options: readonly string[],
): NpxWords | undefined {
  if (first === undefined || packages.length > 1) return undefined;
  const [spec] = packages;
  return spec === undefined ? { options, spec: first, rest } : { options, spec, bin: first, rest };
}

/** The name in a spec of the registry; undefined for paths, URLs and the like. */
function nameOf(spec: string): string | undefined {
  return /^((?:@[\w.~-]+\/)?[\w~][\w.~-]*)(?:@[^/:]*)?$/.exec(spec)?.[1];
}

/** The only script of a package, or the one that bears its name. */
function scriptOf({ name, bin }: Manifest): string | undefined {
  const scripts = new Set(bin.values());
  if (scripts.size === 1) return [...scripts][0];
  return bin.get(plainName(name));
}

export interface NpxScript {
  /** Absolute, free of links. */
  readonly folder: string;
  readonly script: string;
}

/**
 * Installs the package where npx keeps it, unless it is there, and says which script would run.
 *
 * @param npx the command line up to where its options begin, for example `["/usr/bin/npx"]`
 */
export async function npxScript(
  [command = "", ...before]: readonly string[],
  { options, spec, bin }: NpxWords,
  cwd: string,
  environment: Environment,
): Promise<NpxScript | undefined> {
  const name = nameOf(spec);
  if (name === undefined) return undefined;
  const asked = ["--yes", `--package=${spec}`, "--", "node", "-p", "process.env.PATH"];
  const args = [...before, ...options, ...asked];
  const path = await answerOf({ command, args, cwd, environment, milliseconds });
  const trees = (path?.split("\n").at(-1) ?? "").split(":")
    .filter((folder) => folder.endsWith("/node_modules/.bin")).map(dirname);
  for (const tree of trees) {
    const manifest = readManifest(join(tree, name));
    if (manifest === undefined) continue;
    const script = bin === undefined ? scriptOf(manifest) : manifest.bin.get(bin);
    if (script === undefined) return undefined;
    try {
      const folder = Deno.realPathSync(join(tree, name));
      return { folder, script: Deno.realPathSync(join(folder, script)) };
    } catch {
      return undefined;
    }
  }
  return undefined;
}
