/**
 * Addresses with a special purpose, by the flag of UrlSafe that blocks them: the IANA registries of
 * IPv4 and IPv6 special-purpose blocks, multicast, what of IPv6 is given to nobody, and where clouds
 * keep what they tell a machine about itself. IPv6 addresses that carry an IPv4 address are judged by that one too.
 */
import { type Address, isWithin, parseAddress, parseNetwork } from "./address.ts";

type Network = NonNullable<ReturnType<typeof parseNetwork>>;

const special: { readonly [flag: string]: string } = {
  // Systems take the unspecified address for themselves.
  block_loopback: "127.0.0.0/8 0.0.0.0/32 ::/127",
  block_private: "10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 fc00::/7 fe80::/10 " +
    "fec0::/10",
  // Beside the common link-local address: Azure's, Alibaba's, and the IPv6 ones of AWS, Google and
  // Oracle.
  block_metadata: "169.254.0.0/16 168.63.129.16/32 100.100.100.200/32 fe80::/10 " +
    "fd00:ec2::/112 fd20:ce::/112 fd00:c1::a9fe:0/112",
  block_reserved: "0.0.0.0/8 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 " +
    "192.88.99.0/24 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 " +
    "240.0.0.0/4 ::/128 2001::/23 2001:db8::/32 2620:4f:8000::/48 3fff::/20 ff00::/8 " +
    // Outside of 2000::/3, with 100::/64, 100:0:0:1::/64 and 5f00::/16 among it.
    "100::/8 200::/7 400::/6 800::/5 1000::/4 4000::/2 8000::/2 c000::/3 e000::/4 f000::/5 " +
    "f800::/6 fe00::/9",
};
/** IPv6 forms that carry an IPv4 address, and how far right it stands. */
const carriers: readonly (readonly [network: string, shift: bigint])[] = [
  ["::ffff:0:0/96", 0n],
  ["::ffff:0:0:0/96", 0n],
  ["::/96", 0n],
  ["64:ff9b::/96", 0n],
  ["2002::/16", 80n],
];

const read = new Map<string, readonly Network[]>();

/** The networks in a text, parsed when they are first needed. */
function networksOf(text: string): readonly Network[] {
  const known = read.get(text);
  if (known !== undefined) return known;
  const networks = text.split(" ").map((one) => parseNetwork(one) as Network);
  read.set(text, networks);
  return networks;
}

function isInAny(address: Address, text: string): boolean {
  return networksOf(text).some((network) => isWithin(address, network));
}

function carried(address: Address): Address {
  for (const [network, shift] of carriers) {
    if (!isInAny(address, network)) continue;
    const value = (address.value >> shift) & 0xffffffffn;
    // :: and ::1 are addresses of their own.
    if (network !== "::/96" || value > 1n) return { bits: 32, value };
  }
  return address;
}

/** In the lowest block there are only `::`, `::1` and what carries an IPv4 address. */
function isUnassigned([address, inner]: readonly Address[]): boolean {
  return address !== undefined && address === inner && isInAny(address, "::/8") &&
    address.value > 1n;
}

/** An address and the one it carries; none for text that is no address. Brackets may stand. */
export function addressesOf(host: string): readonly Address[] {
  const address = parseAddress(host.replace(/^\[|\]$/g, ""));
  return address === undefined ? [] : [address, carried(address)];
}

/** The flags of UrlSafe that block one of the addresses. */
export function blockedBy(addresses: readonly Address[]): readonly string[] {
  if (addresses.length === 0) return [];
  return Object.keys(special).filter((flag) =>
    addresses.some((address) => isInAny(address, special[flag] as string)) ||
    (flag === "block_reserved" && isUnassigned(addresses))
  );
}

/** The private networks of IPv4, which a policy may open by naming networks of its own. */
export const privateNetworks: readonly string[] = (special.block_private as string).split(" ")
  .filter((network) => !network.includes(":"));
