/** The versions of MCP that the proxy hands on. */
import { ServerUnavailable } from "./server_question.ts";

/** Newest first. */
export const protocolVersions = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;

/**
 * @param server the server's name in the policy
 * @throws {ServerUnavailable} for a version that the proxy does not hand on
 */
export function requireKnownVersion(server: string, version: unknown): void {
  if (protocolVersions.some((known) => known === version)) return;
  const told = JSON.stringify(version)?.slice(0, 40);
  throw new ServerUnavailable(
    `The MCP server ${server} speaks version ${told}, which this proxy does not know`,
  );
}

/** What the proxy answers by itself: the version that is asked for, or the newest. */
export function answeredVersion(wanted: unknown): string {
  return protocolVersions.find((known) => known === wanted) ?? protocolVersions[0];
}
