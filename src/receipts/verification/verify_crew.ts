/** Who verifies the parts of a log: this thread alone, or several at once. */
import type { Seen } from "./verify_checkpoints.ts";
import type { Part, PartResult } from "./verify_parts.ts";

/** What is the same for all parts of a log. It is handed to other threads. */
export interface Job {
  /** The receipt key, hex. */
  readonly key: string;
  /** The root's key, hex; absent: nobody's authority is judged. */
  readonly root?: string;
  /** A file of the log; the evidence lies beside it. */
  readonly log: string;
  readonly checkpoints: readonly Seen[];
}

export interface Crew {
  /** How many parts are worked on at once. */
  readonly size: number;
  readonly run: (part: Part) => Promise<PartResult>;
  readonly close: () => void;
}

/** @param bytes how long the log is */
export type Hire = (job: Job, bytes: number) => Crew;

/** Has the parts verified and gives what was found in their order, whoever is done first. */
export async function* inOrder(
  parts: readonly Part[],
  crew: Crew,
): AsyncGenerator<readonly [Part, PartResult]> {
  const pending: (readonly [Part, Promise<PartResult>])[] = [];
  try {
    for (const part of parts) {
      const result = crew.run(part);
      // Awaited in its turn, perhaps after the caller has left.
      result.catch(() => {});
      pending.push([part, result]);
      // A few in advance, so that nobody waits for the slowest.
      if (pending.length >= crew.size * 2) yield await next(pending);
    }
    while (pending.length > 0) yield await next(pending);
  } finally {
    crew.close();
  }
}

async function next(
  pending: (readonly [Part, Promise<PartResult>])[],
): Promise<readonly [Part, PartResult]> {
  const [part, result] = pending.shift() as readonly [Part, Promise<PartResult>];
  return [part, await result];
}
