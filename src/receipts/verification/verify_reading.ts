/** What verification is given by the room above: how a policy is read, and a decision replayed. */
import type { Arguments } from "../../protocol/pop.ts";
import type { Warrant } from "../../protocol/warrant.ts";
import type { Receipt } from "../receipt.ts";

/** A policy whose signature was verified. */
export interface Policy {
  /** SHA-256, hex: what receipts call it. */
  readonly digest: string;
  readonly serial: number;
  /** The receipt key that the root vouches for, hex. */
  readonly key: string | undefined;
  /** True when it only observes, unless its file was edited since. */
  readonly observes: boolean;
  /** True when the warrant names this very policy. */
  readonly isBoundTo: (leaf: Warrant) => boolean;
  /**
   * Why the policy does not allow a call; undefined when it does, as far as the log shows.
   *
   * @param args undefined when they are masked
   * @param leaf the warrant that it was allowed under
   */
  readonly objection: (
    receipt: Receipt,
    args: Arguments | undefined,
    leaf: Warrant,
  ) => string | undefined;
  /**
   * What a refusal comes to: true when the warrant or the policy refuses the call, false when it may
   * rest on what the log does not show, and text, the reason, when both grant what was refused.
   *
   * @param leaf undefined when the refusal names no warrant
   */
  readonly refusal: (
    receipt: Receipt,
    args: Arguments | undefined,
    leaf: Warrant | undefined,
  ) => boolean | string;
}

/**
 * Reads a policy file.
 *
 * @throws when the root did not sign it; an error with the name `UnsupportedPayloadVersion` when it
 * did, in a format of another version
 */
export type ReadPolicy = (file: Uint8Array, root: string) => Promise<Policy>;
