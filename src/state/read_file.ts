/**
 * Reads files that decide about authority: regular files only, never through a link, never more
 * than the caller expects.
 */

/** The file is missing, not a regular file, too large or changed while it was opened. */
export class UnsafeFile extends Error {
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.name = "UnsafeFile";
    this.missing = missing;
  }
}

interface Opened {
  readonly file: Deno.FsFile;
  readonly size: number;
}

/**
 * Opens a regular file without following a link.
 *
 * @throws {UnsafeFile}
 */
export function openRegular(path: string, options: Deno.OpenOptions): Opened {
  // A mint may put the next file in place between the look and the opening.
  for (let attempt = 0; attempt < 8; attempt++) {
    const opened = openOnce(path, options);
    if (opened !== undefined) return opened;
  }
  throw new UnsafeFile(`${path} changed while it was opened`);
}

/** Undefined when the file that was looked at is not the one that was opened. */
function openOnce(path: string, options: Deno.OpenOptions): Opened | undefined {
  let before: Deno.FileInfo;
  try {
    before = Deno.lstatSync(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    throw new UnsafeFile(missing ? `Missing ${path}` : `Cannot look at ${path}`, missing);
  }
  if (!before.isFile) throw new UnsafeFile(`${path} is not a regular file`);
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined; // taken away since
    throw new UnsafeFile(`Cannot open ${path}`);
  }
  const opened = file.statSync();
  if (opened.ino !== before.ino || opened.dev !== before.dev) {
    file.close();
    return undefined;
  }
  return { file, size: opened.size };
}

/**
 * The bytes of a regular file of at most `limit` bytes.
 *
 * @throws {UnsafeFile}
 */
export function readRegular(path: string, limit: number): Uint8Array {
  const { file, size } = openRegular(path, { read: true });
  try {
    if (size > limit) throw new UnsafeFile(`${path} is larger than ${limit} bytes`);
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
    return bytes.subarray(0, at);
  } catch (error) {
    if (error instanceof UnsafeFile) throw error;
    throw new UnsafeFile(`Cannot read ${path}`);
  } finally {
    file.close();
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The text of a small state file, without surrounding white space.
 *
 * @throws {UnsafeFile}
 */
export function readRegularText(path: string, limit = 1 << 20): string {
  const bytes = readRegular(path, limit);
  try {
    return decoder.decode(bytes).trim();
  } catch {
    throw new UnsafeFile(`${path} is not UTF-8`);
  }
}
