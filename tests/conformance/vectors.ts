/** The published figures, as they stand in `vectors/`. */
import { Buffer } from "node:buffer";
import { fromJson, matches, prepare } from "../../src/constraints/registry.ts";
import type { Warrant } from "../../src/protocol/warrant.ts";

/** One chain of the published document and what a verifier must say of it. */
export interface WarrantCase {
  readonly id: string;
  /** Envelopes, hex, root first. */
  readonly chain: readonly string[];
  readonly trusted_roots: readonly [string];
  /** Unix seconds. */
  readonly now: number;
  readonly expect: "valid" | "invalid";
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly authorize?: "allow" | "deny";
  readonly revoked?: readonly string[];
  readonly pop?: { readonly now: number; readonly signature_hex: string } & {
    readonly challenge_cbor_hex: string;
  };
  readonly required_approvers?: number;
  readonly min_approvals?: number;
  readonly pop_invalid_hex?: string;
  readonly pop_valid_hex?: string;
}

/** Figures by name: seeds and public keys of the roles. */
type Roles = Readonly<
  Record<"control_plane" | "orchestrator" | "worker" | "worker2" | "attacker", string>
>;

export interface WarrantVectors {
  readonly seeds_hex: Roles;
  readonly public_keys_hex: Roles;
  readonly cases: readonly WarrantCase[];
  readonly approval: {
    readonly approvalpayload_cbor_hex: string;
    readonly approver_signature_hex: string;
    readonly complete_signedapproval_envelope_hex: string;
  };
  readonly signed_revocation_list: {
    readonly srlpayload_cbor_hex: string;
    readonly control_plane_signature_hex: string;
    readonly complete_signedrevocationlist_hex: string;
  };
}

export interface PopVectors {
  readonly issuer_priv_hex: string;
  readonly holder_priv_hex: string;
  readonly cases: readonly {
    readonly name: string;
    readonly tool: string;
    readonly args: Readonly<Record<string, unknown>>;
    readonly warrant_b64: string;
    readonly timestamp: number;
    readonly expected_signature_hex: string;
  }[];
}

export interface ConstraintVectors {
  readonly stack_hex: string;
  readonly cases: readonly {
    readonly id: string;
    readonly payload_hex: string;
    readonly signature_hex: string;
    readonly allow: readonly Readonly<Record<string, unknown>>[];
    readonly deny: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/**
 * What the published Python library, tenuo 0.3.3, says of an argument under a constraint that stood
 * in a warrant of this program; `here` and `why` where this program says something else.
 */
export interface LibraryDecision {
  readonly type: number;
  readonly rule: unknown;
  readonly argument: unknown;
  readonly library: "allow" | "deny";
  readonly here?: "allow" | "deny";
  readonly why?: string;
}

function read(name: string): string {
  return Deno.readTextFileSync(new URL(`vectors/${name}`, import.meta.url));
}

export const warrants = JSON.parse(read("warrants.json")) as WarrantVectors;
export const pops = JSON.parse(read("pop.json")) as PopVectors;
export const constraints = JSON.parse(read("constraints.json")) as ConstraintVectors;
export const decisions = read("library_decisions.jsonl").trim().split("\n")
  .map((line) => JSON.parse(line) as LibraryDecision);

/** The case whose id is or starts with `id`. */
export function caseOf(id: string): WarrantCase {
  const found = warrants.cases.find((one) => one.id === id || one.id.startsWith(`${id} `));
  if (found === undefined) throw new Error(`No vector ${id}`);
  return found;
}

export function unhex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** True when the warrant's only tool, or `tool`, grants a call with these arguments. */
export async function grants(
  warrant: Warrant,
  args: Readonly<Record<string, unknown>>,
  tool?: string,
): Promise<boolean> {
  const name = tool === undefined || tool === "*" ? [...warrant.tools.keys()][0] : tool;
  const set = warrant.tools.get(name ?? "");
  if (set === undefined) return false;
  await prepare(set.values());
  const names = Object.keys(args);
  return names.length === set.size &&
    names.every((key) => {
      const constraint = set.get(key);
      return constraint !== undefined && matches(constraint, fromJson(args[key]));
    });
}
