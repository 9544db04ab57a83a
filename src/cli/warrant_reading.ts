/** What a warrant says, whoever signed it. For looking, never for deciding. */
import { type Cbor, decode, isList } from "../protocol/cbor.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { payloadOf } from "../protocol/payload.ts";
import { readWarrant, type WarrantPayload } from "../protocol/warrant.ts";
import { type Refusal, refusalOf } from "./warrant_refusal.ts";

export interface Reading {
  readonly payload: WarrantPayload;
  readonly payloadBytes: Uint8Array;
  /** Undefined when the issuer that the warrant names did sign it. */
  readonly unsigned?: Refusal;
}

function read(envelope: Cbor): Reading {
  try {
    const warrant = readWarrant(envelope);
    return { payload: warrant, payloadBytes: warrant.payloadBytes };
  } catch (error) {
    const unsigned = refusalOf(error);
    const bytes = isList(envelope) ? envelope[1] : undefined;
    if (unsigned.name !== "SignatureInvalid" || !(bytes instanceof Uint8Array)) throw error;
    return { payload: payloadOf(decode(bytes)), payloadBytes: bytes, unsigned };
  }
}

/** The warrants of a chain in CBOR, root first. @throws {ProtocolError} for what is none */
export function readForms(bytes: Uint8Array): Reading[] {
  const value = decode(bytes);
  const stack = isList(value) && isList(value[0]) ? value : [value];
  if (stack.length > 64) throw new ProtocolError("ChainTooLong", "Chain is longer than 64");
  return stack.map(read);
}
