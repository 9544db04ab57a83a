import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { succeed } from "./bundle.ts";
import { makeScript, scripts } from "./core_script.ts";
import { type Import, type Module, moduleGraph, staticClosure } from "./graph.ts";
import { packChunks } from "./packed_chunk.ts";

/** An import that becomes a chunk of its own. */
interface Cut {
  /** The import's text in the source. */
  readonly specifier: string;
  readonly address: string;
}

/** The imports for which `isCut` holds, among the modules reached from `start` without passing one. */
function cuts(graph: readonly Module[], start: string, isCut: (one: Import) => boolean): Cut[] {
  const byAddress = new Map(graph.map((module) => [module.address, module]));
  const found = new Map<string, Cut>();
  const reached = new Set([start]);
  for (const address of reached) {
    for (const one of byAddress.get(address)?.imports ?? []) {
      const { specifier, to, dynamic, typeOnly } = one;
      if (typeOnly) continue;
      if (!isCut(one)) {
        if (!dynamic) reached.add(to);
      } else if ((found.get(specifier)?.address ?? to) === to) {
        found.set(specifier, { specifier, address: to });
      } else {
        throw new Error(`${address}: import "${specifier}" means two files; rename one of them`);
      }
    }
  }
  return [...found.values()];
}

function nameOf(address: string): string {
  return basename(new URL(address).pathname, ".ts");
}

/** Bundles one module with all it imports but the cuts, which it loads from beside itself. */
async function bundleAlone(
  address: string,
  folder: string,
  away: readonly Cut[],
  format: "esm" | "cjs" = "esm",
): Promise<string> {
  const chunk = `${folder}/${nameOf(address)}.js`;
  const external = away.flatMap(({ specifier }) => ["--external", specifier]);
  const options = ["--quiet", "--minify", "--format", format, ...external, "--output", chunk];
  await succeed(["bundle", ...options, new URL(address).pathname]);
  redirect(chunk, away);
  return chunk;
}

/** Makes the chunk at `path` load what was cut away from beside itself. */
function redirect(path: string, away: readonly Cut[]): void {
  let text = Deno.readTextFileSync(path);
  for (const { specifier, address } of away) {
    text = text.replaceAll(`import("${specifier}")`, `import("./${nameOf(address)}.js")`)
      .replaceAll(`from"${specifier}"`, `from"./${nameOf(address)}.js"`);
  }
  const left = /(?:from|import\()\s*"([^"]*\.ts)"/.exec(text);
  if (left !== null) throw new Error(`${path} would load ${left[1]} from source`);
  Deno.writeTextFileSync(path, text);
}

/** Rooms whose modules no call waits for: commands, and hooks that come before or after calls. */
const elsewhere = ["/src/cli/", "/src/hook/"];

/** True when a module that calls may need is free of packages. */
function isSmall(graph: readonly Module[], address: string): boolean {
  const reached = staticClosure(graph, address);
  return !elsewhere.some((room) => address.includes(room)) &&
    ![...reached].some((one) => one.startsWith("npm:"));
}

/**
 * The dynamic imports of `small` modules below `starts`, so that these load what calls load instead
 * of a copy of their own. A specifier that stands for something else too, or that some module needs
 * at once, is left to the bundler.
 */
function shared(
  graph: readonly Module[],
  starts: readonly string[],
  small: readonly string[],
): Cut[] {
  const byAddress = new Map(graph.map((module) => [module.address, module]));
  const reached = new Set(starts);
  const found = new Map<string, Cut>();
  const kept = new Set<string>();
  for (const address of reached) {
    for (const { specifier, to, dynamic, typeOnly } of byAddress.get(address)?.imports ?? []) {
      if (typeOnly) continue;
      reached.add(to);
      const isOther = (found.get(specifier)?.address ?? to) !== to;
      if (!dynamic || !small.includes(to) || isOther) kept.add(specifier);
      else found.set(specifier, { specifier, address: to });
    }
  }
  return [...found.values()].filter(({ specifier }) => !kept.has(specifier));
}

/** What is deferred by `cuts`, and by what they defer in turn, as far as that is small. */
function deferred(graph: readonly Module[], first: readonly Cut[], core: string): string[] {
  const found = new Set(first.map(({ address }) => address));
  for (const address of found) {
    if (address === core || !isSmall(graph, address)) continue;
    for (const cut of cuts(graph, address, ({ dynamic }) => dynamic)) found.add(cut.address);
  }
  found.delete(core);
  return [...found];
}

/** Bundles modules into `folder`, in chunks that they share; what is cut away lies beside them. */
async function bundleSplit(
  addresses: readonly string[],
  folder: string,
  away: readonly Cut[],
): Promise<void> {
  const doors = `${folder}/doors`;
  Deno.mkdirSync(doors, { recursive: true });
  const paths = addresses.map((address) => {
    const path = `${doors}/${nameOf(address)}.ts`;
    Deno.writeTextFileSync(path, `export * from ${JSON.stringify(address)};\n`);
    return path;
  });
  const external = away.flatMap(({ specifier }) => ["--external", specifier]);
  const split = ["bundle", "--quiet", "--code-splitting", "--minify", "--outdir", folder];
  await succeed([...split, ...external, ...paths]);
  Deno.removeSync(doors, { recursive: true });
  for (const { name } of Deno.readDirSync(folder)) redirect(`${folder}/${name}`, away);
}

/**
 * Bundles the product so that a call loads what it needs and nothing else: `entry` (the door), the
 * module `core` (the authorizer, as a script) in one piece each, what only some calls need as one small
 * chunk or script each, and everything else split. What several need stands in each of them, so errors are told by
 * their names, never by their classes. Returns the path of the entry chunk.
 */
export async function bundleProduct(
  entryPath: string,
  corePath: string,
  folder: string,
): Promise<string> {
  const graph = await moduleGraph(entryPath);
  const [entry, core] = [pathToFileURL(entryPath).href, pathToFileURL(corePath).href];
  const door = cuts(graph, entry, ({ to, dynamic }) => dynamic || to === core);
  const inner = cuts(graph, core, ({ dynamic }) => dynamic);
  const addresses = deferred(graph, [...door, ...inner], core);
  const names = new Set([entry, core, ...addresses].map(nameOf));
  if (names.size !== addresses.length + 2) throw new Error("Two modules share a name");

  const small = addresses.filter((address) => isSmall(graph, address));
  const hooks = addresses.filter((address) => address.includes("/src/hook/"));
  const packed = addresses.filter((one) => !small.includes(one) && !hooks.includes(one));
  await bundleSplit(hooks, folder, shared(graph, hooks, [...small, ...packed]));
  const chunks = `${folder}/chunks`;
  await bundleSplit(packed, chunks, shared(graph, packed, small));
  const isCommand = (address: string) => address.includes("/src/cli/");
  await packChunks(chunks, folder, {
    calls: packed.filter((address) => !isCommand(address)).map(nameOf),
    commands: packed.filter(isCommand).map(nameOf),
  });
  Deno.removeSync(chunks, { recursive: true });
  for (const address of small) {
    const away = cuts(graph, address, ({ dynamic }) => dynamic);
    const isScript = scripts.includes(nameOf(address));
    const path = await bundleAlone(address, folder, away, isScript ? "cjs" : "esm");
    if (isScript) makeScript(path);
  }
  makeScript(await bundleAlone(core, folder, inner, "cjs"));
  return await bundleAlone(entry, folder, door);
}
