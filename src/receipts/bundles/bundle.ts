/**
 * Packs a log, or its newest files, with all that a stranger needs to verify it: the public keys, the
 * evidence that its rows name, a checkpoint and a text that says how. Nothing private is in it.
 */
import type { SigningKey } from "../../protocol/keys.ts";
import { UnsafeFile } from "../../state/read_file.ts";
import { Archive } from "./bundle_archive.ts";
import {
  type BundleFile,
  type BundleFiles,
  bundleFiles,
  type BundleStart,
} from "./bundle_files.ts";
import { EvidenceNames } from "./bundle_names.ts";
import { bundleManifest, bundleReadme } from "./bundle_text.ts";
import { type Checkpoint, sealCheckpoint } from "../checkpoint.ts";
import { readEvidence } from "../evidence.ts";
import { keptCheckpoint, keptLine, requireContinued } from "../kept_checkpoint.ts";
import type { Receipt } from "../receipt.ts";

export interface BundleRequest {
  /** The log. */
  readonly path: string;
  /** The receipt key and the root, hex. */
  readonly publicKey: string;
  readonly root: string;
  /** Signs the fresh checkpoint; absent: the bundle has the one that was kept, if any. */
  readonly key?: SigningKey;
  /** The archive to write. */
  readonly file: string;
  readonly gzip: boolean;
  /** Replace a file that is there. */
  readonly force: boolean;
  /** Absent: all files. */
  readonly from?: BundleStart;
  /** Milliseconds since 1970: the checkpoint's time. */
  readonly now: number;
  /** Told how many bytes of the log are packed, of how many. */
  readonly progress?: (done: number, all: number) => void;
}

export interface Bundled {
  /** Size of the archive. */
  readonly bytes: number;
  /** Names of the log's files in it. */
  readonly files: readonly string[];
  /** `seq` of the first and the last receipt. */
  readonly first: number;
  readonly last: number;
  /** False when the log contradicts its newest line's signature or the checkpoint beside it. */
  readonly isSound: boolean;
  /** Sentences about what is not as it should be. */
  readonly warnings: readonly string[];
}

const folder = "receipts/";

/**
 * @throws {UnsafeFile} when the log or its evidence cannot be read
 * @throws {BundleError} when the archive cannot be written, or is there already
 */
export async function writeBundle(request: BundleRequest): Promise<Bundled> {
  const { path, publicKey, file, gzip, force, from } = request;
  const log = bundleFiles(path, { publicKey }, from);
  try {
    const { first, last, files } = log;
    const archive = Archive.begin(file, { gzip, force, time: new Date(Date.parse(last.time)) });
    try {
      const warnings = await fill(archive, request, log);
      const isSound = !warnings.some(({ isGrave }) => isGrave);
      return {
        bytes: await archive.finish(),
        files: files.map(({ name }) => name),
        first: first.seq,
        last: last.seq,
        isSound,
        warnings: warnings.map(({ text }) => text),
      };
    } catch (error) {
      await archive.abandon();
      throw error;
    }
  } finally {
    log.close();
  }
}

interface Warning {
  readonly text: string;
  /** The log is not what it should be. */
  readonly isGrave?: true;
}

async function fill(
  archive: Archive,
  request: BundleRequest,
  log: BundleFiles,
): Promise<Warning[]> {
  const { publicKey, root } = request;
  const { lines, isAnchored, warnings } = checkpointsOf(request, log);
  const text = async (name: string, content: string) => {
    const bytes = new TextEncoder().encode(content);
    await archive.add(`${folder}${name}`, bytes.length, [bytes]);
  };
  await archive.folder(folder);
  await text(
    "README.txt",
    bundleReadme({
      first: log.first,
      last: log.last,
      files: log.files.map(({ name }) => name),
      key: publicKey,
      root,
      isAnchored,
      isSound: !warnings.some(({ isGrave }) => isGrave),
    }),
  );
  const names = new EvidenceNames();
  await addLog(archive, log.files, names, request.progress);
  if (lines.length > 0) await text("receipts.checkpoint", lines.map((one) => `${one}\n`).join(""));
  await text("receipt_pub.hex", `${publicKey}\n`);
  await text("issuer_pub.hex", `${root}\n`);
  warnings.push(...await addEvidence(archive, request.path, names));
  const sums = [...archive.sums].map(([name, sum]) => [name.slice(folder.length), sum] as const);
  await text("MANIFEST.sha256", bundleManifest(new Map(sums)));
  return warnings;
}

async function addLog(
  archive: Archive,
  files: readonly BundleFile[],
  names: EvidenceNames,
  progress: BundleRequest["progress"],
): Promise<void> {
  const all = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  function* seen(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const chunk of chunks) {
      names.take(chunk);
      yield chunk;
      progress?.(done += chunk.length, all);
    }
    names.endFile();
  }
  for (const { name, size, chunks } of files) {
    await archive.add(`${folder}${name}`, size, seen(chunks()));
  }
}

async function addEvidence(
  archive: Archive,
  path: string,
  names: EvidenceNames,
): Promise<Warning[]> {
  const missing: string[] = [];
  if (names.all.length > 0) await archive.folder(`${folder}evidence/`);
  for (const { kind, name } of names.all) {
    const bytes = readEvidence(path, kind, name);
    if (bytes === undefined) missing.push(`${name}.${kind}`);
    else await archive.add(`${folder}evidence/${name}.${kind}`, bytes.length, [bytes]);
  }
  const [first] = missing;
  if (first === undefined) return [];
  const more = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  return [{ text: `Evidence is missing: ${first}${more}; verification cannot tell without it` }];
}

/** The lines of receipts.checkpoint: of the line before the first one, and of the last one. */
function checkpointsOf(
  { path, publicKey, key, now }: BundleRequest,
  { first, last, digest, isSound, torn, start }: BundleFiles,
): { lines: string[]; isAnchored: boolean; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const lines: string[] = [];
  const seal = (head: Pick<Checkpoint, "count" | "head">) => {
    if (key !== undefined) lines.push(sealCheckpoint({ ...head, time: timeOf(now) }, key));
  };
  if (torn > 0) {
    const text = `${torn} bytes after the last line were never finished and are left out; ` +
      "the next receipt will name them";
    warnings.push({ text });
  }
  if (key === undefined) {
    warnings.push({ text: "Without the receipt key there is no fresh checkpoint" });
  }
  if (start === "continued") seal({ count: first.seq - 1, head: first.prev });
  const isAnchored = lines.length > 0;
  if (start !== "beginning" && !isAnchored) {
    const text = `Nothing here vouches for what line ${first.seq} continues; ` +
      "verification needs a checkpoint of the line before it";
    warnings.push({ text });
  }
  const fault = isSound
    ? contradictionOf(path, publicKey)
    : "The newest line is not signed by the receipt key";
  if (fault !== undefined) {
    warnings.push({ text: fault, isGrave: true });
    lines.push(...keptLine(path, publicKey));
  } else if (key !== undefined) seal({ count: last.seq, head: digest });
  else if (isWithin(first, keptCheckpoint(path, publicKey), last)) {
    lines.push(...keptLine(path, publicKey));
  }
  return { lines, isAnchored, warnings };
}

/** Another process may have kept a later one since the files were looked at. */
function isWithin(first: Receipt, kept: Checkpoint | undefined, last: Receipt): boolean {
  return kept !== undefined && kept.count >= first.seq && kept.count <= last.seq;
}

function contradictionOf(path: string, publicKey: string): string | undefined {
  try {
    requireContinued(path, publicKey);
    return undefined;
  } catch (error) {
    if (error instanceof UnsafeFile) throw error;
    if (error instanceof Error && error.name === "LogContradicted") return error.message;
    throw error;
  }
}

function timeOf(now: number): string {
  return new Date(now).toISOString();
}
