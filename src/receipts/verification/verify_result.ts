/** What verification finds: outcome, counts, and where the first bad line stands. */

/** What was counted up to the end or to the first bad line. Each decision counts in one of five. */
export interface Counts {
  /** Lines whose form, signature and place in the chain hold. */
  receipts: number;
  decisions: number;
  outcomes: number;
  /** Outcomes that say that something else ran than was decided. */
  mismatched: number;
  /** Outcomes of calls of which nobody told anything. */
  untold: number;
  acts: number;
  /** Repairs; the torn bytes before each are what it names. */
  repairs: number;
  /** Allows whose warrant, policy, proof of possession and replay hold. */
  proven: number;
  /** Decisions whose proof is not checkable, because an argument was masked. */
  masked: number;
  /** Refusals that follow from the warrant and the policy. */
  refused: number;
  /** Refusals that cannot be replayed: they rest on what the log does not show. */
  notReplayable: number;
  /** Decisions that cannot be judged without the root or without missing evidence. */
  unchecked: number;
  /** Of all decisions, those under a policy that only observed. */
  observed: number;
}

/** The one of the five that a decision counts in. */
export type Finding = "proven" | "masked" | "refused" | "notReplayable" | "unchecked";

export function noCounts(): Counts {
  return {
    receipts: 0,
    decisions: 0,
    outcomes: 0,
    mismatched: 0,
    untold: 0,
    acts: 0,
    repairs: 0,
    proven: 0,
    masked: 0,
    refused: 0,
    notReplayable: 0,
    unchecked: 0,
    observed: 0,
  };
}

export function addCounts(to: Counts, more: Counts): void {
  for (const name of Object.keys(to) as (keyof Counts)[]) to[name] += more[name];
}

/** Where a key was found. `policy`: in a policy that the root signed. */
export type Origin = "given" | "beside" | "policy";

export interface UsedKey {
  /** 32 bytes, hex. */
  readonly key: string;
  readonly origin: Origin;
}

/** Evidence that receipts name and that is not there. */
export interface Missing {
  readonly kind: "warrant" | "policy";
  readonly digest: string;
  /** How many receipts name it. */
  readonly rows: number;
}

interface Verified {
  readonly counts: Counts;
  /** The files that were looked at, oldest first. */
  readonly files: readonly string[];
  readonly key?: UsedKey;
  readonly root?: UsedKey;
  /** How many checkpoints the log was held against. */
  readonly checkpoints: number;
}

export type Verification =
  | Verified & { readonly outcome: "proven" }
  | Verified & {
    readonly outcome: "disproved";
    /** The file of the first bad line, and the line's number in it. */
    readonly file: string;
    readonly line: number;
    /** The number that the receipt in that place has; absent outside a chain. */
    readonly seq?: number;
    /** Follows the words "line N". */
    readonly why: string;
  }
  | Verified & {
    readonly outcome: "unknown";
    readonly why: string;
    /** The first evidence that is missing. */
    readonly missing?: Missing;
  };

/** Exit codes of commands that verify. */
export const exitCodes = { proven: 0, disproved: 1, unknown: 2 } as const;

/** Nothing can be told: a key, a file or a checkpoint is missing or is none. */
export class Unverifiable extends Error {
  constructor(why: string) {
    super(why);
    this.name = "Unverifiable";
  }
}

/** A line that does not hold, in the file where it stands. */
export class BadLine extends Error {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, why: string) {
    super(why);
    this.name = "BadLine";
    this.file = file;
    this.line = line;
  }
}
