/** `receipts export`: the log and what verifies it, in one file for somebody who was not there. */
import { resolve } from "node:path";
import { type Bundled, writeBundle } from "../receipts/bundles/bundle.ts";
import type { BundleStart } from "../receipts/bundles/bundle_files.ts";
import { statePath } from "../state/layout.ts";
import { readSince, sinceForms } from "./audit_since.ts";
import { CannotTell, type Command, type Invocation, UsageError, wholeNumber } from "./command.ts";
import { findProjectOrTell } from "./find_project.ts";
import { publicKeyIn, receiptKeyIn } from "./receipt_keys.ts";
import { openProgress } from "./verify_progress.ts";
import { jsonLine } from "./warrant_refusal.ts";

/** Nothing of these names governs anything, so that `--force` cannot replace what does. */
const endings = /\.(tar|tar\.gz|tgz)$/;

function archiveOf({ bundle }: Invocation["options"]): { file: string; gzip: boolean } {
  if (typeof bundle !== "string") throw new UsageError("receipts export takes --bundle FILE");
  if (!endings.test(bundle)) {
    throw new UsageError(`--bundle takes a name that ends in .tar, .tar.gz or .tgz, not ${bundle}`);
  }
  return { file: resolve(bundle), gzip: !bundle.endsWith(".tar") };
}

function startOf({ segment, since }: Invocation["options"]): { from?: BundleStart } {
  const number = wholeNumber(segment, "segment", 1);
  if (typeof since !== "string") return number === undefined ? {} : { from: { segment: number } };
  if (number !== undefined) throw new UsageError("--segment and --since exclude each other");
  const time = readSince(since, Date.now());
  if (time === undefined) throw new UsageError(`--since takes ${sinceForms}, not ${since}`);
  return { from: { since: time } };
}

/** Absent when this user cannot read it, as in service mode. */
function signerOf(project: string): { key?: ReturnType<typeof receiptKeyIn> } {
  try {
    return { key: receiptKeyIn(project) };
  } catch (error) {
    if (error instanceof CannotTell) return {};
    throw error;
  }
}

async function run({ options, terminal }: Invocation): Promise<number> {
  const [archive, start] = [archiveOf(options), startOf(options)];
  const project = findProjectOrTell();
  const publicKey = publicKeyIn(project, "receiptPublic");
  const root = publicKeyIn(project, "issuerPublic");
  const progress = openProgress(undefined, undefined, undefined, "Packing");
  let bundled: Bundled;
  try {
    bundled = await writeBundle({
      path: statePath(project, "receipts"),
      publicKey,
      root,
      ...signerOf(project),
      ...archive,
      ...start,
      force: options.force === true,
      now: Date.now(),
      progress: progress.show,
    });
  } catch (error) {
    const isTold = error instanceof Error && ["UnsafeFile", "BundleError"].includes(error.name);
    throw isTold ? new CannotTell(error.message) : error;
  } finally {
    progress.end();
  }
  const { bytes, files, first, last, warnings, isSound } = bundled;
  for (const warning of warnings) terminal.warn(`warning: ${warning}`);
  const { file } = archive;
  if (options.json === true) {
    terminal.print(
      jsonLine({ ok: isSound, file, bytes, files, first, last, publicKey, root, warnings }),
    );
  } else {
    terminal.print(
      `Bundle      : ${file} (${bytes} bytes)`,
      `Receipts    : ${first} to ${last}, ${files.length} ${files.length === 1 ? "file" : "files"}`,
      `Receipt key : ${publicKey}`,
      `Root        : ${root}`,
      "Next        : send it, and tell both keys over another channel; README.txt says the rest",
    );
  }
  return isSound ? 0 : 1;
}

export const command: Command = {
  name: "receipts export",
  summary: "Pack the log with all that an auditor needs to verify it",
  description:
    "Writes an archive with the log's files, the two public keys, the warrants and policies that\n" +
    "its rows name, a fresh checkpoint, the SHA-256 of every file and a text that says how to\n" +
    "verify it, with this program, with Python or by hand, and what that proves. No private key\n" +
    "is in it. Arguments are in it as the log has them: with secrets masked, but with paths,\n" +
    "commands and addresses. Only its owner can read the archive.\n\n" +
    "A log is packed by whole files: all of them, or those from --segment or --since on; then a\n" +
    "checkpoint of the line before goes along. Dates without a zone are local ones.\n\n" +
    "Exit code 0: written. 1: written, and the log contradicts its newest line's signature or its\n" +
    "checkpoint. 2: not written: no receipts, no such segment, a file of that name, no room.",
  options: {
    bundle: { value: "FILE", help: "The archive: .tar, .tar.gz or .tgz" },
    segment: { value: "N", help: "Leave out the segments before this one" },
    since: { value: "T", help: `Leave out segments that end before: ${sinceForms}` },
    force: { help: "Replace a file that is there" },
    json: { help: "Print one JSON object" },
  },
  run,
};
