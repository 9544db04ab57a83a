/**
 * `mcp.lock` beside tenuo.yaml: one JSON document whose last member is `signature`, the issuer's
 * over the domain string and the exact bytes before `,\n  "signature"`. The policy in force names
 * the file's SHA-256, so an older one that the same issuer signed is none.
 */
import { Buffer } from "node:buffer";
import type { Place } from "../../authorizer/authority.ts";
import { Denial } from "../../authorizer/denial.ts";
import {
  fromHex,
  hex,
  sha256,
  type SigningKey,
  signWith,
  verifyWith,
} from "../../protocol/keys.ts";
import { readJson } from "../../protocol/json_reader.ts";
import { readRegular, UnsafeFile } from "../../state/read_file.ts";
import { writeAtomic } from "../../state/write_file.ts";
import { serverWord } from "../../policy/tools.ts";
import { notPinned } from "./not_pinned.ts";
import { type Lock, lockFileName, type PinnedServer } from "./pin.ts";

const domain = "tenuo-claude-mcp-lock-v1";
const format = "tenuo-claude-mcp-lock/1";
const tail = /^,\n {2}"signature": "([0-9a-f]{128})"\n\}\n$/;
const tailLength = `,\n  "signature": "${"0".repeat(128)}"\n}\n`.length;
const limit = 64 << 20;

/** Where the lock of a project is. */
export function lockPath(project: string): string {
  return project === "/" ? `/${lockFileName}` : `${project}/${lockFileName}`;
}

function unsound(what: string): never {
  throw notPinned(what, "refresh");
}

/** A lock without servers. */
export function emptyLock(project: string): Lock {
  return { format, project, servers: {} };
}

/** The text of a lock, signed. */
export function sealLock(lock: Lock, issuer: SigningKey): string {
  const body = JSON.stringify(lock, null, 2).slice(0, -2);
  return `${body},\n  "signature": "${hex(signWith(issuer, domain, Buffer.from(body)))}"\n}\n`;
}

/** Puts a lock in its place. Returns the SHA-256 of the file, hex, for the policy to name. */
export function writeLock(project: string, lock: Lock, issuer: SigningKey): string {
  const text = sealLock(lock, issuer);
  writeAtomic(lockPath(project), text, 0o644);
  return hex(sha256(text));
}

function readBytes({ project, memory }: Place): Uint8Array {
  try {
    return (memory?.read ?? readRegular)(lockPath(project), limit);
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    unsound(error.missing ? `${lockFileName} is missing` : error.message);
  }
}

interface SignedLock {
  readonly lock: Lock;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
}

function verified(bytes: Uint8Array, root: string): SignedLock {
  const at = Math.max(0, bytes.length - tailLength);
  const signature = tail.exec(Buffer.from(bytes.subarray(at)).toString("latin1"))?.[1];
  const body = bytes.subarray(0, at);
  if (signature === undefined || !verifyWith(root, fromHex(signature), domain, body)) {
    unsound(`${lockFileName} is not as the project's authority signed it`);
  }
  const text = `${new TextDecoder().decode(body)}}`;
  // Names are those of the servers, and only such as have an escape are ever misread.
  const lock = (text.includes("\\") ? readJson(text).value : JSON.parse(text)) as Lock;
  if (lock.format !== format) unsound(`${lockFileName} has another format`);
  return { lock, digest: hex(sha256(bytes)) };
}

/**
 * The pins that the policy in force stands for.
 *
 * @param digest what the snapshot's `pins` says; absent: nothing is pinned, and no file is read
 * @throws {Denial} 9014 for a file that is missing, a link, altered or another project's; 9006 for a
 *   sound one that is not the one the policy names: a mint may be on its way, so look again
 */
export function openLock(place: Place, digest: string | undefined): Lock {
  const { project, root, memory } = place;
  if (digest === undefined) return emptyLock(project);
  const bytes = readBytes(place);
  const make = (file: Uint8Array) => verified(file, root);
  const signed = memory === undefined ? make(bytes) : memory.once(lockFileName + root, bytes, make);
  const { lock } = signed;
  if (lock.project !== project) unsound(`${lockFileName} belongs to ${lock.project}`);
  if (signed.digest !== digest) {
    throw new Denial(
      "BindingMismatch",
      `${lockFileName} is not the one that the policy names; a person can run tenuo-claude refresh`,
    );
  }
  return lock;
}

/** What a lock keeps of a server, where it keeps anything. */
export function pinnedIn({ servers }: Lock, name: string): PinnedServer | undefined {
  return Object.hasOwn(servers, name) ? servers[name] : undefined;
}

/** @throws {Denial} 9014 when nobody has approved the server */
export function requirePinnedServer(lock: Lock, name: string): PinnedServer {
  const pinned = pinnedIn(lock, name);
  if (pinned !== undefined) return pinned;
  const what = `Nobody has approved the tools of the MCP server ${name}`;
  throw notPinned(what, `mcp approve ${serverWord(name)}`);
}
