/** Writes state so that a reader, or a power cut, meets the old file or the new one, never half. */

/** Writes the content to a new file beside `path`, on the disk, and hands it to `place`. */
function writeBeside(
  path: string,
  content: string | Uint8Array,
  mode: number,
  place: (beside: string) => void,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.new`;
  const file = Deno.openSync(beside, { write: true, createNew: true, mode });
  try {
    try {
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      file.syncSync();
    } finally {
      file.close();
    }
    Deno.chmodSync(beside, mode); // whatever the umask took away
    place(beside);
  } catch (error) {
    try {
      Deno.removeSync(beside);
    } catch {
      // The first error is the one that matters.
    }
    throw error;
  }
}

/**
 * Replaces a file by way of a new one beside it.
 *
 * @param mode permission bits of the result, for example 0o600
 */
export function writeAtomic(path: string, content: string | Uint8Array, mode: number): void {
  writeBeside(path, content, mode, (beside) => Deno.renameSync(beside, path));
}

/** Makes a directory that only its owner enters, or makes an existing one so. */
export function makePrivateDirectory(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = Deno.lstatSync(path);
  if (!found.isDirectory) throw new Error(`${path} is not a directory`);
  Deno.chmodSync(path, 0o700);
}

/** Creates a file with this content unless there is one; of several at once the first one wins. */
export function writeIfMissing(path: string, content: string, mode: number): void {
  try {
    Deno.lstatSync(path);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  writeBeside(path, content, mode, (beside) => {
    try {
      Deno.linkSync(beside, path); // unlike a rename it replaces nothing
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    Deno.removeSync(beside);
  });
}
