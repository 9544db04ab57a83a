/** Asks a server, as this program and for nobody, what it is and which tools it has. */
import { capabilitiesForServer } from "../connection/announced_capabilities.ts";
import {
  errorCodes,
  failure,
  type Members,
  objectIn,
  type Request,
  result,
} from "../framing/message.ts";
import type { Wire } from "../framing/wire.ts";
import type { Grant } from "../methods.ts";
import { protocolVersions } from "../connection/protocol_version.ts";
import { ServerConnection } from "../connection/server_connection.ts";
import { ServerUnavailable } from "../connection/server_question.ts";
import { listedTools } from "../connection/listed_tools.ts";
import type { Definition, Listed } from "./pin.ts";

export interface ListingOptions {
  readonly name: string;
  /** Starts the server, or connects to it. */
  readonly open: () => Promise<Wire>;
  readonly version: string;
  /** What the server is told that it may ask for: some have tools only for such clients. */
  readonly grants: ReadonlySet<Grant>;
  /** How long each request may take. */
  readonly seconds: number;
}

/** All that a client can do: some servers have tools for those alone that can do a part of it. */
const everyCapability = {
  roots: { listChanged: true },
  sampling: { context: {}, tools: {} },
  elicitation: { form: {}, url: {} },
};

/** Servers that add tools after the handshake say so; they are given this long. */
const quietMilliseconds = 250;
const mostLooks = 5;

function textIn(members: unknown, name: string): string {
  const isThere = typeof members === "object" && members !== null && Object.hasOwn(members, name);
  const value: unknown = isThere ? (members as Members)[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** @throws {ServerUnavailable} for tools without a name and names that stand twice */
function byName(tools: readonly unknown[]): Map<string, Definition> {
  const named = new Map<string, Definition>();
  for (const tool of tools) {
    const name = textIn(tool, "name");
    if (name === "") throw new ServerUnavailable("it lists a tool without a name");
    if (named.has(name)) throw new ServerUnavailable(`it lists the tool ${name} twice`);
    named.set(name, tool as Definition);
  }
  return named;
}

/** Nobody is there to answer for. */
function answered({ id, method }: Request) {
  if (method === "ping") return result(id, {});
  if (method === "roots/list") return result(id, { roots: [] });
  return failure(id, errorCodes.methodNotFound, "Not while tools are listed");
}

/**
 * Starts a server, lists its tools, and ends it.
 *
 * @throws {ServerUnavailable} when it cannot be started or does not answer as the protocol says
 */
export async function listServer(options: ListingOptions): Promise<Listed> {
  const { name, open, version, grants, seconds } = options;
  let changes = 0;
  let lost: string | undefined;
  const connection: ServerConnection = new ServerConnection(name, open, {
    request: (request) => void connection.exchange.answer(answered(request)),
    notification: ({ method }) => {
      if (method === "notifications/tools/list_changed") changes++;
    },
    problem: () => {},
    lost: (why) => {
      lost = why;
    },
    returned: () => {},
  });
  try {
    const hello = await connection.greet({
      protocolVersion: protocolVersions[0],
      capabilities: capabilitiesForServer(everyCapability, grants),
      clientInfo: { name: "tenuo-claude", version },
    });
    await connection.exchange.notify("notifications/initialized");
    const tools = await settledTools(connection, hello, seconds, () => changes);
    if (lost !== undefined) throw new ServerUnavailable(lost);
    const info = objectIn(hello, "serverInfo");
    const { instructions } = hello;
    return {
      identity: { name: textIn(info, "name"), version: textIn(info, "version") },
      ...(typeof instructions === "string" ? { instructions } : {}),
      tools: byName(tools),
    };
  } finally {
    await connection.close();
  }
}

/** The list once it has been quiet for a moment. */
async function settledTools(
  connection: ServerConnection,
  hello: Members,
  seconds: number,
  changes: () => number,
): Promise<unknown[]> {
  if (objectIn(hello.capabilities, "tools") === undefined) return [];
  for (let look = 1;; look++) {
    const before = changes();
    const tools = await listedTools(connection, seconds);
    await new Promise((done) => setTimeout(done, quietMilliseconds));
    if (changes() === before || look === mostLooks) return tools;
  }
}
