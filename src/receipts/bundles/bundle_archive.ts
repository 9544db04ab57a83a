/**
 * A tar file, compressed or not, that is written beside its place and put there when it is whole.
 * Equal entries give equal bytes: owners are left out, and all times are one. Memory stays flat.
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { createTarPacker } from "modern-tar";

/** The archive cannot be written. */
export class BundleError extends Error {
  constructor(why: string) {
    super(why);
    this.name = "BundleError";
  }
}

export interface ArchiveOptions {
  readonly gzip: boolean;
  /** Replace a file that is there. */
  readonly force: boolean;
  /** The time of every entry. */
  readonly time: Date;
}

type Packer = ReturnType<typeof createTarPacker>;

export class Archive {
  readonly #path: string;
  readonly #beside: string;
  readonly #options: ArchiveOptions;
  readonly #packer: Packer;
  readonly #file: Deno.FsFile;
  readonly #written: Promise<void>;
  readonly #sums = new Map<string, string>();
  /** Why the file could not be written. */
  #failure: BundleError | undefined;

  private constructor(path: string, options: ArchiveOptions) {
    this.#path = path;
    this.#options = options;
    this.#beside = `${path}.${crypto.randomUUID().slice(0, 8)}.new`;
    this.#file = create(this.#beside);
    this.#packer = createTarPacker();
    this.#written = this.#write();
    this.#written.catch(() => {}); // told when the next entry, or the end, is waited for
  }

  /** @throws {BundleError} when there is a file already, or none can be made */
  static begin(path: string, options: ArchiveOptions): Archive {
    if (!options.force && exists(path)) throw taken(path);
    return new Archive(path, options);
  }

  /** SHA-256 of each file so far, hex, in their order. */
  get sums(): ReadonlyMap<string, string> {
    return this.#sums;
  }

  /** @throws {BundleError} when it cannot be written */
  async folder(name: string): Promise<void> {
    const header = { ...this.#header(name), size: 0, mode: 0o700, type: "directory" as const };
    await this.#orFailure(() => this.#packer.controller.add(header).close());
  }

  /**
   * Adds a file of exactly `size` bytes.
   *
   * @throws {BundleError} when they cannot be written
   */
  async add(name: string, size: number, chunks: Iterable<Uint8Array>): Promise<void> {
    const hash = createHash("sha256");
    const header = { ...this.#header(name), size, mode: 0o600, type: "file" as const };
    await this.#orFailure(async () => {
      const body = this.#packer.controller.add(header).getWriter();
      for (const chunk of chunks) {
        hash.update(chunk);
        await body.write(chunk);
      }
      await body.close();
    });
    this.#sums.set(name, hash.digest("hex"));
  }

  /** Puts the file in its place. Returns its size. @throws {BundleError} */
  async finish(): Promise<number> {
    await this.#orFailure(async () => {
      this.#packer.controller.finalize();
      await this.#written;
    });
    const { size } = Deno.statSync(this.#beside);
    place(this.#beside, this.#path, this.#options.force);
    return size;
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.#packer.controller.error(new Error("abandoned"));
    await this.#written.catch(() => {});
    if (exists(this.#beside)) Deno.removeSync(this.#beside);
  }

  /** The packer only knows that its output has ended; why is told by who wrote it. */
  async #orFailure(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  async #write(): Promise<void> {
    const tar = this.#packer.readable as ReadableStream<Uint8Array<ArrayBuffer>>;
    const stream = this.#options.gzip ? tar.pipeThrough(new CompressionStream("gzip")) : tar;
    try {
      for await (const chunk of stream) this.#change((file) => writeAll(file, chunk));
      this.#change((file) => file.syncSync());
    } finally {
      this.#file.close();
    }
  }

  /** Changes the file, and remembers why it could not. */
  #change(work: (file: Deno.FsFile) => void): void {
    try {
      work(this.#file);
    } catch (error) {
      this.#failure = unwritable(error);
      throw this.#failure;
    }
  }

  #header(name: string) {
    return { name, mtime: this.#options.time, uid: 0, gid: 0 };
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function create(path: string): Deno.FsFile {
  try {
    const file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
    Deno.chmodSync(path, 0o600); // whatever the umask took away
    return file;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new BundleError(`The bundle cannot be written: there is no folder ${dirname(path)}`);
    }
    throw unwritable(error);
  }
}

function unwritable(error: unknown): BundleError {
  const why = error instanceof Error ? error.message : String(error);
  return new BundleError(`The bundle cannot be written: ${why}`);
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function taken(path: string): BundleError {
  return new BundleError(`${path} exists; choose another name, or replace it with --force`);
}

function place(beside: string, path: string, force: boolean): void {
  try {
    if (!force) {
      try {
        Deno.linkSync(beside, path); // unlike a rename it replaces nothing
        Deno.removeSync(beside);
        return;
      } catch {
        // There is one by now, or the file system has no second names.
        if (exists(path)) throw taken(path);
      }
    }
    Deno.renameSync(beside, path);
  } catch (error) {
    if (exists(beside)) Deno.removeSync(beside);
    if (error instanceof BundleError) throw error;
    throw unwritable(error);
  }
}
