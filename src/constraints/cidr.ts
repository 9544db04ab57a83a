/**
 * Cidr (type 8): an IP address, as text, within a network. The network stands on the wire as text;
 * the published document shows a map, and the policy keeps it so.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { isWithin, parseAddress, parseNetwork } from "./address.ts";
import { member, type Verdict } from "./registry.ts";
import { addressesOf } from "./special_addresses.ts";

function networkOf(rule: Cbor): ReturnType<typeof parseNetwork> {
  const text = typeof rule === "string" ? rule : member(rule, "network");
  return typeof text === "string" ? parseNetwork(text) : undefined;
}

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const network = networkOf(rule);
  if (network === undefined) return "unreadable";
  if (typeof argument !== "string") return false;
  const address = parseAddress(argument);
  if (address === undefined) return "unreadable";
  if (isWithin(address, network)) return true;
  // An IPv6 address leads to the IPv4 address that it carries, but is in no IPv4 network.
  const isCarried = addressesOf(argument).some((one) => isWithin(one, network));
  return isCarried ? "stricter" : false;
}

export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [networkOf(parent), networkOf(child)];
  return outer !== undefined && inner !== undefined && inner.prefix >= outer.prefix &&
    isWithin(inner, outer);
}
