/** What all that was found in a log comes to. */
import { UnsafeFile } from "../../state/read_file.ts";
import type { LogFile } from "../read_log.ts";
import type { Join } from "./verify_join.ts";
import type { Keys } from "./verify_keys.ts";
import { BadLine, type Missing, Unverifiable, type Verification } from "./verify_result.ts";

export interface Found {
  files: readonly LogFile[];
  keys?: Keys;
  join: Join;
}

/**
 * One thing that is false outweighs all that cannot be told.
 *
 * @param error what ended the verification, if anything did
 * @throws the error, when it is no finding
 */
export function verdictOf({ files, keys, join }: Found, error?: unknown): Verification {
  const verified = {
    counts: join.counts,
    files: files.map(({ path }) => path),
    ...keys,
    checkpoints: join.reached,
  };
  if (error instanceof BadLine) {
    const { file, line, message: why } = error;
    const isOfLog = verified.files.includes(file);
    const seq = isOfLog ? { seq: join.next } : {};
    return { outcome: "disproved", ...verified, file, line, ...seq, why };
  }
  const unknown = (why: string, missing?: Missing): Verification => (
    { outcome: "unknown", ...verified, why, ...(missing && { missing }) }
  );
  if (error instanceof Unverifiable || error instanceof UnsafeFile) return unknown(error.message);
  if (error !== undefined) throw error;
  if (!join.isAnchored) {
    return unknown(
      `The log goes on from receipt ${join.first - 1}, which is not there; give the segments ` +
        `before it, or a checkpoint of receipt ${join.first - 1} with --checkpoint FILE`,
    );
  }
  if (keys?.root === undefined) {
    return unknown("No root: nobody's authority can be judged; give it with --root HEX");
  }
  const [missing] = join.missing.values();
  if (missing === undefined) return { outcome: "proven", ...verified };
  const { digest, kind, rows } = missing;
  const others = join.missing.size - 1;
  const more = others === 0 ? "" : `; so is other evidence, ${others} in number`;
  const needed = rows === 1 ? "1 receipt needs it" : `${rows} receipts need it`;
  return unknown(
    `evidence/${digest}.${kind} is missing or unreadable, and ${needed}${more}`,
    missing,
  );
}
