/** Verifies the parts of a long log in several threads, one for each core. */
import { readPolicy } from "../authorizer/replay.ts";
import { partVerifier } from "../receipts/verify.ts";
import type { Crew, Job } from "../receipts/verification/verify_crew.ts";
import type { Part, PartResult } from "../receipts/verification/verify_parts.ts";
import { UnsafeFile } from "../state/read_file.ts";
import type { Answer, Order } from "./verify_worker.ts";

/** A log shorter than this is verified before threads have started. */
const worthwhile = 8 << 20;
/** Each thread holds some tens of megabytes. */
const maxThreads = 16;
/** Parts for one thread. The runtime frees what native hashes leave late; a thread's end does it at once. */
const maxParts = 12;

/** How many threads this machine has cores for. */
function cores(): number {
  return Math.min(navigator.hardwareConcurrency, maxThreads);
}

/**
 * Who verifies a log of this length.
 *
 * @param threads at most; 1 is this thread alone
 */
export function crewFor(job: Job, bytes: number, threads: number = cores()): Crew {
  if (threads > 1 && bytes >= worthwhile) return new Threads(job, threads);
  return { size: 1, run: partVerifier(job, readPolicy), close: () => {} };
}

interface Task {
  readonly part: Part;
  readonly resolve: (result: PartResult) => void;
  readonly reject: (error: Error) => void;
}

class Threads implements Crew {
  readonly size: number;
  readonly #job: Job;
  readonly #waiting: Task[] = [];
  readonly #idle: Thread[] = [];
  readonly #all: Thread[] = [];
  #address: Promise<string> | undefined;
  #isClosed = false;

  constructor(job: Job, size: number) {
    this.#job = job;
    this.size = size;
  }

  run(part: Part): Promise<PartResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ part, resolve, reject });
      this.#start().catch(reject);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const thread of this.#all) thread.end();
  }

  /** Gives what waits to whoever is idle, and starts threads while there are too few. */
  async #start(): Promise<void> {
    this.#address ??= import("./verify_worker.ts").then(({ address }) => address);
    const address = await this.#address;
    if (this.#isClosed) return;
    if (this.#idle.length === 0 && this.#all.length < this.size) {
      const thread = new Thread(address, this.#job);
      this.#all.push(thread);
      this.#idle.push(thread);
    }
    this.#assign();
  }

  #assign(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const [thread, task] = [this.#idle.pop() as Thread, this.#waiting.shift() as Task];
      thread.verify(task.part).then(task.resolve, task.reject).finally(() => {
        if (this.#isClosed) return;
        this.#idle.push(thread.isSpent ? this.#successor(thread) : thread);
        this.#assign();
      });
    }
  }

  #successor(spent: Thread): Thread {
    spent.end();
    const thread = new Thread(spent.address, this.#job);
    this.#all[this.#all.indexOf(spent)] = thread;
    return thread;
  }
}

class Thread {
  readonly address: string;
  readonly #worker: Worker;
  #parts = 0;

  constructor(address: string, job: Job) {
    this.address = address;
    this.#worker = new Worker(address, { type: "module" });
    this.#send({ job });
  }

  /** True when it has verified enough. */
  get isSpent(): boolean {
    return this.#parts >= maxParts;
  }

  verify(part: Part): Promise<PartResult> {
    this.#parts++;
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if ("result" in data) resolve(data.result);
        else reject(new UnsafeFile(data.unreadable));
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`A thread failed: ${event.message}`));
      };
      this.#send({ part });
    });
  }

  end(): void {
    this.#worker.terminate();
  }

  #send(order: Order): void {
    this.#worker.postMessage(order);
  }
}
