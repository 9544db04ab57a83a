/** Evidence, each warrant chain and each policy verified once and then held for the next receipts. */
import { prepareAttenuation } from "../../constraints/attenuation.ts";
import { prepare } from "../../constraints/registry.ts";
import { readChain, verifyChain } from "../../protocol/chain.ts";
import { hex, sha256 } from "../../protocol/keys.ts";
import type { Warrant } from "../../protocol/warrant.ts";
import { UnsafeFile } from "../../state/read_file.ts";
import { type EvidenceKind, readEvidence } from "../evidence.ts";
import type { Policy, ReadPolicy } from "./verify_reading.ts";
import type { Missing } from "./verify_result.ts";
import { Untrue } from "./verify_tally.ts";

/** A warrant chain that verifies to the root. */
export interface Grant {
  readonly leaf: Warrant;
  /** Unix seconds: every warrant of the chain is in force from `from` on and before `until`. */
  readonly from: number;
  readonly until: number;
}

/** What came of verifying it; undefined for what is missing. */
type Held<T> = { readonly value: T } | { readonly untrue: string } | undefined;

/** Seconds of clock difference that are forgiven, as when the call was judged. */
export const clockTolerance = 30;
/** Chains and policies held at once, and missing ones told apart. */
const maxHeld = 256;
const maxMissing = 1024;

export class Evidence {
  readonly #path: string;
  readonly #root: string;
  readonly #key: string;
  readonly #readPolicy: ReadPolicy;
  readonly #grants = new Map<string, Held<Grant>>();
  readonly #policies = new Map<string, Held<Policy>>();
  readonly #missing = new Map<string, { kind: EvidenceKind; rows: number }>();

  /**
   * @param path a file of the log; the evidence lies in a folder beside it
   * @param key the receipt key that policies must name, hex
   */
  constructor(path: string, root: string, key: string, readPolicy: ReadPolicy) {
    this.#path = path;
    this.#root = root;
    this.#key = key;
    this.#readPolicy = readPolicy;
  }

  /** What was asked for since the last time and is not there, in the order it was met. */
  takeMissing(): Missing[] {
    const missing = [...this.#missing].map(([digest, held]) => ({ digest, ...held }));
    this.#missing.clear();
    return missing;
  }

  /** The warrant chain of this digest; undefined when it is missing. @throws {Untrue} */
  grant(digest: string): Grant | undefined | Promise<Grant | undefined> {
    return this.#hold(
      "warrant",
      digest,
      this.#grants,
      (bytes) => this.#verifiedGrant(bytes, digest),
    );
  }

  /** The policy of this digest; undefined when it is missing. @throws {Untrue} */
  policy(digest: string): Policy | undefined | Promise<Policy | undefined> {
    return this.#hold("policy", digest, this.#policies, (bytes) => this.#verified(bytes, digest));
  }

  /** At once what is held already: most receipts name what the one before named. */
  #hold<T>(
    kind: EvidenceKind,
    digest: string,
    cache: Map<string, Held<T>>,
    verify: (bytes: Uint8Array) => Promise<Held<T>>,
  ): T | undefined | Promise<T | undefined> {
    const held = cache.get(digest);
    return held !== undefined && "value" in held
      ? held.value
      : this.#look(kind, digest, cache, verify);
  }

  async #look<T>(
    kind: EvidenceKind,
    digest: string,
    cache: Map<string, Held<T>>,
    verify: (bytes: Uint8Array) => Promise<Held<T>>,
  ): Promise<T | undefined> {
    let held = cache.get(digest);
    if (held === undefined && !cache.has(digest)) {
      const bytes = readOrNothing(this.#path, kind, digest);
      held = bytes === undefined ? undefined : await verify(bytes);
      const [oldest] = cache.keys();
      if (cache.size >= maxHeld && oldest !== undefined) cache.delete(oldest);
      cache.set(digest, held);
    }
    if (held === undefined) this.#count(kind, digest);
    else if ("untrue" in held) throw new Untrue(`names the ${kind} ${digest}, ${held.untrue}`);
    return held?.value;
  }

  #count(kind: EvidenceKind, digest: string): void {
    const known = this.#missing.get(digest);
    if (known !== undefined) known.rows++;
    else if (this.#missing.size < maxMissing) this.#missing.set(digest, { kind, rows: 1 });
  }

  /** The chain's links, signatures and narrowing up to the root, whenever it was in force. */
  async #verifiedGrant(bytes: Uint8Array, digest: string): Promise<Held<Grant>> {
    if (hex(sha256(bytes)) !== digest) return notItsName;
    try {
      const chain = readChain(bytes, [this.#root]);
      const from = Math.max(...chain.map(({ issuedAt }) => issuedAt));
      const until = Math.min(...chain.map(({ expiresAt }) => expiresAt));
      const leaf = verifyChain(chain, {
        root: this.#root,
        // A clock that was ahead may have issued one after another's end; both were in force before.
        now: Math.min(from, until - 1),
        tolerance: clockTolerance,
        // The list that was in force is not kept; what it refused left refusals in the log.
        isRevoked: () => false,
        attenuates: await prepareAttenuation(chain),
        allowSelfDelegation: true,
      });
      for (const set of leaf.tools.values()) await prepare(set.values());
      return { value: { leaf, from: from - clockTolerance, until } };
    } catch (error) {
      return { untrue: `which does not verify to the root: ${messageOf(error)}` };
    }
  }

  /** The root's signature, that the digest is of what it covers, and whose lines it lets count. */
  async #verified(bytes: Uint8Array, digest: string): Promise<Held<Policy>> {
    try {
      const policy = await this.#readPolicy(bytes, this.#root);
      if (policy.digest !== digest) return notItsName;
      return policy.key === this.#key
        ? { value: policy }
        : { untrue: `by which the receipt key is ${policy.key ?? "none"}` };
    } catch (error) {
      // The root's, but of a version that this program does not read.
      if (error instanceof Error && error.name === "UnsupportedPayloadVersion") return undefined;
      return { untrue: `which does not verify to the root: ${messageOf(error)}` };
    }
  }
}

const notItsName = { untrue: "whose evidence has another digest" } as const;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readOrNothing(path: string, kind: EvidenceKind, digest: string): Uint8Array | undefined {
  try {
    return readEvidence(path, kind, digest);
  } catch (error) {
    if (error instanceof UnsafeFile) return undefined;
    throw error;
  }
}
