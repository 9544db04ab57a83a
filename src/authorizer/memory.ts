/**
 * What a process that judges many calls keeps between them: open files, and what was made of bytes
 * that are equal to those it was made of. Nothing is decided by it: every file is looked at on every
 * call, and times, revocations and bindings are judged anew.
 */
import { Buffer } from "node:buffer";
import { KnownTail } from "../receipts/known_tail.ts";
import { OpenFiles } from "../state/open_files.ts";
import type { Memory } from "./authority.ts";

interface Made {
  readonly from: Uint8Array;
  readonly value: unknown;
}

/** For one place. */
export class ProcessMemory extends KnownTail implements Memory {
  readonly #files = new OpenFiles();
  /** The last of each name. */
  readonly #made = new Map<string, Made>();

  readonly read = this.#files.read;

  readonly once = <T>(
    name: string,
    bytes: Uint8Array,
    make: (bytes: Uint8Array) => T,
  ): T => {
    const last = this.#made.get(name);
    if (last !== undefined && Buffer.compare(last.from, bytes) === 0) return last.value as T;
    // A copy, since the bytes are the caller's.
    const from = new Uint8Array(bytes);
    const value = make(from);
    this.#made.set(name, { from, value });
    return value;
  };

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#files[Symbol.dispose]();
    this.#made.clear();
  }
}
