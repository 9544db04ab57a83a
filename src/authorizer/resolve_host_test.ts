import { deepEqual, equal, rejects } from "node:assert/strict";
import { type Addresses, isPublic, requirePublicHost } from "./resolve_host.ts";

async function codeOf(host: string, addresses: Addresses): Promise<number> {
  return await requirePublicHost(host, () => Promise.resolve(addresses))
    .then(() => 0, ({ code }) => code);
}

Deno.test("Inside addresses are told from public ones", () => {
  const inside = [
    ...["127.0.0.1", "10.0.0.5", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"],
    ...["0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.8"],
    ...["::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"],
    ...["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "not an address", ""],
  ];
  deepEqual(inside.filter(isPublic), []);
  const open = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "100.128.0.1", "172.32.0.1"];
  deepEqual(open.filter((address) => !isPublic(address)), []);
});

Deno.test("Every answer must be public, and there must be one", async () => {
  equal(await codeOf("a.example", ["93.184.216.34"]), 0);
  equal(await codeOf("a.example", ["93.184.216.34", "2606:4700:4700::1111"]), 0);
  equal(await codeOf("a.example", ["93.184.216.34", "127.0.0.1"]), 1501);
  equal(await codeOf("a.example", ["::1", "93.184.216.34"]), 1501);
  equal(await codeOf("a.example", []), 1501);
  equal(await codeOf("a.example", "was not answered in time"), 1501);
});

Deno.test("An address needs no resolving: the URL's rule has judged it", async () => {
  for (const host of ["93.184.216.34", "10.0.0.1", "2606:4700:4700::1111"]) {
    equal(await codeOf(host, "was asked"), 0);
  }
});

Deno.test("The system's resolver says what localhost is, and that no name is invalid", async () => {
  await rejects(requirePublicHost("localhost"), {
    message: /leads to (127\.0\.0\.1|::1), which is not a public address$/,
  });
  await rejects(requirePublicHost("nothing.invalid"), { code: 1501 });
});
