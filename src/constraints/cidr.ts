/**
 * Cidr (type 8): an IP address, as text, within a network. The network stands on the wire as text;
 * the published document shows a map, and the policy keeps it so.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { isWithin, parseAddress, parseNetwork } from "./address.ts";
import { member } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): boolean {
  const text = typeof rule === "string" ? rule : member(rule, "network");
  if (typeof text !== "string" || typeof argument !== "string") return false;
  const network = parseNetwork(text);
  const address = parseAddress(argument);
  return network !== undefined && address !== undefined && isWithin(address, network);
}
