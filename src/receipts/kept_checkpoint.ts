/**
 * The checkpoint beside the log. It only moves forward along the chain: where the log does not go on
 * from it, the log was cut or replaced, and a checkpoint of what is left would hide that.
 */
import { dirname } from "node:path";
import type { SigningKey } from "../protocol/keys.ts";
import { stateFiles } from "../state/layout.ts";
import { readRegularText, UnsafeFile } from "../state/read_file.ts";
import { writeAtomic } from "../state/write_file.ts";
import { type Checkpoint, openCheckpoint, sealCheckpoint } from "./checkpoint.ts";
import { holdLog, isAuthentic } from "./held_log.ts";
import { digestAt } from "./line_at.ts";
import { LogReader } from "./log_reader.ts";

/** The log is not what its newest line or the kept checkpoint says. */
export class LogContradicted extends Error {
  constructor(why: string) {
    super(why);
    this.name = "LogContradicted";
  }
}

/** A fresh checkpoint of the log's newest receipt. */
export interface Advanced {
  /** Its line, without line feed. */
  readonly line: string;
  /** Why it could not be kept beside the log. */
  readonly unkept?: string;
}

const limit = 4096;

/** Where the checkpoint of the log at `path` is kept. */
export function checkpointPath(path: string): string {
  return `${dirname(path)}/${stateFiles.checkpoint}`;
}

/** The line beside the log, when this key signed it; else nothing. */
export function keptLine(path: string, publicKey: string): [line: string] | [] {
  try {
    const line = readRegularText(checkpointPath(path), limit);
    return openCheckpoint(line, publicKey) === undefined ? [] : [line];
  } catch (error) {
    if (error instanceof UnsafeFile) return [];
    throw error;
  }
}

/** The checkpoint beside the log that this key signed; undefined when there is none. */
export function keptCheckpoint(path: string, publicKey: string): Checkpoint | undefined {
  const [line] = keptLine(path, publicKey);
  return line === undefined ? undefined : openCheckpoint(line, publicKey);
}

/**
 * Signs a checkpoint of the newest receipt and keeps it beside the log.
 *
 * @param path the log
 * @param now milliseconds since 1970
 * @returns undefined for a log without receipts
 * @throws {LogContradicted} when the newest line is not signed by the key, or the log does not go on
 * from the checkpoint beside it
 * @throws {UnsafeFile} when the log cannot be read
 */
export function advanceCheckpoint(
  path: string,
  key: SigningKey,
  now: number = Date.now(),
): Advanced | undefined {
  // Not under the lock, since it reads: what was once in a log stays there.
  requireContinued(path, key.publicKey);
  const { active, last, digest } = holdLog(path, key);
  try {
    if (last === undefined || digest === undefined) return undefined;
    if (!isAuthentic(last, digest, key.publicKey)) {
      throw new LogContradicted(
        "The newest line of the receipts is not signed by the receipt key; " +
          "tenuo-claude receipts verify names the first bad line",
      );
    }
    const head = { count: last.seq, head: digest };
    const line = sealCheckpoint({ ...head, time: new Date(now).toISOString() }, key);
    // Another writer may have moved it on meanwhile, no further than the log reaches by now.
    const current = keptCheckpoint(path, key.publicKey);
    if (current !== undefined && current.count >= last.seq) return { line };
    return { line, ...keep(path, line) };
  } finally {
    active?.file.close();
  }
}

/** The same for who has something else to do: an error changes nothing but the checkpoint's age. */
export function keepCheckpoint(path: string, key: SigningKey): void {
  try {
    advanceCheckpoint(path, key);
  } catch {
    // `receipts verify` says what is wrong with the log.
  }
}

function keep(path: string, line: string): Pick<Advanced, "unkept"> {
  try {
    writeAtomic(checkpointPath(path), `${line}\n`, 0o600);
    return {};
  } catch (error) {
    return { unkept: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The log still holds the line that the checkpoint beside it was made of.
 *
 * @throws {LogContradicted} when it does not
 * @throws {UnsafeFile} when the log cannot be read
 */
export function requireContinued(path: string, publicKey: string): void {
  const kept = keptCheckpoint(path, publicKey);
  if (kept === undefined) return;
  const found = LogReader.use(path, (log) => digestAt(log, kept.count));
  // `before`: old segments were taken away, and with them what could be compared.
  if (found === kept.head || found === "before") return;
  throw new LogContradicted(
    `Line ${kept.count} of the receipts is not what it was at ${kept.time}, says ` +
      `${checkpointPath(path)}; the log was cut or replaced`,
  );
}
