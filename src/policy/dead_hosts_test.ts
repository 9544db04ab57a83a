import assert from "node:assert/strict";
import { compiled } from "./test_compile.ts";
import { deadHost, deadNetwork } from "./dead_hosts.ts";

Deno.test("names and addresses that are refused also where they are listed are told", () => {
  for (const host of ["wiki.internal", "*.corp", "printer.local", "x.test", "metadata.goog"]) {
    assert.match(deadHost(host) ?? "", /such names lead inside/, host);
  }
  for (const host of ["10.1.2.3", "127.0.0.1", "169.254.169.254"]) {
    assert.match(deadHost(host) ?? "", /goes under cidrs$/, host);
  }
  for (const network of ["127.0.0.0/8", "::1/128", "169.254.0.0/16", "224.0.0.0/4", "127.0.0.1"]) {
    assert.match(deadNetwork(network) ?? "", /never passes/, network);
  }
});

Deno.test("what may pass is not called dead", () => {
  for (
    const host of [
      "a.example.com",
      "*.example.com",
      "*",
      "*.io",
      "a?.b.de",
      "8.8.8.8",
      "[a-z].x.com",
    ]
  ) {
    assert.equal(deadHost(host), undefined, host);
  }
  for (
    const network of ["10.0.0.0/8", "0.0.0.0/0", "fd00::/16", "8.8.8.8/32", "::/0", "192.0.0.0/4"]
  ) {
    assert.equal(deadNetwork(network), undefined, network);
  }
});

Deno.test("each stands where it is written", async () => {
  const yaml =
    "enforce:\n  WebFetch:\n    domains:\n      - a.example.com\n      - wiki.internal\n" +
    "    cidrs: [10.0.0.0/8, 127.0.0.0/8]";
  await compiled(yaml, ({ policy }) => {
    assert.deepEqual(policy.warnings.map(({ where, line, column }) => [where, line, column]), [
      ["enforce.WebFetch.domains[1]", 5, 9],
      ["enforce.WebFetch.cidrs[1]", 6, 25],
    ]);
  });
});
