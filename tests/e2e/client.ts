/** The Claude Code release that the suite drives. */
export const CLIENT_VERSION = "2.1.330";

const HOME = new URL("./.client/", import.meta.url).pathname;
const PACKAGE = "@anthropic-ai/claude-code";
const ARCHITECTURES = { x86_64: "x64", aarch64: "arm64" };

function nativeFolder(): string {
  return `${HOME}node_modules/${PACKAGE}-${Deno.build.os}-${ARCHITECTURES[Deno.build.arch]}`;
}

async function versionOf(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command(binary, {
      args: ["--version"],
      env: { HOME, CLAUDE_CONFIG_DIR: `${HOME}config`, DISABLE_AUTOUPDATER: "1" },
      clearEnv: true,
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout).trim().split(" ")[0];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const NO_NPM =
  `npm is needed to install Claude Code ${CLIENT_VERSION} for this suite and was not ` +
  "found; install Node.js, which brings npm, and run the suite again";

async function npm(...args: readonly string[]): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command("npm", { args: [...args], stdin: "null" }).output();
  } catch (error) {
    throw error instanceof Deno.errors.NotFound ? new Error(NO_NPM) : error;
  }
}

async function install(): Promise<void> {
  await Deno.mkdir(HOME, { recursive: true });
  const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const name = `${PACKAGE}@${CLIENT_VERSION}`;
  const { success, stderr } = await npm("install", ...quiet, "--prefix", HOME, name);
  if (success) return;
  throw new Error(`npm could not install ${name}:\n${new TextDecoder().decode(stderr).trim()}`);
}

/**
 * The path of the pinned Claude Code, installed with npm beside this file when it is not there.
 * `say` is told before anything is downloaded.
 */
export async function clientBinary(say: (line: string) => void): Promise<string> {
  const binary = `${nativeFolder()}/claude`;
  if (await versionOf(binary) === CLIENT_VERSION) return binary;
  say(`Installing Claude Code ${CLIENT_VERSION} with npm (once)`);
  await install();
  const version = await versionOf(binary);
  if (version === CLIENT_VERSION) return binary;
  throw new Error(
    version === undefined
      ? `npm installed no Claude Code for ${Deno.build.os} on ${Deno.build.arch}: ${binary} is missing`
      : `${binary} is Claude Code ${version}, not ${CLIENT_VERSION}`,
  );
}
