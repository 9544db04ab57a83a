/**
 * Reads the same files again and again without opening them each time. What is read is what stands
 * at the path at that moment: a file that was replaced, or whose owner or permissions changed, is
 * opened anew, and the bytes of one that was not are read again.
 */
import { openRegular, UnsafeFile } from "./read_file.ts";

interface Kept {
  readonly file: Deno.FsFile;
  readonly info: Deno.FileInfo;
  /** When it was opened, by `performance.now()`. */
  readonly since: number;
}

/** Only opening asks the server of a network file system whether its file is still the same. */
const trustedMilliseconds = 200;
const mostFiles = 64;

export class OpenFiles implements Disposable {
  readonly #kept = new Map<string, Kept>();

  /** The file that was kept for the path, when the path still leads to it. */
  again(path: string): { readonly file: Deno.FsFile; readonly size: number } | undefined {
    const kept = this.#kept.get(path);
    if (kept === undefined) return undefined;
    try {
      const found = Deno.lstatSync(path);
      const isFresh = performance.now() - kept.since < trustedMilliseconds;
      if (isFresh && isUnchanged(found, kept.info)) return { file: kept.file, size: found.size };
    } catch {
      // Whoever opens it finds out why.
    }
    this.#drop(path);
    return undefined;
  }

  /** Keeps an open file, which is closed here. */
  keep(path: string, file: Deno.FsFile): void {
    if (this.#kept.get(path)?.file === file) return;
    this.#drop(path);
    if (this.#kept.size >= mostFiles) this.#drop([...this.#kept.keys()][0] as string);
    this.#kept.set(path, { file, info: file.statSync(), since: performance.now() });
  }

  /**
   * The same as `readRegular`.
   *
   * @throws {UnsafeFile}
   */
  readonly read = (path: string, limit: number): Uint8Array => {
    const kept = this.again(path);
    if (kept !== undefined) return readAll(path, kept, limit);
    const opened = openRegular(path, { read: true });
    try {
      const bytes = readAll(path, opened, limit);
      this.keep(path, opened.file);
      return bytes;
    } finally {
      if (this.#kept.get(path)?.file !== opened.file) opened.file.close();
    }
  };

  [Symbol.dispose](): void {
    for (const path of [...this.#kept.keys()]) this.#drop(path);
  }

  #drop(path: string): void {
    this.#kept.get(path)?.file.close();
    this.#kept.delete(path);
  }
}

/** True when both are one file, open to the same people. An open file's number is given to no other. */
function isUnchanged(found: Deno.FileInfo, kept: Deno.FileInfo): boolean {
  return found.isFile && found.ino === kept.ino && found.dev === kept.dev &&
    found.mode === kept.mode && found.uid === kept.uid && found.gid === kept.gid;
}

/** As much of the first `size` bytes as there is. @throws {UnsafeFile} */
function readAll(
  path: string,
  { file, size }: { readonly file: Deno.FsFile; readonly size: number },
  limit: number,
): Uint8Array {
  if (size > limit) throw new UnsafeFile(`${path} is larger than ${limit} bytes`);
  const bytes = new Uint8Array(size);
  let at = 0;
  try {
    file.seekSync(0, Deno.SeekMode.Start);
    while (at < size) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
  } catch {
    throw new UnsafeFile(`Cannot read ${path}`);
  }
  return bytes.subarray(0, at);
}
