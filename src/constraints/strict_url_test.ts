import { deepStrictEqual as deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { readUrl } from "./strict_url.ts";

function refused(url: unknown): boolean {
  return "problem" in readUrl(url);
}

Deno.test("A URL with one reading has a host", () => {
  const hosts: Readonly<Record<string, string>> = {
    "https://api.example.com": "api.example.com",
    "https://API.Example.COM/x?y#z": "api.example.com",
    "http://example.com:8080/": "example.com",
    "https://example.com:443": "example.com",
    "https://10.0.0.1/": "10.0.0.1",
    "https://[::1]:8443/x": "::1",
    "https://[2001:DB8::1]/": "2001:db8::1",
    "https://xn--exmple-cua.com/": "xn--exmple-cua.com",
    "https://a_b.example.com/": "a_b.example.com",
    "https://example.com/@x": "example.com",
    "https://example.com?u=https://evil.com/": "example.com",
    "https://example.com#@evil.com": "example.com",
    "ftp://example.com/": "example.com",
    "https://example.com/%2e%2e/\u00e9": "example.com",
    "https://example.com:/": "example.com",
    "https://example.com/a%5Cb": "example.com",
    "https://8.8.8.8:53/": "8.8.8.8",
    "https://example.com/?a=|&b[]='\"<>{}^`": "example.com",
  };
  for (const [url, host] of Object.entries(hosts)) deepEqual(readUrl(url), { host }, url);
});

Deno.test("A URL that parsers read differently has none", () => {
  for (
    const url of [
      "https://evil.com\\@api.example.com/",
      "https://evil.com\\.example.com/",
      "https:\\\\example.com/",
      "https://example.com/a\\b",
      "https://example.com/?a\\b",
      "https://example.com/#a\\b",
      "https://intranet/",
      "https://INTRANET:8443/x",
      "https://localhost",
      "https://example.com:0443/",
      "https://example.com:00/",
      "https:/example.com/",
      "https:example.com/",
      "https:///example.com/",
      "//example.com/",
      "example.com",
      "https://",
      "https://user@example.com/",
      "https://user:pw@example.com/",
      "https://@example.com/",
      "https://example.com@evil.com/",
      "https://exa\tmple.com/",
      "https://example.com/\n",
      " https://example.com/",
      "https://example.com/ x",
      "https://example.com/\0",
      "https://example.com/\u00a0",
      "https://example.com/\ud800",
      "https://ex%61mple.com/",
      "https://ex\u00e4mple.com/",
      "https://example\u3002com/",
      "https://\uff11\uff12\uff17.0.0.1/",
      "https://ex\u00admple.com/",
      "https://example.com./",
      "https://example.com../",
      "https://127.1/",
      "https://2130706433/",
      "https://0x7f000001/",
      "https://0177.0.0.1/",
      "https://127.0.0.01/",
      "https://[::ffff:127.0.0.1]/",
      "https://[0:0:0:0:0:0:0:1]/",
      "https://[::1",
      "https://[::1]x/",
      "https://[fe80::1%25eth0]/",
      "https://example.com:99999/",
      "https://example.com:x/",
      "https://example.com:80:80/",
      "https://a..b\\/",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "mailto:a@example.com",
      "foo://EXAMPLE.com/",
      "",
    ]
  ) ok(refused(url), JSON.stringify(url));
});

Deno.test("What is no text has none", () => {
  for (
    const value of [null, undefined, 5, true, {}, ["https://example.com/"], new URL("https://a.b/")]
  ) {
    ok(refused(value));
  }
});

Deno.test("Whatever is read has the host that the platform fetches, spelt as it is written", () => {
  const piece = fc.constantFrom(
    "a",
    ".",
    "example.com",
    "@",
    ":",
    "80",
    "\\",
    "/",
    "[",
    "]",
    "::1",
    "%41",
    "A",
    "127.1",
    "?",
    "#",
    "\t",
    "\u00e9",
    "-",
    "_",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const url = "https://" + pieces.join("");
      const reading = readUrl(url);
      if ("problem" in reading) return;
      const { hostname, username, password } = new URL(url);
      deepEqual(reading.host, hostname.replace(/^\[|\]$/g, ""));
      deepEqual(username + password, "");
      ok(url.toLowerCase().startsWith(`https://${hostname}`), url);
    }),
    { numRuns: 20_000 },
  );
});
