/** The checkpoints that a log is held against. */
import { dirname } from "node:path";
import { stateFiles } from "../../state/layout.ts";
import { readRegularText, UnsafeFile } from "../../state/read_file.ts";
import { openCheckpoint } from "../checkpoint.ts";
import { BadLine, Unverifiable } from "./verify_result.ts";

/** What a checkpoint saw, and the file that it was read from. */
export interface Seen {
  readonly count: number;
  readonly head: string;
  readonly time: string;
  readonly file: string;
}

/** Some 60,000 checkpoints: one every ten minutes for a year. */
const limit = 16 << 20;

/**
 * Reads the given files and the checkpoint beside the log, if it is there; each line is one checkpoint.
 *
 * @param given paths that must be there
 * @param log a file of the log
 * @throws {Unverifiable} when a file cannot be read or holds no checkpoint
 * @throws {BadLine} when the receipt key did not sign one as it stands
 */
export function readCheckpoints(given: readonly string[], log: string, key: string): Seen[] {
  const beside = `${dirname(log)}/${stateFiles.checkpoint}`;
  return [...given.map((file) => [file, true] as const), [beside, false] as const]
    .flatMap(([file, isNeeded]) => checkpointsIn(file, isNeeded, key));
}

function checkpointsIn(file: string, isNeeded: boolean, key: string): Seen[] {
  let text: string;
  try {
    text = readRegularText(file, limit);
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    if (error.missing && !isNeeded) return [];
    throw new Unverifiable(`Checkpoint: ${error.message}`);
  }
  const lines = text.split("\n");
  return lines.map((line, index) => {
    const checkpoint = openCheckpoint(line, key);
    if (checkpoint !== undefined) return { ...checkpoint, file };
    if (!looksLikeOne(line)) throw new Unverifiable(`${file} holds no checkpoint`);
    throw new BadLine(file, index + 1, "is no checkpoint that the receipt key signed");
  });
}

function looksLikeOne(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "count" in value && "head" in value;
  } catch {
    return false;
  }
}
