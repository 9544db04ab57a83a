/** Entries of a fetch rule that grant nothing, since where they lead is always refused. */
import { parseNetwork } from "../constraints/address.ts";
import { blockedBy } from "../constraints/special_addresses.ts";
import { matches } from "../constraints/url_safe.ts";

/** Says yes to every public host. */
const anyPublic: ReadonlyMap<string, boolean> = new Map([["block_internal_tlds", true]]);

/** Why a host pattern never passes; undefined when some name that fits it may. */
export function deadHost(written: string): string | undefined {
  // One name that fits stands for all: what is refused of a name is its ending.
  const sample = written.replace(/[*?]/g, "x");
  if (sample.includes("[") || matches(anyPublic, `https://${sample}/`) === true) return undefined;
  return /^[\d.]+$/.test(written)
    ? `${written} never passes: it leads inside; a network that is meant goes under cidrs`
    : `${written} never passes: such names lead inside, also where they are listed`;
}

/** Why a network never passes; undefined when some of its addresses may. */
export function deadNetwork(written: string): string | undefined {
  const network = parseNetwork(written.trim());
  if (network === undefined) return undefined;
  const { bits, value, prefix } = network;
  const rest = (1n << BigInt(bits - prefix)) - 1n;
  const first = value - (value & rest);
  // The first address, the last, and one in each part that halving leaves.
  const samples = [
    first,
    ...Array.from({ length: bits }, (_, half) => first | (rest >> BigInt(half))),
  ];
  const blocked = samples.map((sample) => blockedBy([{ bits, value: sample }]));
  const flags = ["block_loopback", "block_metadata", "block_reserved"];
  if (!flags.some((flag) => blocked.every((one) => one.includes(flag)))) return undefined;
  return `${written} never passes: addresses of this machine, of metadata and of reserved blocks ` +
    "are refused also where they are listed";
}
