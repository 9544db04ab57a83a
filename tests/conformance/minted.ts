/** Keys and warrants that tests make for themselves, from fixed seeds. */
import { type Cbor, decode, encode } from "../../src/protocol/cbor.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { hex, sha256, type SigningKey, signingKey, signWith } from "../../src/protocol/keys.ts";
import {
  type Constraint,
  encodePayload,
  readWarrant,
  signWarrant,
  type Warrant,
  type WarrantPayload,
} from "../../src/protocol/warrant.ts";

/** The key whose seed is 32 times `byte`. */
export function keyOf(byte: number): SigningKey {
  return signingKey(new Uint8Array(32).fill(byte));
}

export const root = keyOf(1);
export const holder = keyOf(2);
export const worker = keyOf(3);
/** Unix seconds at which minted warrants are issued; they live one hour. */
export const issuedAt = 1704067200;
export const expiresAt = issuedAt + 3600;

/** A warrant id that ends in `number`. */
export function idOf(number: number): string {
  return `019471f8000070008000${number.toString(16).padStart(12, "0")}`;
}

/** Tools, as plain objects: tool, argument, constraint. */
export type ToolTable = Readonly<Record<string, Readonly<Record<string, Constraint>>>>;

export function toolsOf(table: ToolTable): WarrantPayload["tools"] {
  return new Map(Object.entries(table).map(([tool, set]) => [tool, new Map(Object.entries(set))]));
}

/** A rule as a map, in the order given. */
export function rule(members: Readonly<Record<string, Cbor>>): Cbor {
  return new Map(Object.entries(members));
}

/** The payload of a root warrant for one tool, with `change` in it. */
export function payloadOf(change: Partial<WarrantPayload> = {}): WarrantPayload {
  return {
    id: idOf(1),
    type: "execution",
    tools: toolsOf({ read_file: { path: [2, rule({ pattern: "/data/*" })] } }),
    holder: holder.publicKey,
    issuer: root.publicKey,
    issuedAt,
    expiresAt,
    maxDepth: 3,
    depth: 0,
    extensions: new Map(),
    ...change,
  };
}

/** Signs and reads back. `issuer` must be the payload's. */
export function minted(change: Partial<WarrantPayload> = {}, issuer = root): Warrant {
  return readWarrant(decode(signWarrant(payloadOf(change), issuer)));
}

/** The payload of a child of `parent`, handed from its holder to the worker. */
export function childPayload(
  parent: Warrant,
  change: Partial<WarrantPayload> = {},
): WarrantPayload {
  return {
    ...payloadOf(),
    id: idOf(parent.depth + 2),
    tools: parent.tools,
    issuer: parent.holder,
    holder: worker.publicKey,
    maxDepth: parent.maxDepth,
    depth: parent.depth + 1,
    parentHash: hex(sha256(parent.payloadBytes)),
    ...change,
  };
}

/** A child of `parent`, signed by `issuer`, which is the parent's holder by default. */
export function childOf(
  parent: Warrant,
  change: Partial<WarrantPayload> = {},
  issuer = holder,
): Warrant {
  return readWarrant(decode(signWarrant(childPayload(parent, change), issuer)));
}

/** The fields of a payload as they stand on the wire, for tests that break them. */
export function fieldsOf(payload: WarrantPayload = payloadOf()): Map<Cbor, Cbor> {
  return new Map(decode(encodePayload(payload)) as ReadonlyMap<Cbor, Cbor>);
}

/** An envelope around any payload bytes, signed as a warrant is. */
export function envelopeOf(payload: Uint8Array, key = root): Uint8Array<ArrayBuffer> {
  return encode([1, payload, [1, signWith(key, "", Uint8Array.of(1), payload)]]);
}

/** A stack of warrants as one CBOR value, from their envelopes. */
export function stackOf(envelopes: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return encode(envelopes.map((envelope) => decode(envelope)));
}

/** The code by which `run` is refused; "accepted" when it is not. Other exceptions pass through. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.name;
    throw error;
  }
  return "accepted";
}

/** The code by which the bytes of a warrant or a stack are refused when they are read. */
export function readRefusal(bytes: Uint8Array): string {
  return refusal(() => readChain(bytes));
}
