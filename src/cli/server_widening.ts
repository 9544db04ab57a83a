/** What a wider policy lets MCP servers do, in words for the person who has to agree. */
import { type ServerChange, serverChanges } from "../authorizer/server_width.ts";
import type { ServerLaunch, Snapshot } from "../policy/snapshot.ts";

/** How a server is started; values of variables may be secrets and are not said. */
function launchText(launch: ServerLaunch): string {
  switch (launch.kind) {
    case "bundled":
      return `bundled:${launch.name} in ${launch.folder}`;
    case "http":
      return launch.url;
    case "command":
      return [launch.command, ...launch.args].join(" ");
  }
}

const members = {
  env: "its environment",
  passEnv: "the variables that are handed on",
  cwd: "where it is started",
  headers: "its headers",
} as const;

function launchChange(before: ServerLaunch, after: ServerLaunch): string {
  const [was, is] = [launchText(before), launchText(after)];
  if (was !== is) return `${was} → ${is}`;
  const [old, now] = [before, after].map((launch) =>
    launch as { readonly [name: string]: unknown }
  );
  const changed = Object.entries(members).filter(([name]) =>
    JSON.stringify(old?.[name]) !== JSON.stringify(now?.[name])
  );
  // Arguments may be cut elsewhere and read the same in one line.
  return changed.length === 0
    ? `${was}, its arguments`
    : `${was}, ${changed.map(([, words]) => words).join(", ")}`;
}

function textOf({ server, what, before, after }: ServerChange): string {
  const name = `MCP server ${server}`;
  switch (what) {
    case "new":
      return `+ ${name}: ${launchText(after as ServerLaunch)}`;
    case "launch":
      return `${name}: ${launchChange(before as ServerLaunch, after as ServerLaunch)}`;
    case "sampling":
      return `${name} may ask the client's model (sampling)`;
    case "elicitation":
      return `${name} may ask the person at the client (elicitation)`;
    case "redact":
      return `${name}: secrets in its results are no longer masked (redact)`;
    case "max_result_bytes":
      return `${name}: max_result_bytes ${before} → ${after}`;
  }
}

/** A line for each change. */
export function serverWidening(before: Snapshot, after: Snapshot): string[] {
  return serverChanges(before, after).map(textOf);
}

/** A route by its tool, or by the server that it grants something of, as its rule says. */
export function grantedText(route: string): string {
  const [, server] = /^mcp__(.*)__(?:resources\/read|prompts\/get)$/.exec(route) ?? [];
  return server === undefined ? route : `MCP server ${server}:`;
}
