/**
 * Chunks that no plain call loads, stored compressed: the built file is read whole at every start, so
 * every call pays for what lies in it. A packed chunk is a classic script, since a module cannot be
 * made from a text without writing it somewhere. The loader unpacks what is asked for.
 */
import { Archive, type Place } from "./archive.ts";
import { succeed } from "./bundle.ts";
import { asksFor, exportsOf, loader, script, stub } from "./chunk_loader.ts";

/** Chunks of at least this many bytes have an archive of their own. */
const LARGE = 16 * 1024;

/** `names` and every chunk that they ask for, at once or later. */
function reach(scripts: ReadonlyMap<string, string>, names: readonly string[]): Set<string> {
  const reached = new Set(names);
  for (const name of reached) {
    for (const asked of asksFor(scripts.get(name) ?? "")) reached.add(asked);
  }
  return reached;
}

/** A module as a script. */
interface Chunk {
  readonly text: string;
  readonly exported: readonly string[];
  /** It asks for its own address, as what is started as a thread does. */
  readonly isAddressed: boolean;
}

/** The modules in `folder`, all of one bundle, as scripts by their names. */
async function toScripts(folder: string): Promise<Map<string, Chunk>> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/\.js$/, ""));
  const addressed = new Set<string>();
  for (const name of names.toSorted()) {
    const text = Deno.readTextFileSync(`${folder}/${name}.js`);
    const moved = text.replaceAll("import.meta.url", "__address");
    if (moved.includes("import.meta")) {
      throw new Error(`${name} uses import.meta for more than url`);
    }
    if (moved !== text) addressed.add(name);
    // Under another name than the one by which the others ask for it, an entry can be external too.
    Deno.writeTextFileSync(`${folder}/${name}.mjs`, moved);
  }
  const entries = names.map((name) => `${folder}/${name}.mjs`);
  const options = ["--quiet", "--no-config", "--no-lock", "--minify", "--format", "cjs"];
  const out = `${folder}/scripts`;
  await succeed(["bundle", ...options, "--external", "./*.js", "--outdir", out, ...entries]);
  return new Map(
    names.toSorted().map((name) => {
      const text = Deno.readTextFileSync(`${out}/${name}.js`);
      const exported = exportsOf(name, text);
      return [name, { text: script(text, names), exported, isAddressed: addressed.has(name) }];
    }),
  );
}

/** Which of the packed modules are imported from outside, and by whom. */
export interface Doors {
  /** Those that a call may need: what they ask for lies apart, the large ones with their bytecode. */
  readonly calls: readonly string[];
  readonly commands: readonly string[];
}

/**
 * Packs the modules in the folder `from`, all of one bundle, into the folder `to`. The doors, and
 * those that ask for their own address, are also put there as modules.
 *
 * @throws {Error} when one needs at once what is neither packed nor built in
 */
export async function packChunks(from: string, to: string, doors: Doors): Promise<void> {
  const chunks = await toScripts(from);
  const scripts = new Map([...chunks].map(([name, { text }]) => [name, text]));
  const needed = reach(scripts, doors.calls);
  const [calls, commands] = [new Archive("calls"), new Archive("commands")];
  const archives = [calls, commands];
  const places: Record<string, Place> = {};
  for (const [name, text] of scripts) {
    const common = needed.has(name) ? calls : commands;
    const archive = text.length < LARGE ? common : new Archive(name);
    places[name] = archive.add(text);
    if (archive !== common) archives.push(archive);
  }
  for (const archive of archives) archive.write(to);
  const open = [...doors.calls, ...doors.commands];
  for (const [name, { exported, isAddressed }] of chunks) {
    // What several chunks share has no address that anybody could know.
    const isThread = isAddressed && !name.startsWith("chunk-");
    if (!open.includes(name) && !isThread) continue;
    Deno.writeTextFileSync(`${to}/${name}.js`, stub(name, exported));
  }
  const withBytecode = [...needed].filter((name) => (scripts.get(name)?.length ?? 0) >= LARGE);
  Deno.writeTextFileSync(`${to}/packed.js`, loader(places, withBytecode));
}
