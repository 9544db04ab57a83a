/** Whether a host is of the public Internet: another reading than that of `src/constraints`. */

const shut: readonly (readonly [from: string, to: string])[] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["168.63.129.16", "168.63.129.16"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.31.196.0", "192.31.196.255"],
  ["192.52.193.0", "192.52.193.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["192.175.48.0", "192.175.48.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
];
const insideName =
  /(?:^|\.)(?:localhost|localdomain6?|local|internal|corp|lan|home|home\.arpa|intranet|private)$/;

/** Fixed width, so that texts compare as addresses do. */
function padded(address: string): string {
  return address.split(".").map((part) => part.padStart(3, "0")).join(".");
}

function isPublicV4(address: string): boolean {
  const text = padded(address);
  return !shut.some(([from, to]) => padded(from) <= text && text <= padded(to));
}

/** The eight groups as four hexadecimal digits each. */
function groupsOf(address: string): string[] {
  const [left = "", right] = address.split("::");
  const [before, after] = [left, right ?? ""].map((half) => half === "" ? [] : half.split(":"));
  const fill = Array(right === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0));
  return [...before ?? [], ...fill.fill("0"), ...after ?? []].map((group) =>
    group.padStart(4, "0")
  );
}

function dotted(high: string, low: string): string {
  return (high + low).match(/../g)?.map((byte) => parseInt(byte, 16)).join(".") ?? "";
}

function isPublicV6(address: string): boolean {
  const groups = groupsOf(address);
  const text = groups.join(":");
  const [, second = "", third = "", , , , high = "", low = ""] = groups;
  if (/^(0064:ff9b|0000:0000):(0000:){4}|^(0000:){5}ffff:|^(0000:){4}ffff:0000:/.test(text)) {
    return isPublicV4(dotted(high, low));
  }
  if (text.startsWith("2002:")) return isPublicV4(dotted(second, third));
  if (/^(2001:(00|01|0db8)|2620:004f:8000|3fff:0)/.test(text)) return false;
  return /^[23]/.test(text);
}

/** The host as the platform's parser spells it, with the brackets of an IPv6 address. */
export function isPublicHost(host: string): boolean {
  if (host.startsWith("[")) return isPublicV6(host.slice(1, -1));
  if (/^[\d.]+$/.test(host)) return isPublicV4(host);
  return host.includes(".") && !insideName.test(host);
}
