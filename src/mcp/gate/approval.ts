/** Whether a server is the one that a person approved, and what the client is told when it is not. */
import { Denial } from "../../authorizer/denial.ts";
import { type Members, objectIn } from "../framing/message.ts";
import type { PinnedServer } from "../pins/pin.ts";
import type { PinnedProgram } from "../programs/program_pin.ts";
import { answeredVersion } from "../connection/protocol_version.ts";
import { ServerUnavailable } from "../connection/server_question.ts";

/** As it is pinned: what is no text says nothing. */
function textIn(members: Members, name: string): string | undefined {
  const value = members[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * How a server differs from the one that was approved; undefined when it does not.
 *
 * @param hello what it answered to `initialize`
 */
export function otherIdentity(
  server: string,
  hello: Members | undefined,
  pinned: PinnedServer | undefined,
): string | undefined {
  if (pinned === undefined || hello === undefined) return undefined;
  const info = objectIn(hello, "serverInfo") ?? {};
  const [name = "", version = ""] = [textIn(info, "name"), textIn(info, "version")];
  const { identity } = pinned;
  if (identity.name !== name || identity.version !== version) {
    const told = `${name} ${version}`.slice(0, 200);
    return `The MCP server ${server} calls itself ${told}, approved was ${identity.name} ${identity.version}`;
  }
  return textIn(hello, "instructions") === pinned.instructions
    ? undefined
    : `The instructions of the MCP server ${server} are not those that were approved`;
}

/** The same object as long as nobody writes the lock. */
export function isSameProgram(
  one: PinnedProgram | undefined,
  other: PinnedProgram | undefined,
): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A server that cannot be asked denies. @param other why it is not the approved program, if so */
export async function reachable<T>(
  act: () => Promise<T>,
  other: () => Denial | undefined,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ServerUnavailable)) throw error;
    throw other() ??
      new Denial("StateUnreadable", error.message, { rule: "mcp.servers", line: 0 });
  }
}

/** What the client is told of a server that nobody approved, and that is not started. */
export function unapproved(name: string, wanted: unknown, why: string): Members {
  return {
    protocolVersion: answeredVersion(wanted),
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name, version: "" },
    instructions: `${why}. Until then it has no tools.`,
  };
}
