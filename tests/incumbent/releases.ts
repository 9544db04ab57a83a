/** The releases of the Python program that are compared, and the folders they live in. */

/** One release. */
export interface Release {
  readonly version: string;
  /** The core library it is pinned to. */
  readonly pinned: string;
  /** The nearest core library that is published as a wheel. */
  readonly published: string;
}

const newest = "0.3.3";
/** What they import when they start. */
const shared = ["pyyaml==6.0.3", "certifi==2026.10.18", "typing_extensions==4.15.0"];

export const releases: readonly Release[] = [
  { version: "0.1.0", pinned: "0.1.0b24", published: newest },
  { version: "0.1.2", pinned: "0.1.0b24", published: newest },
  { version: "0.5.0", pinned: "0.2.0", published: newest },
  { version: "0.6.4", pinned: newest, published: newest },
];

const environment = new URL(".venv/", import.meta.url);
export const python = new URL("bin/python", environment).pathname;

function folderOf(name: string): string {
  return new URL(name, environment).pathname;
}

function coreOf(release: Release, isPinned: boolean): string {
  return isPinned ? release.pinned : release.published;
}

/** The folders in which Python finds a release. */
export function foldersOf(release: Release, isPinned: boolean): string[] {
  return [release.version, `core-${coreOf(release, isPinned)}`, "shared"].map(folderOf);
}

async function run(command: string, ...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, { args, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Packages into a folder of their own. Without `builds` only from wheels, so that none runs code. */
async function add(folder: string, required: readonly string[], builds: boolean): Promise<boolean> {
  const marker = `${folder}/.complete`;
  try {
    if (Deno.readTextFileSync(marker) === required.join(" ")) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const options = ["--quiet", "--no-deps", "--no-compile", "--upgrade", "--target", folder];
  const wheels = builds ? [] : ["--only-binary=:all:"];
  const done = await run(python, "-m", "pip", "install", ...options, ...wheels, ...required);
  if (done) Deno.writeTextFileSync(marker, required.join(" "));
  return done;
}

/**
 * Installs what is not there yet; with `isPinned` the cores the releases are pinned to, two of which
 * have to be built and need minutes and a Rust compiler. Returns why they cannot be used, if they cannot.
 */
export async function install(isPinned: boolean): Promise<string | undefined> {
  if (!await run(python, "--version")) {
    if (!await run("python3", "--version")) return "Python is not installed";
    if (!await run("python3", "-m", "venv", environment.pathname)) {
      return "Python makes no virtual environment";
    }
  }
  const wanted = new Map([[folderOf("shared"), shared]]);
  for (const release of releases) {
    wanted.set(folderOf(release.version), [`tenuo-claude-code==${release.version}`]);
    const core = coreOf(release, isPinned);
    wanted.set(folderOf(`core-${core}`), [`tenuo==${core}`]);
  }
  for (const [folder, required] of wanted) {
    const builds = isPinned && required.every((one) => one.startsWith("tenuo=="));
    if (!await add(folder, required, builds)) return `${required.join(", ")} cannot be installed`;
  }
  return undefined;
}
