/** The published servers and the published conformance suite that the tests of the proxy run. */
import { fileURLToPath } from "node:url";

const HOME = fileURLToPath(new URL(".npm/", import.meta.url));

/** Exact releases, so that a difference is ours. */
const RELEASES = {
  "server-everything": "2026.8.31",
  "server-filesystem": "2026.8.31",
  "server-memory": "2026.8.31",
  conformance: "0.1.16",
} as const;

export type Published = keyof typeof RELEASES;

const NAMES = Object.keys(RELEASES) as readonly Published[];

function folderOf(name: Published): string {
  return `${HOME}node_modules/@modelcontextprotocol/${name}`;
}

/** The script that is the package's program. */
export function scriptOf(name: Published): string {
  return `${folderOf(name)}/dist/index.js`;
}

function installedRelease(name: Published): string | undefined {
  try {
    const { version } = JSON.parse(Deno.readTextFileSync(`${folderOf(name)}/package.json`));
    return version;
  } catch {
    return undefined;
  }
}

async function run(command: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (success) return decoder.decode(stdout).trim();
    throw new Error(decoder.decode(stderr).trim());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function install(): Promise<string | undefined> {
  Deno.mkdirSync(HOME, { recursive: true });
  const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const packages = NAMES.map((name) => `@modelcontextprotocol/${name}@${RELEASES[name]}`);
  try {
    const told = await run("npm", "install", ...quiet, "--prefix", HOME, ...packages);
    return told === undefined ? "npm is not installed (it comes with Node.js)" : undefined;
  } catch (error) {
    return `npm could not install them: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * Installs what is missing, with npm, beside this file. Returns why the servers cannot be run here,
 * if they cannot. `say` is told before anything is downloaded.
 */
export async function installServers(say: (line: string) => void): Promise<string | undefined> {
  if (await run("node", "--version") === undefined) return "Node.js is not installed";
  const isComplete = () => NAMES.every((name) => installedRelease(name) === RELEASES[name]);
  if (isComplete()) return undefined;
  say("Installing the published MCP servers and the conformance suite with npm (once)");
  const why = await install();
  return why ?? (isComplete() ? undefined : "npm installed other releases than were asked for");
}
