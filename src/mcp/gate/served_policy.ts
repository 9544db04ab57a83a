/** What the policy in force says of one MCP server, read anew for each question. */
import { openSnapshot, type Place } from "../../authorizer/authority.ts";
import { Denial } from "../../authorizer/denial.ts";
import type { VerifiedSnapshot } from "../../policy/signed_snapshot.ts";
import type { ArgumentRule, Route, ServerRule } from "../../policy/snapshot.ts";
import { mcpMethodName } from "../../policy/tools.ts";
import type { Grant } from "../methods.ts";
import { openLock, requirePinnedServer } from "../pins/lock_file.ts";
import type { PinnedServer } from "../pins/pin.ts";

export interface ServedPolicy {
  /** The server's name in the policy. */
  readonly name: string;
  readonly policy: VerifiedSnapshot;
  readonly server: ServerRule;
  readonly grants: ReadonlySet<Grant>;
  /** The rules on URIs of resources and names of prompts. */
  readonly resources?: ArgumentRule;
  readonly prompts?: ArgumentRule;
}

function argumentOf(route: Route | undefined, name: string): ArgumentRule | undefined {
  return route?.args.find((rule) => rule.name === name);
}

/** @throws {Denial} when the authority cannot be read or the policy has no such server */
export function servedPolicy(place: Place, name: string): ServedPolicy {
  return servedBy(openSnapshot(place), name);
}

/** @throws {Denial} when the policy has no such server */
export function servedBy(policy: VerifiedSnapshot, name: string): ServedPolicy {
  const { servers = {}, routes } = policy.snapshot;
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (server === undefined) {
    throw new Denial(
      "ToolNotAuthorized",
      `The policy in force has no MCP server ${name}; name it under mcp.servers and run tenuo-claude refresh`,
    );
  }
  const resources = argumentOf(routes[mcpMethodName(name, "resources/read")], "uri");
  const prompts = argumentOf(routes[mcpMethodName(name, "prompts/get")], "name");
  const grants = new Set<Grant>();
  if (resources !== undefined) grants.add("resources");
  if (prompts !== undefined) grants.add("prompts");
  if (server.sampling) grants.add("sampling");
  if (server.elicitation) grants.add("elicitation");
  return {
    name,
    policy,
    server,
    grants,
    ...(resources === undefined ? {} : { resources }),
    ...(prompts === undefined ? {} : { prompts }),
  };
}

/**
 * What a person trusted of the server.
 *
 * @throws {Denial} 9014 when that is nothing, or `mcp.lock` is missing or altered
 */
export function pinnedServer(
  place: Place,
  { policy: { snapshot } }: ServedPolicy,
  name: string,
): PinnedServer {
  return requirePinnedServer(openLock(place, snapshot.pins), name);
}
