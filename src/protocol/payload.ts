/**
 * The payload of a warrant: what it says, and its deterministic bytes (wire-format-v1 sections 7, 8,
 * 10 and 13). Only what was signed is read here.
 */
import { type Cbor, type CborMap, isList, isMap } from "./cbor.ts";
import { type CodeName, ProtocolError } from "./errors.ts";
import { hex, isSoundPublicKey } from "./keys.ts";

/** `[type id, value]` as it stands on the wire. */
export type Constraint = readonly [type: number, value: Cbor];
export type ConstraintSet = ReadonlyMap<string, Constraint>;

/** What a warrant says. Times are unix seconds, keys and ids lower-case hex. */
export interface WarrantPayload {
  readonly id: string;
  readonly type: "execution" | "issuer";
  readonly tools: ReadonlyMap<string, ConstraintSet>;
  readonly holder: string;
  readonly issuer: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly maxDepth: number;
  readonly depth: number;
  readonly parentHash?: string;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** Issuer warrants: the tools they may grant, `*` for any. */
  readonly issuableTools?: readonly string[];
  /** Issuer warrants: the largest `maxDepth` they may grant. */
  readonly maxIssueDepth?: number;
  /** Issuer warrants: what every granted set of constraints must narrow. */
  readonly constraintBounds?: ConstraintSet;
  /** Public keys of which `minApprovals` (all when absent) must approve a call. */
  readonly requiredApprovers?: readonly string[];
  readonly minApprovals?: number;
  /** 0 to 255; more is more privilege. */
  readonly clearance?: number;
}

export const maxDelegationDepth = 64;
const maxTools = 256;
const maxConstraints = 64;
const maxExtensions = 64;
const maxExtensionBytes = 8 * 1024;
const maxValueBytes = 4 * 1024;
const maxNameBytes = 256;
/** The extensions under `tenuo.` that mean something to a verifier. */
const knownExtensions = ["tenuo.session_id", "tenuo.agent_id"];

function refuse(name: CodeName, what: string): never {
  throw new ProtocolError(name, `Warrant payload: ${what}`);
}

function invalid(what: string): never {
  return refuse("InvalidPayloadStructure", what);
}

export function integer(value: Cbor | undefined, what: string, most = Infinity): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most
    ? value
    : invalid(`${what} is not an unsigned integer in range`);
}

function mapOf(value: Cbor | undefined, what: string): CborMap {
  return isMap(value) ? value : invalid(`${what} is not a map`);
}

function listOf(value: Cbor | undefined, what: string): readonly Cbor[] {
  return isList(value) ? value : invalid(`${what} is not a list`);
}

function text(value: Cbor, what: string): string {
  return typeof value === "string" ? value : invalid(`${what} is not text`);
}

function isLonger(value: string, most: number): boolean {
  if (value.length * 3 <= most) return false;
  return value.length > most || new TextEncoder().encode(value).length > most;
}

/** The published library writes byte vectors as arrays of integers in some places. */
function looseBytes(value: Cbor | undefined, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const list = listOf(value, what);
  const bytes = new Uint8Array(list.length);
  for (let i = 0; i < list.length; i++) bytes[i] = integer(list[i], what, 255);
  return bytes;
}

/** The bytes of `[1, bytes]`: a public key or a signature. */
export function algorithmPair(value: Cbor | undefined, size: number, what: string): Uint8Array {
  if (!isList(value) || value.length !== 2) return invalid(`${what} is malformed`);
  const [algorithm, bytes] = value;
  if (algorithm !== 1) refuse("UnsupportedAlgorithm", `${what}: unknown algorithm`);
  if (!(bytes instanceof Uint8Array)) return invalid(`${what} is malformed`);
  if (bytes.length !== size) {
    const code = size === 64 ? "InvalidSignatureLength" : "InvalidKeyLength";
    refuse(code, `${what} is not ${size} bytes`);
  }
  return bytes;
}

function publicKey(value: Cbor | undefined, what: string): string {
  const key = algorithmPair(value, 32, what);
  return isSoundPublicKey(key) ? hex(key) : refuse("SignatureInvalid", `${what} is a weak key`);
}

/** The issuer a payload names. Nothing else of it is looked at. */
export function issuerOf(fields: Cbor): string {
  const issuer = mapOf(fields, "payload").get(5);
  return issuer === undefined
    ? refuse("MissingRequiredField", "no field 5")
    : publicKey(issuer, "issuer");
}

function requireShort(value: Cbor, what: string): void {
  if (typeof value === "string" && isLonger(value, maxValueBytes)) {
    refuse("ValueTooLarge", `a value of ${what} is longer than 4 KB`);
  }
  if (value instanceof Uint8Array && value.length > maxValueBytes) {
    refuse("ValueTooLarge", `a value of ${what} is longer than 4 KB`);
  }
  if (isList(value)) { for (const item of value) requireShort(item, what); }
  if (isMap(value)) { for (const item of value.values()) requireShort(item, what); }
}

function constraintSet(value: Cbor | undefined, what: string): ConstraintSet {
  const wrapper = mapOf(value, what);
  for (const key of wrapper.keys()) {
    // allow_unknown would open the closed world of arguments; nothing here issues it.
    if (key !== "constraints") invalid(`${what}: unknown key`);
  }
  const entries = mapOf(wrapper.get("constraints"), `constraints of ${what}`);
  if (entries.size > maxConstraints) refuse("TooManyConstraints", `${what} has more than 64`);
  const set = new Map<string, Constraint>();
  for (const [name, pair] of entries) {
    const [type, rule] = isList(pair) && pair.length === 2 ? pair : [];
    if (rule === undefined) return invalid(`constraint of ${what} is malformed`);
    requireShort(rule, what);
    set.set(text(name, "argument name"), [integer(type, "constraint type", 255), rule]);
  }
  return set;
}

function toolsOf(value: Cbor | undefined): WarrantPayload["tools"] {
  const entries = mapOf(value, "tools");
  if (entries.size > maxTools) refuse("TooManyTools", "more than 256 tools");
  const tools = new Map<string, ConstraintSet>();
  for (const [name, set] of entries) {
    const tool = text(name, "tool name");
    if (tool.startsWith("tenuo:")) refuse("ReservedToolName", `tool name ${tool.slice(0, 40)}`);
    if (isLonger(tool, maxNameBytes)) invalid("a tool name is longer than 256 bytes");
    tools.set(tool, constraintSet(set, `tool ${tool}`));
  }
  return tools;
}

function extensionsOf(value: Cbor | undefined): Map<string, Uint8Array> {
  const extensions = new Map<string, Uint8Array>();
  if (value === undefined) return extensions;
  const entries = mapOf(value, "extensions");
  if (entries.size > maxExtensions) refuse("ExtensionTooLarge", "more than 64 extensions");
  for (const [name, raw] of entries) {
    const key = text(name, "extension key");
    if (key.startsWith("tenuo.") && !knownExtensions.includes(key)) {
      refuse("ReservedExtensionKey", `unknown reserved extension ${key}`);
    }
    const bytes = looseBytes(raw, `extension ${key}`);
    if (bytes.length > maxExtensionBytes) refuse("ExtensionTooLarge", `extension ${key}`);
    extensions.set(key, bytes);
  }
  return extensions;
}

/** Version, order and completeness of the fields, before any of them is read. */
function requireFields(fields: CborMap): void {
  if (!fields.has(0)) refuse("MissingRequiredField", "no field 0");
  if (fields.get(0) !== 1) refuse("UnsupportedPayloadVersion", "not version 1");
  let last = -1;
  for (const key of fields.keys()) {
    const number = integer(key, "key");
    if (number <= last) invalid("keys are not in order");
    last = number;
    if (number > 18 || number === 12) refuse("UnknownPayloadField", `field ${number}`);
  }
  for (let key = 1; key < 9; key++) {
    if (!fields.has(key)) refuse("MissingRequiredField", `no field ${key}`);
  }
}

/** What a warrant's type asks for and forbids (protocol-spec-v1 section 2.4). */
function requireConsistent(payload: WarrantPayload): void {
  const { type, tools, issuableTools, maxIssueDepth, requiredApprovers, minApprovals } = payload;
  if (payload.expiresAt <= payload.issuedAt) invalid("expires_at is not after issued_at");
  if (type === "issuer") {
    if (tools.size > 0) invalid("an issuer warrant has tools");
    if (issuableTools === undefined || issuableTools.length === 0) {
      invalid("an issuer warrant grants nothing");
    }
  } else if (issuableTools !== undefined || maxIssueDepth !== undefined) {
    invalid("an execution warrant issues");
  }
  if ((maxIssueDepth ?? 0) > payload.maxDepth) invalid("max_issue_depth is beyond max_depth");
  const approvers = requiredApprovers?.length ?? 0;
  if (
    minApprovals !== undefined && approvers > 0 && !(minApprovals > 0 && minApprovals <= approvers)
  ) {
    invalid("min_approvals does not fit required_approvers");
  }
}

/** Reads the fields of a payload whose signature was verified. @throws {ProtocolError} 12xx, 19xx, 20xx, 2100 */
export function payloadOf(value: Cbor): WarrantPayload {
  const fields = mapOf(value, "payload");
  requireFields(fields);
  const type = fields.get(2);
  if (type !== 0 && type !== 1) invalid("unknown warrant type");
  const id = fields.get(1);
  if (!(id instanceof Uint8Array) || id.length !== 16) return invalid("id is not 16 bytes");
  const parent = fields.get(9) ?? undefined;
  const common: WarrantPayload = {
    id: hex(id),
    type: type === 0 ? "execution" : "issuer",
    tools: toolsOf(fields.get(3)),
    holder: publicKey(fields.get(4), "holder"),
    issuer: publicKey(fields.get(5), "issuer"),
    issuedAt: integer(fields.get(6), "issued_at"),
    expiresAt: integer(fields.get(7), "expires_at"),
    maxDepth: integer(fields.get(8), "max_depth", 255),
    depth: integer(fields.has(18) ? fields.get(18) : 0, "depth"),
    ...(parent === undefined ? {} : { parentHash: hex(looseBytes(parent, "parent_hash")) }),
    extensions: extensionsOf(fields.get(10)),
  };
  // Most warrants have none of the fields from 11 to 17.
  const payload = laterKeys.some((key) => fields.has(key))
    ? { ...common, ...laterFields(fields) }
    : common;
  requireConsistent(payload);
  return payload;
}

const laterKeys = [11, 13, 14, 15, 16, 17];

function laterFields(fields: CborMap): Partial<WarrantPayload> {
  const given = (key: number) => fields.get(key) ?? undefined;
  return {
    ...optional(
      "issuableTools",
      given(11),
      (item) => listOf(item, "issuable_tools").map((tool) => text(tool, "tool")),
    ),
    ...optional("maxIssueDepth", given(13), (item) => integer(item, "max_issue_depth")),
    ...optional("constraintBounds", given(14), (item) => constraintSet(item, "constraint_bounds")),
    ...optional(
      "requiredApprovers",
      given(15),
      (item) => listOf(item, "approvers").map((key) => publicKey(key, "approver")),
    ),
    ...optional("minApprovals", given(16), (item) => integer(item, "min_approvals")),
    ...optional("clearance", given(17), (item) => integer(item, "clearance", 255)),
  };
}

function optional<Name extends string, T>(
  name: Name,
  value: Cbor | undefined,
  read: (value: Cbor) => T,
): { readonly [Key in Name]?: T } {
  return value === undefined ? {} : { [name]: read(value) } as { [Key in Name]: T };
}
