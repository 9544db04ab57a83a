import { Buffer } from "node:buffer";
import { createHash, createPublicKey, sign, verify } from "node:crypto";
import { notStrictEqual as notEqual, ok, strictEqual as equal } from "node:assert/strict";
import { refusal } from "../../tests/conformance/minted.ts";
import {
  fromHex,
  hex,
  isSoundPublicKey,
  sha256,
  signingKey,
  signWith,
  verifyWith,
} from "./keys.ts";

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const seed = new Uint8Array(32).fill(7);
const key = signingKey(seed);
const message = new TextEncoder().encode("a message");

function littleEndian(number: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n));
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** What the platform alone says, over the message that `verifyWith` builds. */
function nativeVerify(publicKey: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([fromHex("302a300506032b6570032100"), publicKey]);
  const native = createPublicKey({ key: der, format: "der", type: "spki" });
  return verify(
    null,
    Buffer.concat([Buffer.from("tenuo-warrant-v1d"), message]),
    native,
    signature,
  );
}

/** The number that the key of `seed` multiplies the base point by. */
function secretScalar(): bigint {
  const secret = createHash("sha512").update(seed).digest().subarray(0, 32);
  secret[0] = (secret[0] as number) & 248;
  secret[31] = ((secret[31] as number) & 127) | 64;
  return toNumber(secret);
}

function ours(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return verifyWith(hex(publicKey), signature, "d", message);
}

/** RFC 8032 section 7.1: secret, public, message, signature. */
const published = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
] as const;

Deno.test("The keys of RFC 8032 are imported and sign as published", () => {
  for (const [secret, publicKey, text, signature] of published) {
    const imported = signingKey(fromHex(secret));
    equal(imported.publicKey, publicKey);
    equal(hex(sign(null, fromHex(text), imported.privateKey)), signature);
    ok(isSoundPublicKey(fromHex(publicKey)));
  }
});

Deno.test("What was signed verifies, and under no other key, domain, part or bit", () => {
  const signature = signWith(key, "d", message);
  equal(signature.length, 64);
  ok(verifyWith(key.publicKey, signature, "d", message));
  ok(verifyWith(key.publicKey, signature, "d", message.subarray(0, 3), message.subarray(3)));
  ok(!verifyWith(signingKey(new Uint8Array(32)).publicKey, signature, "d", message));
  ok(!verifyWith(key.publicKey, signature, "e", message));
  ok(!verifyWith(key.publicKey, signature, "", message));
  ok(!verifyWith(key.publicKey, signature, "d", message, message));
  for (let bit = 0; bit < 512; bit++) {
    const flipped = Uint8Array.from(signature);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    ok(!verifyWith(key.publicKey, flipped, "d", message), `bit ${bit}`);
  }
});

Deno.test("Wrong lengths", () => {
  for (const length of [0, 31, 33, 64]) {
    equal(refusal(() => signingKey(new Uint8Array(length))), "InvalidKeyLength");
    ok(!isSoundPublicKey(new Uint8Array(length).fill(9)));
  }
  const signature = signWith(key, "d", message);
  for (const length of [0, 32, 63, 65, 128]) {
    const other = new Uint8Array(length);
    other.set(signature.subarray(0, Math.min(length, 64)));
    ok(!verifyWith(key.publicKey, other, "d", message), `${length} bytes`);
  }
  for (const text of ["", "00", key.publicKey.slice(2), key.publicKey + "00", "zz", "8139"]) {
    ok(!verifyWith(text, signature, "d", message), text);
  }
});

Deno.test("A signature of zeros", () => {
  ok(!ours(fromHex(key.publicKey), new Uint8Array(64)));
});

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base % p, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = result * square % p;
    square = square * square % p;
  }
  return result;
}

/** A square root modulo p, undefined where there is none. */
function root(square: bigint): bigint | undefined {
  const first = power(square, (p + 3n) / 8n);
  const other = first * power(2n, (p - 1n) / 4n) % p;
  return [first, other].find((one) => one * one % p === square);
}

/**
 * The y of the eight points whose order divides 8. Those of order 8 double to y = 0, which makes
 * d y^4 + 2 y^2 = 1.
 */
function smallOrder(): bigint[] {
  const invert = (number: bigint) => power(number, p - 2n);
  const d = (p - 121665n) * invert(121666n) % p;
  const middle = root(1n + d) as bigint;
  const squares = [middle, p - middle].map((sign) => (sign + p - 1n) * invert(d) % p);
  const roots = squares.map(root).filter((one) => one !== undefined);
  return [0n, 1n, p - 1n, ...roots.flatMap((one) => [one, p - one])];
}

const smallY = smallOrder();

Deno.test("Small-order keys are refused, with either sign of x", () => {
  equal(smallY.length, 5);
  for (const y of smallY) {
    for (const bit of [0n, 1n << 255n]) ok(!isSoundPublicKey(littleEndian(y | bit)), `${y}`);
  }
});

Deno.test("Encodings past the prime are refused, their neighbours are not", () => {
  for (let over = 0n; over < 19n; over++) {
    for (const bit of [0n, 1n << 255n]) {
      ok(!isSoundPublicKey(littleEndian((p + over) | bit)), `p + ${over}`);
    }
  }
  for (const y of [2n, 3n, 18n, 19n, p - 2n, p - 3n]) ok(isSoundPublicKey(littleEndian(y)), `${y}`);
});

Deno.test("A forgery that needs no private key is refused, though the platform accepts it", () => {
  // With the neutral point as key and as R, and S = 0, the equation holds for every message.
  const neutral = littleEndian(1n);
  const forged = new Uint8Array([...neutral, ...new Uint8Array(32)]);
  equal(nativeVerify(neutral, forged), true);
  equal(ours(neutral, forged), false);
});

Deno.test("A forgery under a small-order key is refused, also with an R of full order", () => {
  // S B = R is all that the neutral point leaves of the equation: any key pair fits.
  const neutral = littleEndian(1n);
  const forged = new Uint8Array([
    ...fromHex(key.publicKey),
    ...littleEndian(secretScalar() % order),
  ]);
  equal(nativeVerify(neutral, forged), true);
  equal(ours(neutral, forged), false);
});

Deno.test("Forgeries under every small-order key are refused", () => {
  const points = smallY.flatMap((y) => [littleEndian(y), littleEndian(y | (1n << 255n))]);
  for (const publicKey of points) {
    for (const r of points) {
      ok(!ours(publicKey, new Uint8Array([...r, ...new Uint8Array(32)])));
    }
  }
});

Deno.test("Malleated signatures: S plus multiples of the group's order", () => {
  const signature = signWith(key, "d", message);
  const s = toNumber(signature.subarray(32));
  for (let more = s + order; more < 2n ** 256n; more += order) {
    const other = new Uint8Array([...signature.subarray(0, 32), ...littleEndian(more)]);
    ok(!ours(fromHex(key.publicKey), other), `${more}`);
  }
});

Deno.test("A small-order R is refused, though the holder made it and the platform accepts it", () => {
  const publicKey = fromHex(key.publicKey);
  const r = littleEndian(1n);
  const text = Buffer.concat([r, publicKey, Buffer.from("tenuo-warrant-v1d"), message]);
  const k = toNumber(createHash("sha512").update(text).digest()) % order;
  const signature = new Uint8Array([...r, ...littleEndian((k * secretScalar()) % order)]);
  equal(nativeVerify(publicKey, signature), true);
  equal(ours(publicKey, signature), false);
});

Deno.test("R past the prime and keys off the curve are refused without an exception", () => {
  const signature = signWith(key, "d", message);
  for (let over = 0n; over < 19n; over++) {
    const other = new Uint8Array([...littleEndian(p + over), ...signature.subarray(32)]);
    ok(!ours(fromHex(key.publicKey), other));
  }
  for (let y = 2n; y < 40n; y++) ok(!ours(littleEndian(y), signature), `${y}`);
});

Deno.test("Hashes and hex", () => {
  equal(
    hex(sha256("ab", Uint8Array.of(99))),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  const bytes = Uint8Array.of(0, 1, 254, 255, 9);
  equal(hex(bytes.subarray(1, 4)), "01feff");
  equal(hex(fromHex("01feff")), "01feff");
  notEqual(signingKey(seed).publicKey, signingKey(seed.map((byte) => byte + 1)).publicKey);
});
