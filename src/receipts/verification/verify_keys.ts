/** The two public keys that a log is verified with, and where they come from. */
import { dirname } from "node:path";
import { fromHex, isSoundPublicKey } from "../../protocol/keys.ts";
import { stateFiles } from "../../state/layout.ts";
import { readRegularText, UnsafeFile } from "../../state/read_file.ts";
import { readEvidence } from "../evidence.ts";
import { type LogFile, openLogFile } from "../read_log.ts";
import { parseReceipt } from "../receipt.ts";
import type { ReadPolicy } from "./verify_reading.ts";
import { Unverifiable, type UsedKey } from "./verify_result.ts";

export interface Keys {
  readonly key: UsedKey;
  /** Absent: nobody's authority can be judged. */
  readonly root?: UsedKey;
}

/** How far a log is searched for a policy that names the receipt key. */
const linesToSearch = 10_000;

/**
 * What is given comes first, then what lies beside the log; where no receipt key lies there, the one
 * that the root's own policy names.
 *
 * @throws {Unverifiable} when there is no receipt key, or one of the two is no key
 */
export async function findKeys(
  given: { readonly key?: string; readonly root?: string },
  files: readonly LogFile[],
  readPolicy: ReadPolicy,
): Promise<Keys> {
  const folder = dirname(files[0]?.path ?? ".");
  const root = keyFrom(given.root, `${folder}/${stateFiles.issuerPublic}`, "The root");
  const path = `${folder}/${stateFiles.receiptPublic}`;
  const key = keyFrom(given.key, path, "The receipt key") ??
    (root && await keyOfPolicy(files, root.key, readPolicy));
  if (key === undefined) {
    throw new Unverifiable(`No receipt key: ${path} is missing; give it with --key HEX`);
  }
  return root === undefined ? { key } : { key, root };
}

function keyFrom(given: string | undefined, path: string, what: string): UsedKey | undefined {
  if (given !== undefined) return { key: sound(given, what), origin: "given" };
  try {
    return { key: sound(readRegularText(path, 256), `${what} in ${path}`), origin: "beside" };
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    if (error.missing) return undefined;
    throw new Unverifiable(error.message);
  }
}

function sound(key: string, what: string): string {
  if (/^[0-9a-f]{64}$/.test(key) && isSoundPublicKey(fromHex(key))) return key;
  const shown = JSON.stringify(key.slice(0, 80));
  throw new Unverifiable(`${what} is no Ed25519 public key in lower-case hex: ${shown}`);
}

/** The receipt key that the first policy of the log names, if the root signed that policy. */
async function keyOfPolicy(
  files: readonly LogFile[],
  root: string,
  readPolicy: ReadPolicy,
): Promise<UsedKey | undefined> {
  for (const file of files) {
    const digest = firstPolicy(file);
    if (digest === undefined) continue;
    try {
      const bytes = readEvidence(file.path, "policy", digest);
      const key = bytes && (await readPolicy(bytes, root)).key;
      return key === undefined ? undefined : { key: sound(key, "The policy's"), origin: "policy" };
    } catch {
      return undefined; // not the root's, so no word of its counts
    }
  }
  return undefined;
}

function firstPolicy(file: LogFile): string | undefined {
  const opened = openLogFile(file);
  try {
    for (const { number, bytes } of opened.lines(0, file.size)) {
      const policy = parseReceipt(new TextDecoder().decode(bytes))?.policy;
      if (typeof policy === "string") return policy;
      if (number === linesToSearch) break;
    }
  } finally {
    opened.close();
  }
  return undefined;
}
