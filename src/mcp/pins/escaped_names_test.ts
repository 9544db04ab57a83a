/** Names that need an escape, which `JSON.parse` takes for others once it has read certain objects. */
import { deepEqual, equal, notDeepEqual } from "node:assert/strict";
import { hex, sha256, signingKey } from "../../protocol/keys.ts";
import { differences } from "./difference.ts";
import { emptyLock, lockPath, openLock, sealLock } from "./lock_file.ts";
import { readManifest } from "../programs/node_package.ts";
import type { Definition } from "./pin.ts";
import { pinServer } from "./pinning.ts";

// Read one after the other, the second is taken for another.
const [first, second] = [{ a: [], "a\\": 0 }, { a: 1, 'a"': 2 }];

function listed(inputSchema: unknown) {
  const tool: Definition = { name: "one", inputSchema };
  return { identity: { name: "demo", version: "1" }, tools: new Map([["one", tool]]) };
}

const program = { launch: "", command: "/bin/true", args: [], files: [] };

function inFolder(body: (folder: string) => void): void {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "names_" }));
  try {
    body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("What a person trusted is read as it was signed", () =>
  inFolder((project) => {
    const issuer = signingKey(new Uint8Array(32).fill(1));
    const servers = { one: pinServer({ program, listed: listed({ first, second }) }, 1) };
    const lock = { ...emptyLock(project), servers };
    const text = sealLock(lock, issuer);
    Deno.writeTextFileSync(lockPath(project), text);
    const read = openLock({ project, root: issuer.publicKey }, hex(sha256(text)));
    equal(JSON.stringify(read), JSON.stringify(lock));
    deepEqual(differences(read.servers.one ?? servers.one, listed({ first, second })), []);
  }));

Deno.test("A change is shown by the names that it has", () => {
  const pinned = pinServer({ program, listed: listed({ first }) }, 1);
  const linesOf = (schema: unknown) =>
    differences(pinned, listed(schema)).flatMap(({ lines }) => lines);
  const quoted = linesOf({ first, second });
  equal(quoted.some((line) => line.includes(String.raw`"a\"": 2`)), true, quoted.join("\n"));
  notDeepEqual(quoted, linesOf({ first, second: { a: 1, "a\\": 2 } }));
});

Deno.test("A package's dependencies are found by their names, however these are written", () =>
  inFolder((folder) => {
    const trap = String.raw`{"name":[],"dep\\u0065nde":0}`;
    const text = String.raw`{"name":"a","dep\u0065ndencies":{"b":"1"}}`;
    Deno.writeTextFileSync(`${folder}/package.json`, text);
    JSON.parse(trap); // by another manifest, say
    deepEqual(readManifest(folder)?.dependencies, ["b"]);
  }));
