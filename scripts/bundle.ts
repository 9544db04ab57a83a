import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { scriptBytes } from "./core_script.ts";
import { moduleGraph, staticClosure } from "./graph.ts";
import { deno } from "./workspace.ts";

/** The most that the entry chunk may hold. */
export const ENTRY_LIMIT = 16 * 1024;

/** The chunk that the program starts with. */
export interface EntryChunk {
  readonly bytes: number;
  /** It and the chunks it shares with commands: all that is loaded before the hook runs. */
  readonly loadedBytes: number;
  readonly loadedFiles: number;
}

/**
 * Bundles `entry` and all it imports into `folder`, one chunk for each dynamic import, and returns
 * the path of the entry chunk.
 */
export async function bundle(entry: string, folder: string): Promise<string> {
  const args = ["bundle", "--quiet", "--code-splitting", "--minify", "--outdir", folder, entry];
  await succeed(args);
  return `${folder}/${basename(entry, ".ts")}.js`;
}

/** Runs `deno bundle` and the like; throws what it said when it fails. */
export async function succeed(args: readonly string[]): Promise<void> {
  const { code, stderr } = await deno(args);
  if (code !== 0) throw new Error(`deno bundle failed:\n${stderr.trim()}`);
}

/** Measures the entry chunk at `path` and what starts together with it. */
export async function measureEntry(path: string): Promise<EntryChunk> {
  const graph = await moduleGraph(path, ["--no-config", "--no-lock"]);
  const reached = staticClosure(graph, pathToFileURL(path).href);
  const loaded = graph.filter(({ address }) => reached.has(address) && address.startsWith("file:"));
  return {
    bytes: Deno.statSync(path).size,
    loadedBytes: loaded.reduce((sum, { size }) => sum + size, 0) + scriptBytes(dirname(path)),
    loadedFiles: loaded.length,
  };
}
