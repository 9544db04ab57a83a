/**
 * Keeps a file that holds this machine's paths out of the project's git repository, by the
 * repository's own `info/exclude`, which is nobody else's; the tracked .gitignore is not touched.
 */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { Write } from "./json_file.ts";

/** How git sees a file. `unknown`: it could not be asked. */
export type Standing = "tracked" | "ignored" | "neither" | "unknown";

/** A repository around a folder. */
interface Repository {
  /** The top of the work tree. */
  readonly top: string;
  readonly exclude: string;
}

/** Git is asked about its index and its rules; it must not run what the repository configures. */
const harmless = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
const harmlessVariables = {
  GIT_OPTIONAL_LOCKS: "0",
  // An index may need objects that are fetched by a program of the repository's choice.
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  LC_ALL: "C",
};
/** Milliseconds that git may take. */
const patience = 5_000;

function read(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** Empty where there are none; undefined for what would be another text when it is written again. */
function exclusions(path: string): string | undefined {
  try {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return strict.decode(Deno.readFileSync(path));
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "" : undefined;
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Where the repository's files are: `.git` itself, or where the file of that name leads to. */
function gitFolder(dotGit: string): string | undefined {
  if (isDirectory(dotGit)) return dotGit;
  const [, named] = /^gitdir: (.+)$/m.exec(read(dotGit) ?? "") ?? [];
  if (named === undefined) return undefined;
  const folder = resolve(dirname(dotGit), named);
  return isDirectory(folder) ? folder : undefined;
}

function repositoryAround(folder: string): Repository | undefined {
  for (let top = folder;; top = dirname(top)) {
    const git = gitFolder(`${top}/.git`);
    if (git !== undefined) {
      // Worktrees share the exclusions of the repository they belong to.
      const common = resolve(git, read(`${git}/commondir`)?.trim() ?? ".");
      return { top, exclude: `${common}/info/exclude` };
    }
    if (top === dirname(top)) return undefined;
  }
}

async function exitCode(folder: string, args: readonly string[]): Promise<number | undefined> {
  const kept = ["PATH", "HOME", "XDG_CONFIG_HOME"].flatMap((name): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  try {
    const { code } = await new Deno.Command("git", {
      args: [...harmless, "-C", folder, ...args],
      // Without GIT_DIR and its like, which are set where git itself runs this program.
      env: { ...Object.fromEntries(kept), ...harmlessVariables },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(patience),
    }).output();
    return code;
  } catch {
    return undefined;
  }
}

/** Asks git, where it is installed, about a file of a folder. */
export async function standingOf(folder: string, name: string): Promise<Standing> {
  const listed = await exitCode(folder, ["ls-files", "--error-unmatch", "--", name]);
  if (listed === 0) return "tracked";
  const ignored = await exitCode(folder, ["check-ignore", "--quiet", "--", name]);
  return ignored === 0 ? "ignored" : ignored === 1 ? "neither" : "unknown";
}

/** The path as a pattern for this very file; undefined when no line can hold it. */
function patternOf(top: string, path: string): string | undefined {
  const inside = relative(top, path);
  if (inside.startsWith("..") || isAbsolute(inside) || /[\r\n]/.test(inside)) return undefined;
  return `/${inside.replace(/[\\*?[]/g, "\\$&")}`;
}

/**
 * Adds the file to the repository's exclusions, unless it is ignored already. Returns how it stands
 * then: `tracked` files cannot be ignored; `unknown` when there is no repository or no line for it.
 *
 * @param folder absolute, free of links
 */
export async function keepOutOfGit(folder: string, name: string, write: Write): Promise<Standing> {
  const repository = repositoryAround(folder);
  const pattern = repository && patternOf(repository.top, `${folder}/${name}`);
  if (repository === undefined || pattern === undefined) return "unknown";
  const standing = await standingOf(folder, name);
  if (standing === "tracked" || standing === "ignored") return standing;
  const text = exclusions(repository.exclude);
  if (text === undefined) return standing;
  if (text.split(/\r?\n/).includes(pattern)) return "ignored";
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  try {
    Deno.mkdirSync(dirname(repository.exclude), { recursive: true });
    write(realPathOr(repository.exclude), `${before}${pattern}\n`, modeOf(repository.exclude));
  } catch {
    return standing; // a repository that cannot be written to
  }
  return "ignored";
}

function realPathOr(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

function modeOf(path: string): number {
  try {
    return (Deno.statSync(path).mode ?? 0o644) & 0o777;
  } catch {
    return 0o644;
  }
}
