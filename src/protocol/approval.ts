/**
 * Approvals (wire-format-v1 section 16): a person or system with a listed key says yes to one call.
 * The document shows integer keys and an array envelope; the published figures and library write
 * text keys in declared order, and those are followed here. The figures have bare bytes where the
 * library has `[1, bytes]` for a key or signature and integers for other bytes: both are read.
 */
import { type Cbor, decode, encode, isList, isMap, sortedMap } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { fromHex, hex, sha256, type SigningKey, signWith, verifyWith } from "./keys.ts";
import { type Arguments, inOrder } from "./pop.ts";

/** What an approver signs. Times are unix seconds, bytes lower-case hex. */
export interface Approval {
  /** Binds the approval to one call; see `requestHash`. */
  readonly requestHash: string;
  /** 16 random bytes. */
  readonly nonce: string;
  /** Who approved, as their organization names them. */
  readonly externalId: string;
  readonly approvedAt: number;
  readonly expiresAt: number;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** An approval whose signature was verified, with the approver's public key in hex. */
export interface SignedApproval extends Approval {
  readonly approver: string;
}

const domain = "tenuo-approval-v1";
const version = Uint8Array.of(1);

function invalid(what: string): never {
  throw new ProtocolError("ApprovalPayloadInvalid", `Approval: ${what}`);
}

/** The hash that names one call by one holder: SHA-256 over warrant id, tool, arguments and holder. */
export function requestHash(
  warrantId: string,
  tool: string,
  args: Arguments,
  holder: string,
): string {
  const body = encode(inOrder(args));
  return hex(sha256(encode([warrantId, tool, body, fromHex(holder)])));
}

/**
 * Signs an approval. Returns the envelope's bytes.
 *
 * @param form as the published figures have it, or as the published library reads it
 */
export function signApproval(
  approval: Approval,
  approver: SigningKey,
  form: "figures" | "library" = "figures",
): Uint8Array {
  const loose = (bytes: Uint8Array): Cbor => form === "figures" ? bytes : [...bytes];
  const pair = (bytes: Uint8Array): Cbor => form === "figures" ? bytes : [1, bytes];
  const fields = new Map<Cbor, Cbor>([
    ["version", 1],
    ["request_hash", loose(fromHex(approval.requestHash))],
    ["nonce", loose(fromHex(approval.nonce))],
    ["external_id", approval.externalId],
    ["approved_at", approval.approvedAt],
    ["expires_at", approval.expiresAt],
  ]);
  if (approval.extensions.size > 0) {
    const entries = [...approval.extensions].map(([key, bytes]) => [key, loose(bytes)] as const);
    fields.set("extensions", sortedMap(entries));
  }
  const payload = encode(fields);
  return encode(
    new Map<Cbor, Cbor>([
      ["approval_version", 1],
      ["payload", payload],
      ["approver_key", pair(fromHex(approver.publicKey))],
      ["signature", pair(signWith(approver, domain, version, payload))],
    ]),
  );
}

/** A key or signature stands alone or after its algorithm. */
function unpaired(value: Cbor | undefined): Cbor | undefined {
  return isList(value) && value.length === 2 && value[0] === 1 ? value[1] : value;
}

function isByte(value: Cbor): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 256;
}

/** Byte members stand as byte strings or, in older writers, as arrays of integers. */
function bytesOf(value: Cbor | undefined, size: number | undefined, what: string): Uint8Array {
  const bytes = isList(value) && value.every(isByte) ? Uint8Array.from(value, Number) : value;
  if (!(bytes instanceof Uint8Array) || (size !== undefined && bytes.length !== size)) {
    return invalid(`${what} is malformed`);
  }
  return bytes;
}

function time(value: Cbor | undefined, what: string): number {
  return typeof value === "number" && value >= 0 ? value : invalid(`${what} is not a time`);
}

/**
 * Reads an approval and verifies its signature, before anything in it is decoded. Whether the
 * approver is listed, the approval in time and about this call is for `requireApproval`.
 *
 * @throws {ProtocolError} 1701 ApprovalInvalid, 1704 UnsupportedApprovalVersion,
 * 1705 ApprovalPayloadInvalid, 1202 MalformedCBOR
 */
export function readApproval(envelope: Uint8Array): SignedApproval {
  const outer = decode(envelope);
  if (!isMap(outer)) return invalid("not an envelope");
  if (outer.get("approval_version") !== 1) {
    throw new ProtocolError("UnsupportedApprovalVersion", "Approval envelope is not version 1");
  }
  const payload = bytesOf(outer.get("payload"), undefined, "payload");
  const approver = hex(bytesOf(unpaired(outer.get("approver_key")), 32, "approver_key"));
  const signature = bytesOf(unpaired(outer.get("signature")), 64, "signature");
  if (!verifyWith(approver, signature, domain, version, payload)) {
    throw new ProtocolError("ApprovalInvalid", "Approval signature does not verify");
  }
  const fields = decode(payload);
  if (!isMap(fields) || fields.get("version") !== 1) return invalid("payload is not version 1");
  const externalId = fields.get("external_id");
  const extensions = fields.get("extensions") ?? new Map<Cbor, Cbor>();
  if (typeof externalId !== "string" || !isMap(extensions)) return invalid("payload is malformed");
  const extension = ([key, value]: readonly [Cbor, Cbor]): readonly [string, Uint8Array] =>
    typeof key === "string"
      ? [key, bytesOf(value, undefined, "extension")]
      : invalid("an extension key is not text");
  return {
    requestHash: hex(bytesOf(fields.get("request_hash"), 32, "request_hash")),
    nonce: hex(bytesOf(fields.get("nonce"), 16, "nonce")),
    externalId,
    approvedAt: time(fields.get("approved_at"), "approved_at"),
    expiresAt: time(fields.get("expires_at"), "expires_at"),
    extensions: new Map([...extensions].map(extension)),
    approver,
  };
}

/**
 * Counts the approvals that hold: of listed approvers, each once, in time, about this call.
 *
 * @param required public keys in hex; `threshold` of them must have approved
 * @param now unix seconds; `tolerance` seconds of clock difference are forgiven
 * @throws {ProtocolError} 1700, or the code of the only approval given when it does not hold
 */
export function requireApprovals(
  approvals: readonly SignedApproval[],
  required: readonly string[],
  threshold: number,
  hash: string,
  { now, tolerance }: { readonly now: number; readonly tolerance: number },
): void {
  const problems: ProtocolError[] = [];
  const counted = new Set<string>();
  for (const approval of approvals) {
    const problem = !required.includes(approval.approver)
      ? new ProtocolError("ApproverNotAuthorized", `${approval.approver} is not an approver`)
      : now - tolerance >= approval.expiresAt || now + tolerance < approval.approvedAt
      ? new ProtocolError("ApprovalExpired", "The approval is not in force at this time")
      : approval.requestHash !== hash
      ? new ProtocolError("ApprovalRequestHashMismatch", "The approval is about another call")
      : undefined;
    if (problem === undefined) counted.add(approval.approver);
    else problems.push(problem);
  }
  if (counted.size >= threshold) return;
  const [only] = problems;
  if (approvals.length === 1 && only !== undefined) throw only;
  if (approvals.length === 0) {
    throw new ProtocolError("ApprovalRequired", `The call needs ${threshold} approvals`);
  }
  throw new ProtocolError(
    "InsufficientApprovals",
    `${counted.size} of ${threshold} needed approvals hold`,
  );
}
