/** What a warrant says of a call, under wire semantics. */
import { matches } from "../../constraints/registry.ts";
import type { Arguments } from "../../protocol/pop.ts";
import type { Warrant } from "../../protocol/warrant.ts";

/**
 * Why the warrant does not grant the call; undefined when it does. Its constraints must be prepared.
 *
 * @param args undefined when they are masked: then only the capability counts
 */
export function refusedBy(
  leaf: Warrant,
  capability: string,
  args: Arguments | undefined,
): string | undefined {
  const grants = leaf.type === "execution" ? leaf.tools.get(capability) : undefined;
  if (grants === undefined) return `it has no ${capability}`;
  if (args === undefined || grants.size === 0) return undefined;
  for (const name of args.keys()) if (!grants.has(name)) return `it takes no argument ${name}`;
  for (const [name, constraint] of grants) {
    if (!args.has(name)) return `it takes no call without ${name}`;
    if (!matches(constraint, args.get(name) ?? null)) return `argument ${name}`;
  }
  return undefined;
}
