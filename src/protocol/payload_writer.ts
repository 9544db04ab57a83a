/** Writes the payload of a warrant. */
import { type Cbor, encode, sortedMap } from "./cbor.ts";
import { encodeTools, wireForm } from "./encode_tools.ts";
import { fromHex } from "./keys.ts";
import type { WarrantPayload } from "./payload.ts";

/** The payload's deterministic bytes. */
export function encodePayload(payload: WarrantPayload): Uint8Array {
  const key = (text: string): Cbor => [1, fromHex(text)];
  const { parentHash, extensions, constraintBounds: bounds } = payload;
  const fields: (readonly [number, Cbor | undefined])[] = [
    [0, 1],
    [1, fromHex(payload.id)],
    [2, payload.type === "execution" ? 0 : 1],
    [3, encodeTools(payload.tools)],
    [4, key(payload.holder)],
    [5, key(payload.issuer)],
    [6, payload.issuedAt],
    [7, payload.expiresAt],
    [8, payload.maxDepth],
    // The published library encodes the hash and extension values as arrays of integers.
    [9, parentHash === undefined ? undefined : [...fromHex(parentHash)]],
    [
      10,
      extensions.size === 0
        ? undefined
        : sortedMap([...extensions].map(([name, bytes]) => [name, [...bytes]])),
    ],
    [11, payload.issuableTools],
    [13, payload.maxIssueDepth],
    [
      14,
      bounds === undefined ? undefined : new Map([[
        "constraints",
        sortedMap([...bounds].map(([name, rule]) => [name, wireForm(rule)])),
      ]]),
    ],
    [15, payload.requiredApprovers?.map(key)],
    [16, payload.minApprovals],
    [17, payload.clearance],
    [18, payload.depth],
  ];
  return encode(
    new Map<Cbor, Cbor>(fields.filter((field): field is [number, Cbor] => field[1] !== undefined)),
  );
}
