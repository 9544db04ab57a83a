/**
 * The events that published Tenuo authorizers send to a control plane, made of receipts: the decision,
 * the warrants it rests on, and a signature over a CBOR map of the essentials. Whoever checks an event
 * verifies the signature over the bytes of `signing_payload` as they are.
 */
import { Buffer } from "node:buffer";
import { type Cbor, decode, encode, isList } from "../../protocol/cbor.ts";
import { readChain } from "../../protocol/chain.ts";
import { fromHex, hex, sha256, type SigningKey, signWith } from "../../protocol/keys.ts";
import type { Decision, Receipt } from "../receipt.ts";
import { type Format, millisecondsOf, textOf } from "./format.ts";

/** What is signed. */
export interface AuthorizerPayload {
  readonly authorizerId: string;
  /** A CBOR list of warrants, root first; empty when the call was judged without any. */
  readonly stack: Uint8Array;
  /** For example `tool:read_file`. */
  readonly action: string;
  readonly outcome: string;
  /** Unix seconds. */
  readonly time: number;
  /** The root's public key, hex. */
  readonly rootPrincipal?: string | undefined;
}

/** A map with text keys; the last of them only with a root principal. */
export function encodeAuthorizerPayload(payload: AuthorizerPayload): Uint8Array {
  const { authorizerId, stack, action, outcome, time, rootPrincipal } = payload;
  const members: [string, Cbor][] = [
    ["1", authorizerId],
    ["2", stack],
    ["3", action],
    ["4", outcome],
    ["5", time],
  ];
  if (rootPrincipal !== undefined) members.push(["6", rootPrincipal]);
  return encode(new Map<Cbor, Cbor>(members));
}

/** What this program calls itself: the first 16 bytes of the SHA-256 of the receipt key, hex. */
export function authorizerIdOf(publicKey: string): string {
  return hex(sha256(fromHex(publicKey)).subarray(0, 16));
}

export interface AuthorizerOptions {
  /** The warrant chain as `evidence` has it: one warrant or a list of them. */
  readonly chain?: Uint8Array | undefined;
  readonly authorizerId: string;
  /** The root's public key, hex; said of calls with a chain only. */
  readonly rootPrincipal?: string | undefined;
  /** The receipt key. Without it the event has no signature. */
  readonly key?: SigningKey | undefined;
}

/** One event. `signature`, `signing_payload` and `warrant_stack` are base64. */
export interface AuthorizerEvent {
  readonly timestamp: string;
  readonly authorizer_id: string;
  readonly warrant_id: string;
  readonly decision: Decision;
  readonly deny_reason?: string;
  /** The capability; the tool where the call has none. */
  readonly tool: string;
  /** The rule that refused. */
  readonly failed_constraint?: string;
  readonly chain_depth: number;
  readonly root_principal?: string;
  readonly warrant_stack?: string;
  /** Receipts do not say how long a decision took: 0. */
  readonly latency_us: number;
  readonly request_id: string;
  /** JSON text, secrets masked. */
  readonly arguments?: string;
  readonly signature?: string;
  readonly signing_payload: string;
  readonly action: string;
  readonly session_id?: string;
  readonly action_category: "tool";
}

interface Stack {
  readonly bytes: Uint8Array;
  readonly depth: number;
}

const noStack: Stack = { bytes: new Uint8Array(), depth: 0 };
const known = new WeakMap<Uint8Array, Stack>();

/** A single warrant is wrapped in a list, as control planes expect it. */
function stackOf(chain: Uint8Array): Stack {
  const before = known.get(chain);
  if (before !== undefined) return before;
  const value = decode(chain);
  const isStack = isList(value) && isList(value[0]);
  const bytes = isStack ? chain : Buffer.concat([Uint8Array.of(0x81), chain]);
  const stack = { bytes, depth: readChain(chain).at(-1)?.depth ?? 0 };
  known.set(chain, stack);
  return stack;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function argumentsOf(args: unknown): { arguments?: string } {
  return args === undefined ? {} : { arguments: JSON.stringify(args) };
}

/**
 * The event of a decision; undefined for receipts that are none.
 *
 * @throws {ProtocolError} when the chain is none
 */
export function authorizerEvent(
  receipt: Receipt,
  { chain, authorizerId, rootPrincipal, key }: AuthorizerOptions,
): AuthorizerEvent | undefined {
  const { kind, decision } = receipt;
  if (kind !== "decision" || (decision !== "allow" && decision !== "deny")) return undefined;
  const stack = chain === undefined ? noStack : stackOf(chain);
  const principal = chain === undefined ? undefined : rootPrincipal;
  const tool = textOf(receipt.capability) || textOf(receipt.tool);
  const action = `tool:${tool}`;
  const payload = encodeAuthorizerPayload({
    authorizerId,
    stack: stack.bytes,
    action: action.toWellFormed(),
    outcome: decision,
    time: Math.floor(millisecondsOf(receipt) / 1000),
    rootPrincipal: principal,
  });
  const warrant = textOf(receipt.warrant);
  const refused = decision === "deny";
  return {
    timestamp: textOf(receipt.time),
    authorizer_id: authorizerId,
    warrant_id: warrant === "" ? "" : `tnu_wrt_${warrant}`,
    decision,
    ...(refused ? { deny_reason: textOf(receipt.reason) } : {}),
    tool,
    ...(refused && receipt.rule !== undefined ? { failed_constraint: textOf(receipt.rule) } : {}),
    chain_depth: stack.depth,
    ...(principal === undefined ? {} : { root_principal: principal }),
    ...(chain === undefined ? {} : { warrant_stack: base64(stack.bytes) }),
    latency_us: 0,
    request_id: textOf(receipt.call) || `${authorizerId}-${textOf(receipt.seq)}`,
    ...argumentsOf(receipt.args),
    ...(key === undefined ? {} : { signature: base64(signWith(key, "", payload)) }),
    signing_payload: base64(payload),
    action,
    ...(receipt.session === undefined ? {} : { session_id: textOf(receipt.session) }),
    action_category: "tool",
  };
}

/** Where the format finds what events need beside the receipt. */
export interface AuthorizerSource extends Omit<AuthorizerOptions, "chain"> {
  /** The chain of that digest; undefined when it is not there. */
  readonly chainOf: (digest: string) => Uint8Array | undefined;
}

/** One event a decision. */
export function authorizerEvents({ chainOf, ...options }: AuthorizerSource): Format {
  return {
    line: (receipt) => {
      const { chain: digest } = receipt;
      const chain = typeof digest === "string" ? chainOf(digest) : undefined;
      const event = authorizerEvent(receipt, { ...options, chain });
      return event === undefined ? undefined : JSON.stringify(event);
    },
  };
}
