/**
 * Speaks to a service over its Unix socket or its loopback port. Plain HTTP/1.0 over a connection of
 * its own: `fetch` would follow a proxy that the environment names, even to this very machine.
 */
import { serviceName } from "./service_name.ts";
import { requireOwnSocket } from "./service_socket.ts";

export type Address =
  | { readonly transport: "unix"; readonly path: string }
  | { readonly transport: "tcp"; readonly port: number };

export interface Question {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly milliseconds?: number;
}

export interface Reply {
  readonly status: number;
  /** The JSON of the body. */
  readonly body: unknown;
}

/** Nobody listens (`absent`), or what answers does not speak as it should (`mute`). */
export class Unreachable extends Error {
  constructor(readonly kind: "absent" | "mute", message: string) {
    super(message);
  }
}

/** What `GET /status` of a service says. */
export interface ServiceStatus {
  readonly project: string;
  readonly root: string;
  readonly pid: number;
  readonly version: string;
  readonly uptime: number;
}

const answerMilliseconds = 5000;
const maxReplyBytes = 1 << 20;

function connect(address: Address): Promise<Deno.Conn> {
  if (address.transport === "tcp") {
    return Deno.connect({ hostname: "127.0.0.1", port: address.port });
  }
  requireOwnSocket(address.path);
  return Deno.connect({ transport: "unix", path: address.path });
}

function requestText(address: Address, path: string, question: Question): string {
  const { method = "GET", headers = {}, body } = question;
  const host = address.transport === "tcp" ? `127.0.0.1:${address.port}` : "localhost";
  const size = new TextEncoder().encode(body ?? "").length;
  const lines = Object.entries({
    host,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(method === "GET" ? {} : { "content-length": String(size) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  // Version 1.0: the answer ends with the connection and is never in chunks.
  return `${method} ${path} HTTP/1.0\r\n${lines.join("")}\r\n${body ?? ""}`;
}

async function exchange(connection: Deno.Conn, text: string): Promise<Reply> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16384);
  let answer = "";
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) return parseReply(answer);
    answer += decoder.decode(buffer.subarray(0, count), { stream: true });
    if (answer.length > maxReplyBytes) throw new Unreachable("mute", "The answer is too long");
  }
}

function parseReply(answer: string): Reply {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
  const start = answer.indexOf("\r\n\r\n");
  try {
    if (status !== undefined && start >= 0) {
      return { status: Number(status), body: JSON.parse(answer.slice(start + 4)) };
    }
  } catch {
    // Falls through: it is not a service of ours.
  }
  throw new Unreachable("mute", "The answer is not JSON over HTTP");
}

/**
 * Asks one question and waits for the answer, by default 5 s.
 *
 * @throws {Unreachable}, or {UnsafeSocket} for a socket that is not this user's alone
 */
export async function ask(address: Address, path: string, question: Question = {}): Promise<Reply> {
  let connection: Deno.Conn;
  try {
    connection = await connect(address);
  } catch (error) {
    const { NotFound, ConnectionRefused } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof ConnectionRefused)) throw error;
    throw new Unreachable("absent", "Nobody listens");
  }
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Unreachable("mute", "No answer in time")),
    question.milliseconds ?? answerMilliseconds,
  );
  const exchanged = exchange(connection, requestText(address, path, question));
  try {
    return await Promise.race([exchanged, late.promise]);
  } catch (error) {
    exchanged.catch(() => {}); // it ends with the connection
    if (error instanceof Unreachable) throw error;
    throw new Unreachable("mute", "The connection broke off");
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}

/** Who serves at an address; undefined when it is nothing of ours. @throws {Unreachable} */
export async function askStatus(
  address: Address,
  milliseconds?: number,
): Promise<ServiceStatus | undefined> {
  const question = milliseconds === undefined ? {} : { milliseconds };
  const { body } = await ask(address, "/status", question);
  if (typeof body !== "object" || body === null) return undefined;
  const members = body as Record<string, unknown>;
  const { service, project, root, pid, version, uptime_secs: uptime } = members;
  if (service !== serviceName || typeof project !== "string" || typeof root !== "string") {
    return undefined;
  }
  if (typeof pid !== "number" || typeof version !== "string" || typeof uptime !== "number") {
    return undefined;
  }
  return { project, root, pid, version, uptime };
}
