/**
 * Where the service's Unix sockets lie, and whether a socket can be trusted: who may replace it can
 * answer in the service's place.
 */
import { hex, sha256 } from "../protocol/keys.ts";
import { stateDirectory } from "../state/layout.ts";
import { makePrivateDirectory } from "../state/write_file.ts";

/** The system's own limit is 108 bytes with the closing zero, 104 on some. */
const maxPathBytes = 100;

/** The sockets of one service. */
export interface Sockets {
  /** What clients connect to. */
  readonly main: string;
  /** What the TCP port is passed on to; nobody else connects to it. */
  readonly front: string;
}

/** A socket, or the directory it lies in, is not this user's alone. */
export class UnsafeSocket extends Error {}

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= maxPathBytes;
}

function temporary(): string {
  const named = ["XDG_RUNTIME_DIR", "TMPDIR"].map((name) => Deno.env.get(name) ?? "");
  const usable = named.filter((path) => path.startsWith("/") && fits(path + "x".repeat(50)));
  return (usable.find(isDirectory) ?? "/tmp").replace(/\/+$/, "");
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Refuses a directory in which others could replace a socket. @throws {UnsafeSocket} */
function requirePrivate(directory: string): void {
  const { isDirectory, uid, mode } = Deno.lstatSync(directory);
  if (!isDirectory || uid !== Deno.uid() || ((mode ?? 0) & 0o022) !== 0) {
    throw new UnsafeSocket(`${directory} is not a directory that only its owner writes to`);
  }
}

/**
 * The places of a project's sockets: in `.state`, or, where that path is longer than a socket's may
 * be, in a private directory below the system's runtime or temporary folder.
 *
 * @throws {UnsafeSocket}
 */
export function placeSockets(project: string): Sockets {
  const own = `${stateDirectory(project)}/service`;
  if (fits(`${own}.front.sock`)) {
    requirePrivate(stateDirectory(project));
    return { main: `${own}.sock`, front: `${own}.front.sock` };
  }
  const directory = `${temporary()}/tenuo-claude-${Deno.uid()}`;
  try {
    makePrivateDirectory(directory);
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    throw new UnsafeSocket(`${directory} cannot be used for the socket: ${why}`);
  }
  requirePrivate(directory);
  const name = `${directory}/${hex(sha256(project)).slice(0, 16)}`;
  return { main: `${name}.sock`, front: `${name}.front.sock` };
}

/**
 * The socket must be this user's, closed to others, in a directory that others cannot write to.
 *
 * @throws {UnsafeSocket}, or Deno.errors.NotFound when there is none
 */
export function requireOwnSocket(path: string): void {
  const { isSocket, uid, mode } = Deno.lstatSync(path);
  if (isSocket !== true || uid !== Deno.uid() || ((mode ?? 0) & 0o077) !== 0) {
    throw new UnsafeSocket(`${path} is not a socket of this user alone`);
  }
  requirePrivate(path.slice(0, path.lastIndexOf("/")));
}
