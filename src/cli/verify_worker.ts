/** A thread that verifies parts of a log. The module is the thread's own: it starts itself as one. */
import { readPolicy } from "../authorizer/replay.ts";
import { partVerifier } from "../receipts/verify.ts";
import type { Job } from "../receipts/verification/verify_crew.ts";
import type { Part, PartResult } from "../receipts/verification/verify_parts.ts";

/** First the job, then one part after another. */
export type Order = { readonly job: Job } | { readonly part: Part };

/** The answer to a part; `unreadable` says why the file cannot be read. */
export type Answer = { readonly result: PartResult } | { readonly unreadable: string };

/** Where this module lies, whatever the bundler made of its name. */
export const address: string = import.meta.url;

interface Thread {
  onmessage: ((event: { readonly data: Order }) => void) | null;
  readonly postMessage: (answer: Answer) => void;
}

function serve(thread: Thread): void {
  let verify: ((part: Part) => Promise<PartResult>) | undefined;
  thread.onmessage = async ({ data }) => {
    if ("job" in data) {
      verify = partVerifier(data.job, readPolicy);
      return;
    }
    try {
      if (verify === undefined) throw new Error("no job");
      thread.postMessage({ result: await verify(data.part) });
    } catch (error) {
      thread.postMessage({ unreadable: error instanceof Error ? error.message : String(error) });
    }
  };
}

// The main thread imports this module too, for the address.
if ("WorkerGlobalScope" in globalThis) serve(globalThis as unknown as Thread);
