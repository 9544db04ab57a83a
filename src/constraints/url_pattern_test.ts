import { ok } from "node:assert/strict";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matches as verdict } from "./url_pattern.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

const table: readonly (readonly [pattern: string, yes: string[], no: string[]])[] = [
  [
    "https://api.example.com/v1/*",
    [
      "https://api.example.com/v1/",
      "https://api.example.com/v1/users?q#f",
      "https://api.example.com/v1/a/b",
      "HTTPS://API.EXAMPLE.COM/v1/x",
      "https://user:pw@api.example.com/v1/x",
      "https://api.example.com:443/v1/x",
      "https://api.example.com:8443/v1/x",
      "https://api.example.com/x/../v1/y",
    ],
    [
      "https://api.example.com/v1",
      "https://api.example.com/v2/x",
      "https://api.example.com/V1/x",
      "https://api.example.com/v1/../v2",
      "https://api.example.com/v1/%2e%2e/v2",
      "http://api.example.com/v1/x",
      "https://api.example.com./v1/x",
      "https://api.example.com.evil.com/v1/x",
      "https://evil.com/api.example.com/v1/x",
      "https://api.example.com@evil.com/v1/x",
      "https://evil.com\\@api.example.com/v1/x",
      "https://evil.com#@api.example.com/v1/x",
      "https://xapi.example.com/v1/x",
      "//api.example.com/v1/x",
      "/v1/x",
    ],
  ],
  [
    "https://*.example.com",
    ["https://a.example.com/x", "https://a.b.example.com"],
    [
      "https://example.com/",
      "https://notexample.com/",
      "https://example.com.evil.com/",
      "https://a.example.org/",
    ],
  ],
  ["https://a.b/", ["https://a.b", "https://a.b/", "https://a.b/x/y"], ["https://a.c/"]],
  ["https://a.b/*", ["https://a.b/", "https://a.b/x"], ["https://c.b/x"]],
  ["https://a.b/x", ["https://a.b/x", "https://a.b/x?q"], ["https://a.b/", "https://a.b/x/y"]],
  ["*://a.b/*", ["http://a.b/", "https://a.b/", "ws://a.b/x"], ["file:///a.b/x", "https://c.b/"]],
  ["https://a.b:8443/*", ["https://a.b:8443/x"], ["https://a.b/x", "https://a.b:443/x"]],
  ["https://a.b:443/*", ["https://a.b/x", "https://a.b:443/"], ["https://a.b:8443/"]],
  ["http://a.b:80/*", ["http://a.b/x"], ["http://a.b:8080/x"]],
  ["http://127.0.0.1/*", ["http://127.0.0.1/x", "http://127.1/x", "http://0x7f.1/"], [
    "http://127.0.0.2/",
  ]],
  ["http://[::1]/*", ["http://[::1]/x", "http://[0:0::1]/"], ["http://[::2]/"]],
  ["https://a.b/a?b", ["https://a.b/a", "https://a.b/a?b", "https://a.b/a?z"], ["https://a.b/axb"]],
  ["https://a.b/?x", ["https://a.b/", "https://a.b"], ["https://a.b/y"]],
  ["https://a.b/a b/*", ["https://a.b/a b/c", "https://a.b/a%20b/c"], ["https://a.b/axb/c"]],
  ["https://a.b/x/../y", ["https://a.b/y"], ["https://a.b/x/y", "https://a.b/x"]],
  ["https://ex\u00e4mple.com/*", ["https://ex\u00e4mple.com/", "https://xn--exmple-cua.com/"], [
    "https://example.com/",
  ]],
  ["https://a.b/x**y", [], ["https://a.b/xy", "https://a.b/xzy"]],
  ["ws://a.b:80/*", ["ws://a.b/x", "ws://a.b:80/x"], ["ws://a.b:8080/x"]],
  ["HTTPS://A.B/*", ["https://a.b/x"], ["http://a.b/x"]],
];

Deno.test("Scheme, host, port and path", () => {
  for (const [pattern, yes, no] of table) {
    for (const form of [pattern, rule({ pattern })]) {
      for (const url of yes) ok(matches(form, url), `${pattern} matches ${url}`);
      for (const url of no) ok(!matches(form, url), `${pattern} does not match ${url}`);
    }
  }
});

Deno.test("A host that is a star alone, or no pattern at all, matches nothing", () => {
  const urls = ["https://a.b/x", "https://example.com/", "http://localhost/"];
  for (
    const pattern of [
      "",
      "*",
      "https://*",
      "https://*/",
      "https://*/*",
      "*://*/*",
      "https://**.b/",
      "https://a*.b/",
      "https://a.*/",
      "a.b",
      "a.b/*",
      "//a.b/*",
      "https:a.b",
      "https:///x",
      "https://a.b:x/",
      "https://a.b:123456/",
      "https://*.",
      "https://[",
      "https://[zz]/",
      "https://x@a.b/",
      "https://a.b?x",
      "https://a.b\\x",
      "https://a b/",
    ]
  ) for (const url of urls) ok(!matches(pattern, url), `${pattern} and ${url}`);
});

Deno.test("Malformed rules and other arguments deny", () => {
  for (const value of [null, 5, ["https://a.b/"], rule({}), rule({ pattern: 5 })] as Cbor[]) {
    ok(!matches(value, "https://a.b/"));
  }
  const urls: Cbor[] = [
    null,
    5,
    true,
    ["https://a.b/"],
    rule({}),
    "",
    "a.b",
    "https://",
    "https://a b/",
  ];
  for (
    const url of [...urls, "https://a.b/\0", "\0https://a.b/", "https://[::1", "https://a.b:99999/"]
  ) {
    ok(!matches("https://a.b/", url), Deno.inspect(url));
  }
});
