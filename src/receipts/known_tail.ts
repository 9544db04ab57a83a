/**
 * A log that this process appends to again and again: its file stays open between two lines, and its
 * end, where this process wrote it, is recognised by its bytes.
 */
import { Buffer } from "node:buffer";
import { OpenFiles } from "../state/open_files.ts";
import type { AppendMemory } from "./log.ts";
import { lineDigest, parseReceipt, type Receipt } from "./receipt.ts";
import { readTail, type ReceiptKey, type Tail } from "./tail.ts";

interface KnownLine {
  /** With the line feed of the line before it and its own. */
  readonly bytes: Uint8Array;
  readonly last: Receipt;
  readonly digest: string;
}

export class KnownTail implements AppendMemory, Disposable {
  readonly #files = new OpenFiles();
  #line: KnownLine | undefined;

  /**
   * The same as `readTail`. A file that ends in the line that was written last, as it was written,
   * needs no second reading, whoever wrote to it in between.
   */
  readonly tail = (file: Deno.FsFile, path: string, key: ReceiptKey): Tail => {
    const line = this.#line;
    const end = line === undefined ? 0 : file.statSync().size;
    if (line === undefined || !endsIn(file, end, line.bytes)) return readTail(file, path, key);
    return { end, last: line.last, digest: line.digest, lacksFeed: false };
  };

  readonly open = (path: string): Deno.FsFile | undefined => this.#files.again(path)?.file;

  /** Releases the lock and keeps the file. */
  readonly release = (path: string, file: Deno.FsFile): void => {
    try {
      file.unlockSync();
    } catch {
      // Where there are no locks nothing was appended.
    }
    this.#files.keep(path, file);
  };

  readonly wrote = (line: string): void => {
    const last = parseReceipt(line);
    const bytes = new TextEncoder().encode(`\n${line}\n`);
    this.#line = last && { bytes, last, digest: lineDigest(line) };
  };

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }
}

/** At the beginning of the file there is no line feed before a line. */
function endsIn(file: Deno.FsFile, end: number, framed: Uint8Array): boolean {
  const wanted = end === framed.length - 1 ? framed.subarray(1) : framed;
  if (end < wanted.length) return false;
  const found = new Uint8Array(wanted.length);
  file.seekSync(end - wanted.length, Deno.SeekMode.Start);
  return file.readSync(found) === found.length && Buffer.compare(found, wanted) === 0;
}
