/** Every way a chain or a call is wrong that can be made from outside, with the code it has here. */
import { encodePayload, type WarrantPayload } from "../../src/protocol/warrant.ts";
import { decode, encode } from "../../src/protocol/cbor.ts";
import { fromHex, hex, sha256, signWith } from "../../src/protocol/keys.ts";
import { prove } from "../../src/protocol/pop.ts";
import { signRevocationList } from "../../src/protocol/revocation.ts";
import { fieldsOf, idOf, keyOf, payloadOf, rule, toolsOf } from "../conformance/minted.ts";

/** Seed bytes: the root, the holders down the chain, and a stranger. */
export const people = { root: 1, holders: [2, 3, 4, 5], stranger: 9 } as const;

export interface Situation {
  readonly chain: readonly string[];
  readonly args: Readonly<Record<string, string>>;
  readonly tool: string;
  readonly now: number;
  readonly proof: string;
  readonly revoked?: readonly string[];
  readonly list?: string;
}

export interface Sound {
  readonly payloads: readonly WarrantPayload[];
  readonly now: number;
}

/** Payloads of a sound chain, root first; the last holder may read below `/data`. */
export function soundChain(length: number, now: number, first: number): Sound {
  const payloads: WarrantPayload[] = [];
  for (let depth = 0; depth < length; depth++) {
    const parent = payloads.at(-1);
    payloads.push(payloadOf({
      id: idOf(first * 16 + depth),
      tools: toolsOf({ read: { path: [2, rule({ pattern: "/data/*" })] } }),
      issuer: keyOf(depth === 0 ? people.root : people.holders[depth - 1] as number).publicKey,
      holder: keyOf(people.holders[depth] as number).publicKey,
      issuedAt: now - 60,
      expiresAt: now + 3600,
      maxDepth: 5,
      depth,
      ...(parent === undefined ? {} : { parentHash: hex(sha256(encodePayload(parent))) }),
    }));
  }
  return { payloads, now };
}

function envelope(payload: Uint8Array, signer: number, version = 1): string {
  const signature = signWith(keyOf(signer), "", Uint8Array.of(version), payload);
  return hex(encode([version, payload, [1, signature]]));
}

function signerOf(depth: number): number {
  return depth === 0 ? people.root : people.holders[depth - 1] as number;
}

/** Signs each payload by who should; children name their parents as these are. */
export function signed({ payloads }: Sound): string[] {
  return payloads.map((payload, depth) => envelope(encodePayload(payload), signerOf(depth)));
}

/** The chain with its last payload changed. */
function changed({ payloads, now }: Sound, change: Partial<WarrantPayload>): Sound {
  return { payloads: payloads.with(-1, { ...payloads.at(-1) as WarrantPayload, ...change }), now };
}

function flipped(text: string, at: number): string {
  const bytes = fromHex(text);
  bytes[at] = (bytes[at] as number) ^ 1;
  return hex(bytes);
}

/** The call that a sound chain allows. */
export function soundCall(sound: Sound, change: Partial<Situation> = {}): Situation {
  const leaf = sound.payloads.at(-1) as WarrantPayload;
  const call = { args: { path: "/data/a" }, tool: "read", now: sound.now, ...change };
  const key = keyOf(people.holders[sound.payloads.length - 1] as number);
  const proof = hex(prove(key, leaf.id, call.tool, new Map(Object.entries(call.args)), call.now));
  return { chain: signed(sound), proof, ...call };
}

/** The same call under another last envelope. */
function lastIs(sound: Sound, last: string): Situation {
  return { ...soundCall(sound), chain: [...signed(sound).slice(0, -1), last] };
}

function fields(sound: Sound, change: (fields: ReturnType<typeof fieldsOf>) => void): Situation {
  const map = fieldsOf(sound.payloads.at(-1));
  change(map);
  return lastIs(sound, envelope(encode(map), signerOf(sound.payloads.length - 1)));
}

function revokedAt(sound: Sound, depth: number): Situation {
  const { id } = sound.payloads.at(depth) as WarrantPayload;
  const bytes = signRevocationList(
    {
      version: 1,
      issuedAt: sound.now - 10,
      ids: [`tnu_wrt_${id}`],
    },
    keyOf(people.root),
  );
  return { ...soundCall(sound), revoked: [id], list: hex(bytes) };
}

/** Codes that may stand for one situation, and how it comes about. Chains have two links or more. */
export const situations: Readonly<
  Record<string, readonly [codes: string, make: (sound: Sound) => Situation]>
> = {
  "expired": ["WarrantExpired", (one) => soundCall(one, { now: one.now + 4000 })],
  "expired to the second": ["WarrantExpired", (one) => soundCall(one, { now: one.now + 3600 })],
  "issued in the future": ["IssuedInFuture", (one) => soundCall(one, { now: one.now - 3600 })],
  "another key's proof": ["PopSignatureInvalid", (one) => {
    const call = soundCall(one);
    const { id } = one.payloads.at(-1) as WarrantPayload;
    const args = new Map(Object.entries(call.args));
    return { ...call, proof: hex(prove(keyOf(people.stranger), id, call.tool, args, call.now)) };
  }],
  "a proof for other arguments": ["PopSignatureInvalid", (one) => ({
    ...soundCall(one),
    args: { path: "/data/b" },
  })],
  "a proof for another warrant": ["PopSignatureInvalid", (one) => ({
    ...soundCall(one),
    proof: soundCall(changed(one, { id: idOf(1e6) })).proof,
  })],
  "a stale proof": ["PopSignatureInvalid", (one) => ({
    ...soundCall(one),
    proof: soundCall(one, { now: one.now - 300 }).proof,
  })],
  "a flipped proof": ["PopSignatureInvalid", (one) => {
    const call = soundCall(one);
    return { ...call, proof: flipped(call.proof, 40) };
  }],
  "another root": ["UntrustedRoot SignatureInvalid", (one) => {
    const [first, ...more] = one.payloads as [WarrantPayload, ...WarrantPayload[]];
    const stranger = { ...first, issuer: keyOf(people.stranger).publicKey };
    const call = soundCall(one);
    const rest = signed({ payloads: [first, ...more], now: one.now }).slice(1);
    return { ...call, chain: [envelope(encodePayload(stranger), people.stranger), ...rest] };
  }],
  "a chain without its root": ["UntrustedRoot SignatureInvalid ChainBroken", (one) => {
    const call = soundCall(one);
    return { ...call, chain: call.chain.slice(1) };
  }],
  "a flipped payload": ["SignatureInvalid", (one) => {
    const call = soundCall(one);
    return { ...call, chain: call.chain.with(-1, flipped(call.chain.at(-1) as string, 30)) };
  }],
  "a flipped signature": ["SignatureInvalid", (one) => {
    const call = soundCall(one);
    const last = call.chain.at(-1) as string;
    return { ...call, chain: call.chain.with(-1, flipped(last, last.length / 2 - 8)) };
  }],
  "signed by a stranger": [
    "SignatureInvalid",
    (one) =>
      lastIs(one, envelope(encodePayload(one.payloads.at(-1) as WarrantPayload), people.stranger)),
  ],
  "issued by a stranger": ["ChainBroken SignatureInvalid InvalidIssuer", (one) => {
    const issuer = keyOf(people.stranger).publicKey;
    const payload = { ...one.payloads.at(-1) as WarrantPayload, issuer };
    return lastIs(one, envelope(encodePayload(payload), people.stranger));
  }],
  "leaf revoked": ["WarrantRevoked", (one) => revokedAt(one, -1)],
  "root revoked": ["WarrantRevoked", (one) => revokedAt(one, 0)],
  "a wider child": [
    "CapabilityExpansion",
    (one) =>
      soundCall(changed(one, { tools: toolsOf({ read: { path: [2, rule({ pattern: "*" })] } }) })),
  ],
  "a tool more": [
    "CapabilityExpansion",
    (one) => soundCall(changed(one, { tools: toolsOf({ write: {} }) }), { tool: "write" }),
  ],
  "an argument less": [
    "CapabilityExpansion",
    (one) => soundCall(changed(one, { tools: toolsOf({ read: {} }) })),
  ],
  "a longer life": ["TTLExceeded", (one) => soundCall(changed(one, { expiresAt: one.now + 3601 }))],
  "the same depth": [
    "DepthViolation",
    (one) => soundCall(changed(one, { depth: (one.payloads.at(-1) as WarrantPayload).depth - 1 })),
  ],
  "a depth skipped": [
    "DepthViolation",
    (one) => soundCall(changed(one, { depth: (one.payloads.at(-1) as WarrantPayload).depth + 1 })),
  ],
  "more depth than the parent": [
    "DepthExceeded",
    (one) => soundCall(changed(one, { maxDepth: 6 })),
  ],
  "another parent": [
    "ParentHashMismatch",
    (one) => soundCall(changed(one, { parentHash: hex(sha256(Uint8Array.of(1))) })),
  ],
  "no parent": ["ParentHashMismatch ChainBroken", (one) => {
    const { parentHash: _, ...payload } = one.payloads.at(-1) as WarrantPayload;
    return lastIs(one, envelope(encodePayload(payload), signerOf(one.payloads.length - 1)));
  }],
  "another order": ["ChainBroken SignatureInvalid UntrustedRoot", (one) => {
    const call = soundCall(one);
    return { ...call, chain: [...call.chain].reverse() };
  }],
  "a warrant twice": ["ChainBroken SignatureInvalid", (one) => {
    const call = soundCall(one);
    return { ...call, chain: [...call.chain, call.chain.at(-1) as string] };
  }],
  "another tool": ["ToolNotAuthorized", (one) => soundCall(one, { tool: "write" })],
  "a value outside": ["ConstraintViolation", (one) => soundCall(one, { args: { path: "/etc/a" } })],
  "an argument missing": ["ConstraintViolation", (one) => soundCall(one, { args: {} })],
  "an argument unknown": [
    "ConstraintViolation",
    (one) => soundCall(one, { args: { path: "/data/a", more: "b" } }),
  ],
  "an unknown type": [
    "CapabilityExpansion",
    (one) =>
      soundCall(changed(one, { tools: toolsOf({ read: { path: [99, Uint8Array.of(1)] } }) })),
  ],
  "another payload version": [
    "UnsupportedPayloadVersion",
    (one) => fields(one, (map) => map.set(0, 2)),
  ],
  "another envelope version": [
    "UnsupportedEnvelopeVersion",
    (one) =>
      lastIs(
        one,
        envelope(
          encodePayload(one.payloads.at(-1) as WarrantPayload),
          signerOf(one.payloads.length - 1),
          2,
        ),
      ),
  ],
  "a field missing": ["MissingRequiredField", (one) => fields(one, (map) => map.delete(7))],
  "a field unknown": ["UnknownPayloadField", (one) => fields(one, (map) => map.set(40, 1))],
  "a reserved extension": [
    "ReservedExtensionKey",
    (one) => soundCall(changed(one, { extensions: new Map([["tenuo.future", Uint8Array.of(1)]]) })),
  ],
  "a reserved tool": [
    "ReservedToolName CapabilityExpansion",
    (one) => soundCall(changed(one, { tools: toolsOf({ "tenuo:x": {} }) }), { tool: "tenuo:x" }),
  ],
  "bytes after the envelope": ["MalformedCBOR", (one) => {
    const call = soundCall(one);
    return { ...call, chain: call.chain.with(-1, call.chain.at(-1) + "00") };
  }],
  "an envelope cut short": ["MalformedCBOR", (one) => {
    const call = soundCall(one);
    return { ...call, chain: call.chain.with(-1, (call.chain.at(-1) as string).slice(0, -2)) };
  }],
  "no envelope": [
    "InvalidEnvelopeStructure",
    (one) =>
      lastIs(one, hex(encode((decode(fromHex(signed(one)[0] as string)) as never[]).slice(1)))),
  ],
};
