/** What each side is told that the other can do: no more than the policy lets pass. */
import { type Members, objectIn } from "../framing/message.ts";
import type { Grant } from "../methods.ts";

/** Which grants a policy gives a server. */
export type Grants = ReadonlySet<Grant>;

function present(members: { readonly [name: string]: Members | undefined }): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The client's capabilities as its server is told them. Tasks, extensions and experiments are not. */
export function capabilitiesForServer(capabilities: unknown, grants: Grants): Members {
  const granted = (name: "sampling" | "elicitation") =>
    grants.has(name) ? objectIn(capabilities, name) : undefined;
  return present({
    roots: objectIn(capabilities, "roots"),
    sampling: granted("sampling"),
    elicitation: granted("elicitation"),
  });
}

/** A server's name for itself, without what nobody approved: descriptions, addresses, icons. */
export function selfNamed(server: string, serverInfo: unknown): Members {
  const given = objectIn({ serverInfo }, "serverInfo") ?? {};
  const text = (name: string) => typeof given[name] === "string" ? given[name] : undefined;
  const title = text("title");
  return {
    name: text("name") ?? server,
    ...(title === undefined ? {} : { title }),
    version: text("version") ?? "",
  };
}

/** The server's capabilities as the client is told them. */
export function capabilitiesForClient(capabilities: unknown, grants: Grants): Members {
  const granted = (name: "resources" | "prompts") =>
    grants.has(name) ? objectIn(capabilities, name) : undefined;
  const completes = grants.has("resources") || grants.has("prompts");
  return present({
    // The list also changes when the policy or what a person approved does.
    tools: { listChanged: true },
    logging: objectIn(capabilities, "logging"),
    completions: completes ? objectIn(capabilities, "completions") : undefined,
    resources: granted("resources"),
    prompts: granted("prompts"),
  });
}
