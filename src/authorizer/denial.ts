/**
 * Why a call is refused. The published protocol's codes are used where one fits; what the protocol
 * does not know has a code of its own from 9000 on.
 */
import { type CodeName, codes as published } from "../protocol/errors.ts";

/** Codes of this program, beside the published ones. */
export const codes = {
  ...published,
  EventMalformed: 9001,
  StateUnreadable: 9002,
  PolicyMissing: 9003,
  PolicyInvalid: 9004,
  ProjectMismatch: 9005,
  BindingMismatch: 9006,
  GovernanceFile: 9007,
  ClockBehind: 9008,
  StateRolledBack: 9009,
  ReceiptLost: 9010,
  InternalError: 9011,
  SandboxChanged: 9012,
  ArgumentUnusable: 9013,
  NotPinned: 9014,
  CallReused: 9015,
  CallUnjoined: 9016,
} as const;

export type DenialName = keyof typeof codes | CodeName;

/** The rule that refused, and where it stands. */
export interface RuleReference {
  /** As written in the policy, or the name of a built-in rule. */
  readonly rule: string;
  /** Line in tenuo.yaml; 0 for built-in rules. */
  readonly line: number;
}

/**
 * The refusal that an error stands for, or undefined when it is another error. Told by the error's
 * name: the built file's chunks have classes of their own.
 */
export function asDenial(error: unknown): Denial | undefined {
  if (error instanceof Denial) return error;
  if (!(error instanceof Error) || !Object.hasOwn(codes, error.name)) return undefined;
  const reference = "reference" in error ? error.reference as RuleReference | undefined : undefined;
  return new Denial(error.name as DenialName, error.message, reference);
}

/** A refusal with its code and, where one applies, the rule behind it. */
export class Denial extends Error {
  readonly code: number;
  readonly reference: RuleReference | undefined;

  constructor(name: DenialName, message: string, reference?: RuleReference) {
    super(message);
    this.name = name;
    this.code = codes[name];
    this.reference = reference;
  }

  /** True for a refusal by the policy, false when the call could not be judged. */
  get byPolicy(): boolean {
    return this.reference !== undefined;
  }
}

/** The refusal that an error stands for; what is none is an internal error, and no reason to allow. */
export function denialOf(error: unknown): Denial {
  const denial = asDenial(error);
  if (denial !== undefined) return denial;
  const what = error instanceof Error ? error.message : "unknown";
  return new Denial("InternalError", `Internal error: ${what.split("\n", 1)[0]?.slice(0, 200)}`);
}
