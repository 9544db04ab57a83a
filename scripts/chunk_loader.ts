/** The modules that stand for packed chunks in the built file, as texts. */
import { isBuiltin } from "node:module";
import type { Place } from "./archive.ts";

/**
 * The module that unpacks chunks and runs each once, with its bytecode where it has some. `compiled`
 * holds the scripts that have run, for whoever makes the bytecode.
 */
export function loader(places: Readonly<Record<string, Place>>, withBytecode: string[]): string {
  return `import { Script } from "node:vm";
import { brotliDecompressSync } from "node:zlib";
const places = ${JSON.stringify(places)};
export const withBytecode = ${JSON.stringify(withBytecode)};
export const compiled = new Map();
const at = import.meta.dirname;
const base = import.meta.url.slice(0, import.meta.url.lastIndexOf("/") + 1);
const decoder = new TextDecoder();
const unpacked = new Map();
const loaded = new Map();
function unpack(archive) {
  let bytes = unpacked.get(archive);
  if (bytes === undefined) {
    bytes = brotliDecompressSync(Deno.readFileSync(at + "/" + archive + ".packed"));
    unpacked.set(archive, bytes);
  }
  return bytes;
}
function compile(name) {
  const [archive, start, end] = places[name];
  const text = decoder.decode(unpack(archive).subarray(start, end));
  const filename = name + ".js";
  if (!withBytecode.includes(name)) return new Script(text, { filename });
  let cachedData;
  try { cachedData = unpack(name + ".bytecode"); } catch {}
  const script = new Script(text, { filename, cachedData });
  compiled.set(name, script);
  return script;
}
function need(wanted) {
  if (wanted.startsWith("./")) return load(wanted.slice(2, -3));
  const builtin = process.getBuiltinModule(wanted);
  if (builtin === undefined) throw new Error(\`Cannot find module "\${wanted}"\`);
  return builtin;
}
export function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const module = { exports: {} };
  compile(name).runInThisContext()(
    module, need, async (name) => load(name), (chunk) => import(chunk), base + name + ".js");
  loaded.set(name, module.exports);
  return module.exports;
}
`;
}

/** A module that stands where a packed chunk was, for those who import it or start it as a thread. */
export function stub(name: string, exported: readonly string[]): string {
  return [
    `import { load } from "./packed.js";`,
    `export const { ${exported.join(", ")} } = load("${name}");\n`,
  ].join("\n");
}

/** The names that a CommonJS chunk of the bundler exports. */
export function exportsOf(path: string, text: string): string[] {
  const table = /\{((?:\w+:\(\)=>[\w$.]+,?)+)\}\);module\.exports=/.exec(text)?.[1];
  if (table === undefined) throw new Error(`${path} does not say what it exports`);
  return table.split(",").filter(Boolean).map((entry) => entry.split(":", 1)[0] as string);
}

/** Makes a chunk in CommonJS a script that is given what a module has by itself. */
export function script(text: string, packed: readonly string[]): string {
  for (const [, wanted = ""] of text.matchAll(/\brequire\("([^"]*)"\)/g)) {
    const name = /^\.\/(.+)\.js$/.exec(wanted)?.[1];
    const isKnown = name === undefined ? isBuiltin(wanted) : packed.includes(name);
    if (!isKnown) {
      throw new Error(`A packed chunk needs "${wanted}" at once; import it dynamically`);
    }
  }
  const body = text.replaceAll(
    /(?<![\w$.])import\("(?:\.\/([^"]+)\.js"\))?/g,
    (found, name) => {
      if (packed.includes(name)) return `__later("${name}")`;
      return found.replace("import", "__elsewhere");
    },
  );
  return `(function(module,require,__later,__elsewhere,__address){${body}\n})`;
}

/** The packed chunks that a script asks for, at once or later. */
export function asksFor(script: string): string[] {
  const found = script.matchAll(/\brequire\("\.\/([^"]+)\.js"\)|\b__later\("([^"]+)"\)/g);
  return [...found].map(([, at, later]) => at ?? later ?? "");
}
