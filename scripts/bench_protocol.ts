/** In-process costs of the protocol, as ratios to the Ed25519 verifications that they cannot avoid. */
import { Buffer } from "node:buffer";
import { createPublicKey, verify } from "node:crypto";
import { attenuates } from "../src/constraints/attenuation.ts";
import { matches, prepare } from "../src/constraints/registry.ts";
import { attenuate, type ExecutionGrant, mintRoot } from "../src/protocol/builder.ts";
import { type Cbor, decode, encode, isList } from "../src/protocol/cbor.ts";
import { readChain, verifyChain } from "../src/protocol/chain.ts";
import { sha256, signingKey } from "../src/protocol/keys.ts";
import { prove, proves } from "../src/protocol/pop.ts";
import type { Constraint, Warrant } from "../src/protocol/warrant.ts";
import { isInstalled, Library } from "../tests/interop/library.ts";
import { median } from "./ratios.ts";

/** One measured row. */
export interface ProtocolRow {
  readonly name: string;
  /** Median of one operation, microseconds. */
  readonly microseconds: number;
  /** To the raw verifications it needs, or to the published library's time for the same call. */
  readonly ratio: number;
  readonly limit: number;
}

// The published library holds the time of issue against the clock when it reads a warrant.
const now = Math.floor(Date.now() / 1000) - 5;
const keys = Array.from({ length: 10 }, (_, i) => signingKey(sha256(`bench key ${i}`)));
const root = keyAt(0).publicKey;

function keyAt(i: number) {
  const key = keys[i];
  if (key === undefined) throw new RangeError(`No key ${i}`);
  return key;
}

function rule(type: number, members: Record<string, Cbor>): Constraint {
  return [type, new Map(Object.entries(members))];
}

const path = rule(17, { root: "/srv/project", case_sensitive: true, allow_equal: true });
const tools = new Map([
  ["read_file", new Map([["path", path]])],
  ["run_command", new Map([["command", rule(128, { allow: ["ls", "pwd"] })]])],
]);

function chainOf(depth: number): Uint8Array {
  const grant = (i: number): ExecutionGrant => ({
    type: "execution",
    tools,
    holder: keyAt(i + 1).publicKey,
    issuedAt: now,
    expiresAt: now + 3600,
    maxDepth: 9,
  });
  let stack: Uint8Array = encode([decode(mintRoot(grant(0), keyAt(0)))]);
  for (let i = 1; i < depth; i++) {
    const value = decode(stack);
    const envelopes = isList(value) ? value.map((one) => encode(one)) : [];
    const chain = readChain(stack, [root]) as [Warrant, ...Warrant[]];
    stack = attenuate(chain, envelopes, grant(i), keyAt(i), attenuates);
  }
  return stack;
}

/** The signatures of a chain, ready to be verified with nothing else to do. */
function rawVerifications(stack: Uint8Array): () => void {
  const value = decode(stack);
  const ready = (isList(value) ? value : []).map((envelope, i) => {
    const [, payload, signature] = isList(envelope) ? envelope : [];
    const prefix = Buffer.from("302a300506032b6570032100" + keyAt(i).publicKey, "hex");
    const key = createPublicKey({ key: prefix, format: "der", type: "spki" });
    const message = Buffer.concat([
      Buffer.from("tenuo-warrant-v1\x01"),
      payload as Uint8Array,
    ]);
    const bytes = isList(signature) ? signature[1] as Uint8Array : new Uint8Array();
    return { key, message, bytes };
  });
  return () => {
    for (const { key, message, bytes } of ready) {
      if (!verify(null, message, key, bytes)) throw new Error("A raw verification failed");
    }
  };
}

function verified(stack: Uint8Array): Warrant {
  return verifyChain(readChain(stack, [root]), {
    root,
    now: now + 1,
    tolerance: 30,
    isRevoked: () => false,
    attenuates,
  });
}

function decided(stack: Uint8Array, proof: Uint8Array, args: Map<string, Cbor>): void {
  const leaf = verified(stack);
  const grants = leaf.tools.get("read_file") ?? new Map<string, Constraint>();
  for (const [name, constraint] of grants) {
    if (!matches(constraint, args.get(name) ?? null)) throw new Error("The call is refused");
  }
  if (!proves(leaf.holder, proof, leaf.id, "read_file", args, now + 1)) throw new Error("No proof");
}

const count = 200;

function microseconds(operation: () => void): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) operation();
  return (performance.now() - start) * 1000 / count;
}

type Operation = () => number | Promise<number>;

async function inTurn(operations: readonly Operation[], rounds: number): Promise<number[]> {
  const times = operations.map(() => [] as number[]);
  for (let round = -3; round < rounds; round++) {
    for (const [i, operation] of operations.entries()) {
      const time = await operation();
      if (round >= 0) times[i]?.push(time);
    }
  }
  return times.map((list) => median(list));
}

async function rowsOf(depth: number, rounds: number, library?: Library): Promise<ProtocolRow[]> {
  const stack = chainOf(depth);
  const args = new Map<string, Cbor>([["path", "/srv/project/notes.txt"]]);
  const proof = prove(keyAt(depth), verified(stack).id, "read_file", args, now + 1);
  const raw = rawVerifications(stack);
  const operations: Operation[] = [
    () => microseconds(raw),
    () => microseconds(() => verified(stack)),
    () => microseconds(() => decided(stack, proof, args)),
  ];
  if (library !== undefined) {
    const value = decode(stack);
    const chain = (isList(value) ? value : []).map((one) =>
      Buffer.from(encode(one)).toString("hex")
    );
    const call = {
      tool: "read_file",
      args: Object.fromEntries(args),
      now: now + 1,
      proof: Buffer.from(proof).toString("hex"),
    };
    operations.push(() => library.measure(root, chain, call, count));
  }
  const [base = 0, chain = 0, decision = 0, theirs] = await inTurn(operations, rounds);
  const whole = base * (depth + 1) / depth; // the proof is one verification more
  const row = (
    name: string,
    microseconds: number,
    against: number,
    limit: number,
  ): ProtocolRow => ({
    name: `${name} ${depth}`,
    microseconds,
    ratio: microseconds / against,
    limit,
  });
  return [
    row("chain of", chain, base, 1.3),
    row("decision,", decision, whole, 1.5),
    ...(theirs === undefined ? [] : [row("beside the library,", decision, theirs, 2)]),
  ];
}

/**
 * Warm, single thread; each row and its raw verifications in turn, medians of `rounds`. Where
 * `deno task interop` has installed the published library, the same calls are put to it as well.
 */
export async function benchProtocol(rounds = 15): Promise<ProtocolRow[]> {
  await prepare([path]);
  const library = await isInstalled() ? new Library() : undefined;
  try {
    const rows: ProtocolRow[] = [];
    for (const depth of [1, 4, 8]) rows.push(...await rowsOf(depth, rounds, library));
    return rows;
  } finally {
    await library?.close();
  }
}

if (import.meta.main) console.table(await benchProtocol());
