/**
 * IP addresses as numbers. Only the canonical spellings are addresses here: dotted decimals without
 * leading zeros, and RFC 4291 text. Other spellings are for the URL parser to normalise or refuse.
 */

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseV6(text: string): bigint | undefined {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const embedded = tail.includes(".") ? parseV4(tail) : undefined;
  if (tail.includes(".") && embedded === undefined) return undefined;
  const plain = embedded === undefined
    ? text
    : text.slice(0, -tail.length) + (embedded >> 16n).toString(16) + ":" +
      (embedded & 0xffffn).toString(16);
  const halves = plain.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => half === "" ? [] : half.split(":"));
  const count = groups.flat().length;
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined;
  const filled = [...groups[0] as string[], ...Array(8 - count).fill("0"), ...(groups[1] ?? [])];
  let value = 0n;
  for (const group of filled) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = (value << 16n) | BigInt(parseInt(group, 16));
  }
  return value;
}

/** Reads an address; undefined when the text is not one. Brackets are not accepted. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { bits: 32, value: v4 };
  const v6 = text.includes(":") ? parseV6(text) : undefined;
  return v6 === undefined ? undefined : { bits: 128, value: v6 };
}

/** Reads `address/length`, or a network of one; undefined when malformed. Host bits are ignored. */
export function parseNetwork(text: string): (Address & { readonly prefix: number }) | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const address = match === null ? undefined : parseAddress(match[1] as string);
  if (address === undefined) return undefined;
  const prefix = Number(match?.[2] ?? address.bits);
  return prefix > address.bits ? undefined : { ...address, prefix };
}

/** True when the address lies in the network. An IPv4 address is in no IPv6 network. */
export function isWithin(
  address: Address,
  network: Address & { readonly prefix: number },
): boolean {
  const shift = BigInt(network.bits - network.prefix);
  return address.bits === network.bits && address.value >> shift === network.value >> shift;
}

function textOf({ bits, value }: Address, prefix: number): string {
  const [unit, base] = bits === 32 ? [8n, 10] : [16n, 16];
  const count = bits === 32 ? 4 : 8;
  const parts = Array.from(
    { length: count },
    (_, i) => ((value >> (unit * BigInt(count - 1 - i))) & ((1n << unit) - 1n)).toString(base),
  );
  return `${parts.join(bits === 32 ? "." : ":")}/${prefix}`;
}

/**
 * The part of `whole` that lies in none of the `holes`, as the fewest networks. Networks are texts
 * as `parseNetwork` reads them; holes of the other family count for nothing.
 *
 * @throws {TypeError} when one of them is no network
 */
export function networksBeside(whole: string, holes: readonly string[]): string[] {
  const [outer, ...inner] = [whole, ...holes].map((text) => {
    const network = parseNetwork(text);
    if (network === undefined) throw new TypeError(`${text} is no network`);
    return network;
  });
  if (outer === undefined) return [];
  const split = (network: typeof outer): string[] => {
    if (inner.some((hole) => hole.prefix <= network.prefix && isWithin(network, hole))) return [];
    const hole = inner.some((one) => one.prefix > network.prefix && isWithin(one, network));
    if (!hole) return [textOf(network, network.prefix)];
    const prefix = network.prefix + 1;
    const half = 1n << BigInt(network.bits - prefix);
    return [
      ...split({ ...network, prefix }),
      ...split({ ...network, prefix, value: network.value | half }),
    ];
  };
  return split(outer);
}
