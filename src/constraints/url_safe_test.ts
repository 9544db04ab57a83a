import { ok } from "node:assert/strict";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matches as verdict } from "./url_safe.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

type Members = Readonly<Record<string, Cbor>>;

function safe(url: Cbor, members: Members = {}): boolean {
  return matches(rule(members), url);
}

function all(urls: readonly string[], members: Members = {}): void {
  for (const url of urls) ok(safe(url, members), `${url} is safe`);
}

function none(urls: readonly string[], members: Members = {}): void {
  for (const url of urls) ok(!safe(url, members), `${url} is not safe`);
}

Deno.test("Public hosts and addresses, with the rule's defaults", () => {
  all([
    "https://example.com",
    "http://api.github.com/repos?x#y",
    "HTTPS://EXAMPLE.COM/",
    "https://example.com:8443/",
    "https://user:pw@example.com/",
    "https://example.com./",
    "https://8.8.8.8/",
    "https://172.32.0.1/",
    "https://172.15.255.255/",
    "https://192.167.0.1/",
    "https://11.0.0.1/",
    "https://100.63.255.255/",
    "https://100.128.0.1/",
    "https://128.0.0.1/",
    "https://169.253.0.1/",
    "https://223.255.255.255/",
    "https://[2001:4860:4860::8888]/",
    "https://[64:ff9b::808:808]/",
    "https://[2002:808:808::1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://localhost.example.com/",
    "https://notlocalhost/",
    "https://internal.example.com/",
    "https://exämple.com/",
    "https://10.example.com/",
  ]);
});

Deno.test("Internal names are blocked when that is asked for", () => {
  const urls = [
    "internal",
    "a.internal",
    "a.local",
    "nas.lan",
    "a.home.arpa",
    "intranet.corp",
    "x.home",
  ];
  const names = [
    ...urls,
    "kubernetes.default.svc",
    "kubernetes.default",
    "db.svc",
    "a.localdomain",
    "a.local.",
  ];
  none(names.map((name) => `https://${name}/`), { block_internal_tlds: true });
  none(names.map((name) => `https://${name}/`), { block_internal_tlds: 1 });
  all(names.map((name) => `https://${name}/`));
  all([
    "https://internal.example.com/",
    "https://notlocal/",
    "https://alocal/",
    "https://a.corp.com/",
  ], {
    block_internal_tlds: true,
  });
});

Deno.test("Schemes", () => {
  none([
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
  ]);
  none([
    "data:,x",
    "blob:https://example.com/x",
    "ws://example.com/",
    "about:blank",
    "//example.com/",
  ]);
  none(["http://example.com/"], { schemes: ["https"] });
  all(["https://example.com/"], { schemes: ["HTTPS"] });
  all(["ftp://example.com/"], { schemes: ["ftp"] });
  none(["https://example.com/"], { schemes: [] });
  // Hosts that no URL parser makes canonical, since the scheme is not one of the web's.
  none(
    ["0x7f000001", "2130706433", "127.1", "0177.0.0.1", "LOCALHOST", "%31"].map((host) =>
      `gopher://${host}/`
    ),
    {
      schemes: ["gopher"],
    },
  );
});

Deno.test("Ports", () => {
  all(["https://example.com/", "http://example.com:443/"], { allow_ports: [443] });
  none(["http://example.com/", "https://example.com:8443/", "https://example.com:0/"], {
    allow_ports: [443],
  });
  all(["http://example.com/", "https://example.com:80/"], { allow_ports: [80] });
  none(["https://example.com/"], { allow_ports: [] });
  all(["ftp://example.com/"], { schemes: ["ftp"], allow_ports: [21] });
  none(["ftp://example.com/"], { schemes: ["ftp"], allow_ports: [80, 443] });
  none(["gopher://example.com/"], { schemes: ["gopher"], allow_ports: [70, 80, 443] });
  none(["https://example.com:99999/", "https://example.com:-1/", "https://example.com:x/"]);
});

Deno.test("Allowed domains: names and addresses must be listed", () => {
  const members = { allow_domains: ["example.com", "*.GitHub.com", "8.8.8.8", "2001:4860::8888"] };
  all([
    "https://example.com/",
    "https://EXAMPLE.com/",
    "https://a.github.com/",
    "https://a.b.github.com/",
  ], members);
  all(["https://8.8.8.8/", "https://134744072/", "https://[2001:4860::8888]/"], members);
  none(
    ["https://a.example.com/", "https://github.com/", "https://notgithub.com/"],
    members,
  );
  none(
    ["https://github.com.evil.com/"],
    members,
  );
  none([
    "https://evil.com/",
    "https://example.com./",
    "https://9.9.9.9/",
    "https://[2001:4860::8]/",
  ], members);
  none(["https://evil.com\\@example.com/", "https://example.com@evil.com/"], members);
  none(["https://[::ffff:8.8.8.8]/"], members);
  none(["https://10.0.0.1/", "http://localhost/"], { allow_domains: ["10.0.0.1", "localhost"] });
  none(["https://example.com/"], { allow_domains: [] });
});

Deno.test("Denied domains win, and an address is denied in every spelling", () => {
  const members = { deny_domains: ["evil.com", "*.bad.org.", "93.184.216.34", "[2606:2800::1]"] };
  none(
    ["https://evil.com/", "https://EVIL.com./", "https://bad.org/", "https://a.b.bad.org/"],
    members,
  );
  none(
    ["https://93.184.216.34/", "https://1572395042/", "https://[::ffff:93.184.216.34]/"],
    members,
  );
  none(["https://[64:ff9b::5db8:d822]/", "https://[2606:2800:0::1]/"], members);
  all(["https://a.evil.com/", "https://notbad.org/", "https://93.184.216.35/"], members);
  none(["https://evil.com/"], { ...members, allow_domains: ["evil.com"] });
});

Deno.test("Odd hosts", () => {
  none([
    "https:///",
    "https://",
    "https://.",
    "https://a..b/",
    "https://localhost../",
    "https://127.0.0.1../",
  ]);
  none([
    "https://example.com/\0",
    "https://exa mple.com/",
    "https://[::1",
    "https://[::1%25lo]/",
    "https://1.2.3.4.5/",
  ]);
  none([
    "https://256.256.256.256/",
    "https://99999999999/",
    "https://1.2.3.08/",
  ]);
});

Deno.test("Malformed rules and other arguments deny", () => {
  for (const value of [null, 5, "a", [], ["https"], true]) {
    ok(!matches(value, "https://example.com/"));
  }
  for (const key of ["schemes", "allow_ports", "allow_domains", "deny_domains"]) {
    for (const value of ["https", 5, rule({}), true, [rule({})], [null], [[]]]) {
      none(["https://example.com/", "https://8.8.8.8/"], { [key]: value });
    }
  }
  none(["https://example.com/"], { allow_ports: ["443"] });
  for (const url of [null, 5, true, ["https://example.com/"], rule({}), "", { float: 1 }]) {
    ok(!safe(url));
  }
});
