/**
 * Reads a receipts file line by line without ever holding the whole of it. What hooks append
 * meanwhile is left for the next reader.
 */
import { openRegular, UnsafeFile } from "../state/read_file.ts";
import { settled } from "./settled.ts";

/** One line of the file, as it stands there. */
export interface LogLine {
  /** Counts from 1 from where the reading began. */
  readonly number: number;
  /** Without the line feed. */
  readonly bytes: Uint8Array;
  /** Where it starts in the file, in bytes. */
  readonly offset: number;
  /** Set when it cannot be a receipt: the line feed is missing, or the line has no reasonable end. */
  readonly fault?: "unfinished" | "too long";
}

/** No receipt comes near this; a longer line is given up rather than held in memory. */
export const longestLine = 16 << 20;
const chunkSize = 64 << 10;
const lineFeed = 10;

/** A receipts file, opened for reading as far as it reached at that moment. */
export class ReceiptsFile {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #end: number;

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
    this.#end = settled(file, path, () => file.statSync().size);
  }

  /**
   * Opens the file for as long as `use` runs, which must not keep it.
   *
   * @throws {UnsafeFile} when it is missing, a link, not a regular file, or stays locked
   */
  static use<T>(path: string, use: (file: ReceiptsFile) => T): T {
    const file = ReceiptsFile.open(path);
    try {
      return use(file);
    } finally {
      // Not by `using`, which `deno bundle --minify` may drop.
      file.close();
    }
  }

  /** Opens the file; the caller closes it. @throws {UnsafeFile} as `use` */
  static open(path: string): ReceiptsFile {
    const { file } = openRegular(path, { read: true });
    try {
      return new ReceiptsFile(file, path);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Where the file ended when it was opened, in bytes. */
  get end(): number {
    return this.#end;
  }

  /** True for the file with this number on this device, whatever it is called by now. */
  is({ device, inode }: { readonly device: number; readonly inode: number | null }): boolean {
    const { dev, ino } = this.#file.statSync();
    return dev === device && ino === inode;
  }

  /**
   * The lines from `start`, a line's first byte, to `end`, which must not lie beyond the file's.
   *
   * @throws {UnsafeFile} when the file cannot be read that far
   */
  *lines(start = 0, end = this.#end): Generator<LogLine> {
    let number = 1;
    let offset = start;
    let parts: Uint8Array[] = [];
    let length = 0;
    for (const chunk of this.#chunks(start, end)) {
      for (let at = 0; at < chunk.length;) {
        const feed = chunk.indexOf(lineFeed, at);
        const part = chunk.subarray(at, feed < 0 ? chunk.length : feed);
        length += part.length;
        if (length <= longestLine) parts.push(part);
        if (feed < 0) break;
        yield { number, bytes: joined(parts), offset, ...(length > longestLine ? tooLong : {}) };
        offset += length + 1;
        [number, parts, length, at] = [number + 1, [], 0, feed + 1];
      }
    }
    if (length === 0) return;
    const fault = length > longestLine ? tooLong : { fault: "unfinished" as const };
    yield { number, bytes: joined(parts), offset, ...fault };
  }

  *#chunks(start: number, end: number): Generator<Uint8Array> {
    for (let at = start; at < end; at += chunkSize) {
      yield this.#read(at, Math.min(chunkSize, end - at));
    }
  }

  #read(start: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    try {
      this.#file.seekSync(start, Deno.SeekMode.Start);
      for (let at = 0; at < size;) {
        const count = this.#file.readSync(bytes.subarray(at));
        if (count === null) throw new UnsafeFile(`${this.#path} shrank while it was read`);
        at += count;
      }
    } catch (error) {
      if (error instanceof UnsafeFile) throw error;
      throw new UnsafeFile(`Cannot read ${this.#path}`);
    }
    return bytes;
  }
}

const tooLong = { fault: "too long" } as const;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
