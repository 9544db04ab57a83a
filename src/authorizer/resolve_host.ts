/**
 * What a host's name leads to by the word of this system's resolver, the hosts file included. The
 * client asks again when it connects, so this narrows what a name may do and proves nothing.
 */
import { lookup } from "node:dns";
import { parseAddress } from "../constraints/address.ts";
import { matches } from "../constraints/url_safe.ts";
import { Denial } from "./denial.ts";

const limitMilliseconds = 2000;

/** A URL rule that blocks all there is to block. */
const everything = new Map([["block_internal_tlds", true]]);

/** The addresses of a host, or a word on why there are none. */
export type Addresses = readonly string[] | string;

function ask(host: string): Promise<Addresses> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("was not answered in time"), limitMilliseconds);
    const done = (addresses: Addresses) => {
      clearTimeout(timer);
      resolve(addresses);
    };
    lookup(host, { all: true }, (error, found) => {
      done(error ? "has no answer" : found.map(({ address }) => address));
    });
  });
}

/** True for an address of the public internet. */
export function isPublic(address: string): boolean {
  const host = address.includes(":") ? `[${address}]` : address;
  return matches(everything, `https://${host}/`) === true;
}

/**
 * Requires that a host leads to public addresses only. Addresses themselves were judged as such.
 *
 * @param resolve the addresses of a name; the system's resolver when absent
 * @throws {Denial} 1501 when one of the answers is an inside address, or there is none
 */
export async function requirePublicHost(
  host: string,
  resolve: (host: string) => Promise<Addresses> = ask,
): Promise<void> {
  if (parseAddress(host) !== undefined) return;
  const addresses = await resolve(host);
  if (typeof addresses === "string") {
    throw new Denial("ConstraintViolation", `The host name ${host} ${addresses}`);
  }
  const inside = addresses.find((address) => !isPublic(address));
  if (inside !== undefined || addresses.length === 0) {
    const where = inside === undefined ? "nothing" : `${inside}, which is not a public address`;
    throw new Denial("ConstraintViolation", `The host name ${host} leads to ${where}`);
  }
}
