import { equal, match, throws } from "node:assert/strict";
import { mendRequire } from "./bundle.ts";

function withChunks(chunks: Readonly<Record<string, string>>, use: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    for (const [name, text] of Object.entries(chunks)) {
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    }
    use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const shim = `throw Error('Dynamic require of "'+a+'" is not supported')`;

Deno.test("The chunk that holds the require shim gets a require, others stay as they are", () => {
  withChunks({ "main.js": "1;", "chunk-A.js": shim, "chunk-B.js": "2;" }, (folder) => {
    mendRequire(folder, "main.js");
    equal(Deno.readTextFileSync(`${folder}/main.js`), "1;");
    equal(Deno.readTextFileSync(`${folder}/chunk-B.js`), "2;");
    match(Deno.readTextFileSync(`${folder}/chunk-A.js`), /^var require=.*getBuiltinModule.*throw/);
  });
});

Deno.test("A CommonJS package in the entry chunk is refused", () => {
  withChunks({ "main.js": shim }, (folder) => {
    throws(() => mendRequire(folder, "main.js"), /loaded by the entry itself/);
  });
});
