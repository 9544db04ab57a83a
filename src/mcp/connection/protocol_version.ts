/** The versions of MCP that the proxy hands on. */

/** Newest first. */
export const protocolVersions = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;

export function isKnownVersion(version: unknown): boolean {
  return protocolVersions.some((known) => known === version);
}

/** What the proxy answers by itself: the version that is asked for, or the newest. */
export function answeredVersion(wanted: unknown): string {
  return protocolVersions.find((known) => known === wanted) ?? protocolVersions[0];
}
