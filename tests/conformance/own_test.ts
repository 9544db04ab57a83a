/** This project's golden vectors are made again to the same bytes. */
import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import { decode, encode } from "../../src/protocol/cbor.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { hex } from "../../src/protocol/keys.ts";
import { encodePayload } from "../../src/protocol/warrant.ts";
import { root } from "./minted.ts";
import { type OwnVectors, ownVectors } from "./own.ts";
import { unhex } from "./vectors.ts";

const file = new URL("vectors/own.json", import.meta.url);
const golden = JSON.parse(Deno.readTextFileSync(file)) as OwnVectors;
const warrants = [
  "root",
  "root without tools",
  "root with everything",
  "every constraint",
  "chain of three",
  "issuer, planner and worker",
];

Deno.test("The builder makes the golden vectors, byte for byte", () => {
  deepEqual(ownVectors(), golden);
});

for (const name of warrants) {
  Deno.test(`The golden vector "${name}" is read and written again to the same bytes`, () => {
    const bytes = unhex(golden[name] as string);
    equal(hex(encode(decode(bytes))), golden[name]);
    for (const warrant of readChain(bytes, [root.publicKey])) {
      equal(hex(encodePayload(warrant)), hex(warrant.payloadBytes));
    }
  });
}
