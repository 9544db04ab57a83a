/**
 * Reads the same files again and again without opening them each time. What is read is what stands
 * at the path at that moment: a file that was replaced, or whose owner or permissions changed, is
 * opened anew, and the bytes of one that was not are read again.
 */
import { openRegular, readRegular, UnsafeFile } from "./read_file.ts";

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

  /**
   * The same as `readRegular`.
   *
   * @throws {UnsafeFile}
   */
  readonly read = (path: string, limit: number): Uint8Array => {
    return this.#again(path, limit) ?? this.#anew(path, limit);
  };

  [Symbol.dispose](): void {
    for (const path of [...this.#kept.keys()]) this.#drop(path);
  }

  /** Undefined when the file at the path is not the one that was opened, or cannot be read again. */
  #again(path: string, limit: number): Uint8Array | undefined {
    const kept = this.#kept.get(path);
    if (kept === undefined) return undefined;
    try {
      const found = Deno.lstatSync(path);
      const isSame = isUnchanged(found, kept.info) && found.size <= limit &&
        performance.now() - kept.since < trustedMilliseconds;
      return isSame ? readAll(kept.file, found.size) : undefined;
    } catch {
      return undefined;
    }
  }

  #anew(path: string, limit: number): Uint8Array {
    this.#drop(path);
    const { file, size } = openRegular(path, { read: true });
    try {
      const bytes = size > limit ? undefined : readAll(file, size);
      // Says what is wrong with the file.
      if (bytes === undefined) return readRegular(path, limit);
      if (this.#kept.size >= mostFiles) this.#drop([...this.#kept.keys()][0] as string);
      this.#kept.set(path, { file, info: file.statSync(), since: performance.now() });
      return bytes;
    } catch (error) {
      if (error instanceof UnsafeFile) throw error;
      throw new UnsafeFile(`Cannot read ${path}`);
    } finally {
      if (this.#kept.get(path)?.file !== file) file.close();
    }
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

/** Undefined when there are fewer bytes than that. */
function readAll(file: Deno.FsFile, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  file.seekSync(0, Deno.SeekMode.Start);
  for (let at = 0; at < size;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) return undefined;
    at += count;
  }
  return bytes;
}
