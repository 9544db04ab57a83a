/** Handing warrants on, for the tests of the builder. */
import { ok } from "node:assert/strict";
import { attenuate, type Grant } from "../../src/protocol/builder.ts";
import { decode, encode, isList } from "../../src/protocol/cbor.ts";
import { readChain, type Trust } from "../../src/protocol/chain.ts";
import type { SigningKey } from "../../src/protocol/keys.ts";
import type { Warrant } from "../../src/protocol/warrant.ts";
import { expiresAt, issuedAt, root, rule, toolsOf } from "./minted.ts";

/** Fewer tools, with the same constraints. */
export function attenuates(parent: Warrant["tools"], child: Warrant["tools"]): boolean {
  const shown = (value: unknown) => Deno.inspect(value, { depth: 9 });
  return [...child].every(([tool, set]) => shown(parent.get(tool)) === shown(set));
}

export const trust: Trust = {
  root: root.publicKey,
  now: issuedAt,
  tolerance: 0,
  isRevoked: () => false,
  attenuates,
};
export const common = { issuedAt, expiresAt, maxDepth: 3 };
export const tools = toolsOf({ read_file: { path: [2, rule({ pattern: "/data/*" })] }, ping: {} });

/** What a chain's next warrant is made from. */
export interface Held {
  readonly chain: readonly [Warrant, ...Warrant[]];
  readonly envelopes: readonly Uint8Array[];
}

export function held(stack: Uint8Array): Held {
  const value = decode(stack);
  const envelopes = isList(value) && isList(value[0]) ? value : [value];
  const [first, ...rest] = readChain(stack, [root.publicKey]);
  ok(first);
  return { chain: [first, ...rest], envelopes: envelopes.map(encode) };
}

export function handOn({ chain, envelopes }: Held, grant: Grant, key: SigningKey): Uint8Array {
  return attenuate(chain, envelopes, grant, key, attenuates);
}
