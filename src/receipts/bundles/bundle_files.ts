/** The files of a log that go into a bundle, as they stood at one moment. */
import { basename } from "node:path";
import { openRegular, UnsafeFile } from "../../state/read_file.ts";
import { type HeldLog, holdLog, isAuthentic } from "../held_log.ts";
import { parseReceipt, type Receipt } from "../receipt.ts";
import { segmentPath } from "../segments.ts";
import { readTail, type ReceiptKey } from "../tail.ts";

/** Where the bundle begins: with a whole file. */
export type BundleStart =
  /** The file that is written to has the number that it will get. */
  | { readonly segment: number }
  /** The file that held the newest receipt at that time, in milliseconds since 1970. */
  | { readonly since: number };

export interface BundleFile {
  readonly name: string;
  readonly size: number;
  /** Its bytes, up to its size. @throws {UnsafeFile} */
  readonly chunks: () => Generator<Uint8Array>;
}

export interface BundleFiles {
  readonly files: readonly BundleFile[];
  readonly first: Receipt;
  readonly last: Receipt;
  /** Digest of the last line. */
  readonly digest: string;
  /** The key signed the last line. */
  readonly isSound: boolean;
  /** Bytes after the last line that were never finished and are left out. */
  readonly torn: number;
  /** Whether the first line continues the line before it, as far as the log shows. */
  readonly start: "beginning" | "continued" | "unknown";
  readonly close: () => void;
}

interface Source {
  readonly path: string;
  readonly size: number;
  /** Open already: the path may lead to another file by now. */
  readonly file?: Deno.FsFile;
}

const chunkSize = 1 << 20;
/** No line is longer. */
const firstLook = 2 << 20;

/**
 * Chooses the files. Writers wait only while the end is looked at.
 *
 * @throws {UnsafeFile} when the log or one of its files cannot be read, or has no such segment;
 * missing, when there are no receipts
 */
export function bundleFiles(path: string, key: ReceiptKey, from?: BundleStart): BundleFiles {
  const held = holdLog(path, key);
  const active = held.active?.file;
  const close = () => active?.close();
  try {
    active?.unlockSync();
    return { ...chosen(path, held, sourcesOf(path, held), key, from), close };
  } catch (error) {
    close();
    throw error;
  }
}

function sourcesOf(path: string, { segments, active }: HeldLog): Source[] {
  const finished = segments.map((segment): Source => {
    const { file, size } = openRegular(segment, { read: true });
    file.close();
    return { path: segment, size };
  });
  if (active === undefined) return finished;
  return [...finished, { path, size: wholeSize(active.tail), file: active.file }];
}

function chosen(
  path: string,
  { last, digest, active }: HeldLog,
  sources: readonly Source[],
  key: ReceiptKey,
  from: BundleStart | undefined,
): Omit<BundleFiles, "close"> {
  if (last === undefined || digest === undefined) {
    throw new UnsafeFile(`${path} holds no receipts yet`, true);
  }
  const index = from === undefined ? 0 : startOf(path, sources, from);
  const chosen = sources.slice(index);
  const first = chosen.map(firstReceipt).find((receipt) => receipt !== undefined);
  if (first === undefined) throw new UnsafeFile(`${path} holds no receipts from there on`, true);
  return {
    files: chosen.map((source) => ({
      name: basename(source.path),
      size: source.size,
      chunks: () => chunksOf(source),
    })),
    first,
    last,
    digest,
    isSound: isAuthentic(last, digest, key.publicKey),
    torn: active === undefined ? 0 : active.tail.end - wholeSize(active.tail),
    start: first.seq === 1
      ? "beginning"
      : continues(sources[index - 1], first, key)
      ? "continued"
      : "unknown",
  };
}

/** Without what a crash left after the newest receipt: the next receipt will name it. */
function wholeSize({ end, torn, lacksFeed }: NonNullable<HeldLog["active"]>["tail"]): number {
  return torn === undefined ? end : end - torn.bytes - (lacksFeed ? 0 : 1);
}

function startOf(path: string, sources: readonly Source[], from: BundleStart): number {
  if ("segment" in from) {
    const wanted = segmentPath(path, from.segment);
    const index = sources.findIndex((source) => source.path === wanted);
    if (index >= 0) return index;
    // What is written to becomes the segment after the newest.
    const before = sources.findLast((source) => source.path !== path)?.path ??
      segmentPath(path, 0);
    const isNext = before === segmentPath(path, from.segment - 1);
    if (isNext && sources.at(-1)?.path === path) return sources.length - 1;
    const names = sources.map((source) => basename(source.path)).join(", ");
    throw new UnsafeFile(`There is no ${basename(wanted)}; there are ${names}`, true);
  }
  const isEarlier = (source: Source) => Date.parse(firstReceipt(source)?.time ?? "") <= from.since;
  return Math.max(0, sources.findLastIndex(isEarlier));
}

/** True when the file before ends with the line that the first one names, and the key signed it. */
function continues(before: Source | undefined, first: Receipt, key: ReceiptKey): boolean {
  if (before === undefined) return false;
  const { last, digest } = reading(before, (file) => readTail(file, before.path, key));
  return last !== undefined && digest === first.prev && last.seq === first.seq - 1 &&
    isAuthentic(last, digest, key.publicKey);
}

function firstReceipt(source: Source): Receipt | undefined {
  const length = Math.min(source.size, firstLook);
  const bytes = reading(source, (file) => readAt(file, source.path, 0, length));
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const receipt = parseReceipt(line);
    if (receipt !== undefined) return receipt;
  }
  return undefined;
}

function* chunksOf(source: Source): Generator<Uint8Array> {
  const { path, size } = source;
  const file = source.file ?? openRegular(path, { read: true }).file;
  try {
    for (let at = 0; at < size; at += chunkSize) {
      yield readAt(file, path, at, Math.min(chunkSize, size - at));
    }
  } finally {
    if (source.file === undefined) file.close();
  }
}

function reading<T>(source: Source, use: (file: Deno.FsFile) => T): T {
  const file = source.file ?? openRegular(source.path, { read: true }).file;
  try {
    return use(file);
  } finally {
    if (source.file === undefined) file.close();
  }
}

function readAt(file: Deno.FsFile, path: string, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(start, Deno.SeekMode.Start);
  for (let at = 0; at < length;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) throw new UnsafeFile(`${path} shrank while it was read`);
    at += count;
  }
  return bytes;
}
