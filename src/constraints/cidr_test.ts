import { ok } from "node:assert/strict";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matches as verdict } from "./cidr.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

Deno.test("An address in the network, written as text or as the document shows it", () => {
  for (const network of ["10.0.0.0/8", rule({ network: "10.0.0.0/8" })]) {
    for (const address of ["10.0.0.0", "10.1.2.3", "10.255.255.255"]) ok(matches(network, address));
    for (const address of ["9.255.255.255", "11.0.0.0", "192.168.1.1"]) {
      ok(!matches(network, address));
    }
  }
  ok(matches("10.1.2.3/8", "10.9.9.9"), "host bits do not count");
  ok(matches("1.2.3.4/32", "1.2.3.4"));
  ok(matches("1.2.3.4", "1.2.3.4"), "a network of one");
  ok(!matches("1.2.3.4/32", "1.2.3.5"));
  ok(matches("0.0.0.0/0", "255.255.255.255"));
  ok(matches("fc00::/7", "fd12::1"));
  ok(matches("2001:db8::/32", "2001:DB8:0:0::1"));
  ok(!matches("2001:db8::/32", "2001:db9::1"));
});

Deno.test("An address of the other family, also where it carries one", () => {
  ok(!matches("0.0.0.0/0", "::1"));
  ok(!matches("10.0.0.0/8", "::ffff:10.0.0.1"));
  ok(!matches("::/0", "10.0.0.1"));
  ok(matches("::ffff:10.0.0.0/104", "::ffff:10.0.0.1"));
});

Deno.test("What is no plain address", () => {
  const texts = [
    "",
    "10",
    "10.1",
    "010.0.0.1",
    "0xa.0.0.1",
    "167772161",
    "10.0.0.1 ",
    "10.0.0.1/32",
    "host",
  ];
  for (const text of [...texts, "[10.0.0.1]", "10.0.0.1:80", "\uff11\uff10.0.0.1"]) {
    ok(!matches("10.0.0.0/8", text), text);
    ok(!matches("0.0.0.0/0", text), text);
  }
});

Deno.test("Malformed rules and other arguments deny", () => {
  const rules: Cbor[] = [
    null,
    5,
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10/8",
    "x/8",
    ["10.0.0.0/8"],
    rule({}),
  ];
  for (const value of [...rules, rule({ network: 5 }), rule({ network: null })]) {
    ok(!matches(value, "10.0.0.1"));
  }
  for (const argument of [null, 5, 167772161, true, ["10.0.0.1"], rule({}), { float: 10 }]) {
    ok(!matches("10.0.0.0/8", argument));
  }
});
