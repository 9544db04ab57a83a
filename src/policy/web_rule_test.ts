import assert from "node:assert/strict";
import { compileWebRule, domainProblem, normalNetwork } from "./web_rule.ts";

const base = {
  schemes: ["https"],
  allow_domains: null,
  deny_domains: null,
  allow_ports: [443],
  block_private: true,
  block_loopback: true,
  block_metadata: true,
  block_reserved: true,
  block_internal_tlds: true,
};

Deno.test("one domain is a pattern on the host, https only", () => {
  assert.deepEqual(compileWebRule({ domains: ["API.github.com"], cidrs: [] }), {
    url: [18, base],
    host: [2, { pattern: "api.github.com" }],
  });
});

Deno.test("several are alternatives; networks come last and open private ranges and http", () => {
  const rule = { domains: ["a.example", "*.b.example"], cidrs: ["10.0.0.0/8"], ports: [443, 8443] };
  assert.deepEqual(compileWebRule(rule), {
    url: [18, {
      ...base,
      schemes: ["http", "https"],
      allow_ports: [443, 8443],
      block_private: false,
    }],
    host: [13, {
      constraints: [
        [2, { pattern: "a.example" }],
        [2, { pattern: "*.b.example" }],
        [8, { network: "10.0.0.0/8" }],
      ],
    }],
  });
});

Deno.test("a single network stands alone, schemes as given", () => {
  const rule = { domains: [], cidrs: ["10.1.2.3"], schemes: ["http"] };
  const { url, host } = compileWebRule(rule);
  assert.deepEqual(host, [8, { network: "10.1.2.3/32" }]);
  const open = { ...base, schemes: ["http"], allow_ports: [80], block_private: false };
  assert.deepEqual(url, [18, open]);
});

Deno.test("ports are the schemes' own unless others are listed, or any where no rule is", () => {
  const ports = (more: object) => {
    const [, value] = compileWebRule({ domains: ["a.b"], cidrs: [], ...more }).url;
    return (value as { allow_ports: unknown }).allow_ports;
  };
  assert.deepEqual(ports({}), [443]);
  assert.deepEqual(ports({ schemes: ["http"] }), [80]);
  assert.deepEqual(ports({ schemes: ["http", "https"] }), [80, 443]);
  assert.deepEqual(ports({ cidrs: ["10.0.0.0/8"] }), [80, 443]);
  assert.deepEqual(ports({ ports: [8443] }), [8443]);
  assert.deepEqual(ports({ anyPort: true }), null);
});

Deno.test("beside networks a domain that an address may match leaves private addresses out", () => {
  const hostOf = (domains: string[]) =>
    compileWebRule({ domains, cidrs: ["10.1.0.0/16"] }).host as [
      number,
      { constraints: unknown[] },
    ];
  const names = ["*.b.example", "a.b", "*-x.io", "10.0.0.1.example"];
  for (const domain of names) {
    assert.deepEqual(hostOf([domain])[1].constraints[0], [2, { pattern: domain }], domain);
  }
  for (const domain of ["*", "10.*", "1?.2.3.4", "*.5", "10.0.0.5", "*.[a5]", "**", "*.x*"]) {
    const [guarded, network] = hostOf([domain])[1].constraints as [[number, unknown], unknown];
    assert.equal(guarded[0], 12, domain);
    assert.deepEqual(network, [8, { network: "10.1.0.0/16" }]);
  }
  assert.equal(hostOf(["a.b", "*", "*.c.d"])[1].constraints.length, 4);
});

Deno.test("domains are host names", () => {
  const fine = ["api.github.com", "*.x.io", "*", "a-b.c_d", "10.0.0.1", "x[12].io", "A.b", "git*"];
  for (const text of fine) {
    assert.equal(domainProblem(text), undefined, text);
  }
  const refused = [
    ...["", " a", "https://a.b", "a.b/c", "a.b:443", "u@a.b", "a.b.", "a..b", ".a", "bücher.de"],
    ...["a b", "a\\b", "[::1]", "a,b", "a%2eb", "#a", "x[1.io", "a\0b"],
  ];
  for (const text of refused) assert.notEqual(domainProblem(text), undefined, text);
  for (const text of ["intranet", "localhost", "LOCALHOST", "x[12]"]) {
    assert.match(domainProblem(text) ?? "", /a name with a dot; the single name .* leads inside/);
  }
});

Deno.test("networks have one reading", () => {
  assert.equal(normalNetwork(" 10.0.0.0/8 "), "10.0.0.0/8");
  assert.equal(normalNetwork("fd00::/8"), "fd00::/8");
  assert.equal(normalNetwork("::1"), "::1/128");
  assert.equal(normalNetwork("::ffff:1.2.3.4/96"), "::ffff:1.2.3.4/96");
  const refused = [
    ...["", "10.0.0.0/33", "10.0/8", "010.0.0.0/8", "0x0a.0.0.0/8", "167772160", "10.0.0.0/08"],
    ...["10.0.0.0/8/8", "10.0.0.0/", "::/129", ":::/8", "fe80::1%eth0/64", "[::1]/128", "a.b/8"],
  ];
  for (const text of refused) assert.equal(normalNetwork(text), undefined, text);
});
