/**
 * `deno task compile`: builds `dist/tenuo-claude` and runs every command of the built file.
 * Set DENORT_BIN where the compile runtime cannot be downloaded.
 */
import { ENTRY_LIMIT, measureEntry } from "./bundle.ts";
import { bundleProduct } from "./bundle_product.ts";
import { makeBytecode } from "./core_script.ts";
import { compileStandalone, PAYLOAD_LIMIT } from "./standalone.ts";
import { makePlayground, rowName, run, runRow } from "./smoke.ts";
import { smokeRows } from "./smoke_rows.ts";
import { Tally } from "./tally.ts";
import { builtFile, bytes, code, dataFolders, isPresent, root, stage } from "./workspace.ts";

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory, isFile } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else if (isFile) Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
    else throw new Error(`${from}/${name} is a link, which cannot be embedded`);
  }
}

async function build(tally: Tally): Promise<void> {
  if (isPresent(stage)) Deno.removeSync(stage, { recursive: true });
  const chunk = await bundleProduct(`${root}/main.ts`, `${root}/src/authorizer/pipeline.ts`, code);
  await makeBytecode(code);
  for (const folder of dataFolders) copyFolder(`${root}/${folder}`, `${stage}/${folder}`);
  const entry = await measureEntry(chunk);
  const built = await compileStandalone(chunk, stage, builtFile);
  console.log(`Built ${built.path}, ${bytes(built.fileBytes)}`);
  console.log(`Loaded for a call: ${bytes(entry.loadedBytes)}, bytecode included`);
  tally.limit("Entry chunk", entry.bytes, ENTRY_LIMIT);
  tally.limit("Embedded payload", built.payloadBytes, PAYLOAD_LIMIT);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function smoke(tally: Tally): void {
  const place = makePlayground();
  try {
    for (const folder of dataFolders) copyFolder(`${root}/${folder}`, `${place.project}/${folder}`);
    Deno.copyFileSync(`${root}/policy/tenuo.yaml`, `${place.project}/tenuo.yaml`);
    const port = freePort();
    for (const row of smokeRows) tally.add(rowName(row), runRow(row, builtFile, port, place));
    const left = [...Deno.readDirSync(place.temporary)].map(({ name }) => name);
    tally.add("No file stays in TMPDIR", left.map((name) => `left behind: ${name}`));
  } finally {
    try {
      run(builtFile, ["down"], place); // also when a row failed half-way
    } finally {
      place.remove();
    }
  }
}

async function main(): Promise<number> {
  const tally = new Tally();
  try {
    await build(tally);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  smoke(tally);
  return tally.close();
}

if (import.meta.main) Deno.exit(await main());
