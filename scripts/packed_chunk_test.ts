import { deepEqual, equal, rejects } from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { packChunks } from "./packed_chunk.ts";
import { isPresent } from "./workspace.ts";

interface Folders {
  readonly from: string;
  readonly to: string;
  /** Imports one of the modules that stand for packed ones. */
  open(name: string): Promise<Readonly<Record<string, unknown>>>;
}

async function withChunks(
  chunks: Readonly<Record<string, string>>,
  use: (folders: Folders) => Promise<void>,
): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-" }));
  const [from, to] = [`${folder}/from`, `${folder}/to`];
  try {
    for (const path of [from, to]) Deno.mkdirSync(path);
    for (const [name, text] of Object.entries(chunks)) {
      Deno.writeTextFileSync(`${from}/${name}.js`, text);
    }
    await use({ from, to, open: (name) => import(pathToFileURL(`${to}/${name}.js`).href) });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Longer than what shares an archive with others. */
const filling = `/*! ${"x".repeat(20_000)} */ export const large = "${"y".repeat(20_000)}";`;

const product = {
  run: [
    `import{b as shared}from"./chunk-B.js";import{basename}from"node:path";`,
    `export const where=import.meta.url;`,
    `export const name=basename(where);`,
    `export const same=async()=>(await import("./late-L.js")).shared===shared;`,
    `export const outside=async()=>(await import("./outside.js")).here;`,
  ].join(""),
  "chunk-B": `import{readFileSync}from"node:fs";const b={read:typeof readFileSync};export{b};`,
  "late-L": `import{b}from"./chunk-B.js";export{b as shared};`,
  "thread-T": `export const address=import.meta.url;`,
  reload: `import{large}from"./chunk-C.js";export const size=large.length;`,
  "chunk-C": filling,
} as const;

const doors = { calls: ["reload"], commands: ["run"] };

Deno.test("Packed chunks run once, share what they share, and know where they lie", async () => {
  await withChunks(product, async ({ from, to, open }) => {
    await packChunks(from, to, doors);
    Deno.writeTextFileSync(`${to}/outside.js`, "export const here = import.meta.url;");
    const { where, name, same, outside } = await open("run");
    equal(where, pathToFileURL(`${to}/run.js`).href);
    equal(name, "run.js");
    equal(await (same as () => Promise<boolean>)(), true);
    equal(await (outside as () => Promise<string>)(), pathToFileURL(`${to}/outside.js`).href);
    equal((await open("thread-T")).address, pathToFileURL(`${to}/thread-T.js`).href);
    equal((await open("reload")).size, 20_000);
  });
});

Deno.test("What calls need lies apart, and only the large of it is to have bytecode", async () => {
  await withChunks(product, async ({ from, to, open }) => {
    await packChunks(from, to, doors);
    const text = (name: string) =>
      new TextDecoder().decode(brotliDecompressSync(Deno.readFileSync(`${to}/${name}.packed`)));
    equal(text("calls").includes("chunk-B"), false);
    equal(text("calls").includes("chunk-C"), true, "reload asks for it");
    equal(text("commands").includes("chunk-B"), true);
    equal(text("chunk-C").includes("yyy"), true);
    const { withBytecode, load } = await open("packed");
    deepEqual(withBytecode, ["chunk-C"]);
    equal(isPresent(`${to}/chunk-B.js`), false, "nobody imports it");
    equal(typeof load, "function");
  });
});

Deno.test("A chunk that runs again after an error tells it again", async () => {
  const chunks = { run: `export const never=(()=>{throw new RangeError("Not today")})();` };
  await withChunks(chunks, async ({ from, to, open }) => {
    await packChunks(from, to, { calls: [], commands: ["run"] });
    const { load } = await open("packed") as { load: (name: string) => unknown };
    for (let round = 0; round < 2; round++) {
      await rejects(async () => await load("run"), { name: "RangeError", message: "Not today" });
    }
  });
});

Deno.test("A chunk that needs at once what is not packed is refused", async () => {
  const chunks = { run: `import{x}from"./other.js";export const y=x;` };
  await withChunks(chunks, async ({ from, to }) => {
    await rejects(
      packChunks(from, to, { calls: [], commands: ["run"] }),
      /^Error: A packed chunk needs "\.\/other\.js" at once; import it dynamically$/,
    );
  });
});

Deno.test("A chunk that asks for more than its address is refused", async () => {
  await withChunks({ run: `export const main=import.meta.main;` }, async ({ from, to }) => {
    await rejects(
      packChunks(from, to, { calls: [], commands: ["run"] }),
      /^Error: run uses import\.meta for more than url$/,
    );
  });
});

Deno.test("CommonJS in a chunk gets the built-in modules it asks for", async () => {
  // As the bundler wraps a package: it takes the `require` that is in scope.
  const wrapped = `var r=(n=>typeof require<"u"?require:n)(()=>{throw Error("none")});` +
    `export const found=typeof r("process").argv;export const missing=()=>r("no-such-module");`;
  await withChunks({ run: wrapped }, async ({ from, to, open }) => {
    await packChunks(from, to, { calls: [], commands: ["run"] });
    const { found, missing } = await open("run");
    equal(found, "object");
    await rejects(
      async () => await (missing as () => unknown)(),
      /^Error: Cannot find module "no-such-module"$/,
    );
  });
});
