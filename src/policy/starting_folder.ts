/** Where an MCP server runs, so that the hook and the proxy mean the same file by a relative path. */
import type { ServerLaunch } from "./snapshot.ts";

/** Absolute. Of a server that is reached over HTTP nobody knows where it runs: the project counts. */
export function startingFolder(launch: ServerLaunch, project: string): string {
  if (launch.kind === "command") return launch.cwd;
  return launch.kind === "bundled" ? launch.folder : project;
}
