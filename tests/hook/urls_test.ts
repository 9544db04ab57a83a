/** Fetches: a URL that two parsers could read in two ways is refused, and so is all that leads inside. */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { authorize } from "../../src/authorizer/pipeline.ts";
import { judgeOf } from "../urls/judge.ts";
import { urlString } from "../urls/url_strings.ts";
import { Project } from "./project.ts";

const policy = [
  "receipts: { sync: false }",
  "enforce:",
  '  WebFetch: { domains: ["api.github.com", "*.tenuo.ai"] }',
  "",
].join("\n");

/** Judges many calls in this process, in a project that the real program set up. */
async function verdicts(text: string, urls: readonly unknown[]): Promise<readonly string[]> {
  await using project = await Project.create({ policy: text });
  const results: string[] = [];
  for (const url of urls) {
    const { verdict } = await authorize({
      locate: () => ({ project: project.root, root: project.pinned }),
      decode: () => ({
        door: "hook",
        tool: "WebFetch",
        input: url === undefined ? { prompt: "x" } : { url, prompt: "x" },
        cwd: project.root,
      }),
    });
    results.push(verdict);
  }
  equal(project.receipts().filter(({ kind }) => kind === "decision").length, urls.length);
  return results;
}

async function all(text: string, urls: readonly unknown[], expected: string): Promise<void> {
  const results = await verdicts(text, urls);
  urls.forEach((url, i) => equal(results[i], expected, JSON.stringify(url)));
}

Deno.test("Listed hosts are fetched", () =>
  all(policy, [
    "https://api.github.com",
    "https://api.github.com/",
    "https://api.github.com:443/",
    "https://api.github.com/repos/x/y?z=1&a=b#part",
    "HTTPS://API.GitHub.com/",
    "https://api.github.com/a%2e%2e/%5c@evil.com",
    "https://api.github.com/@evil.com/",
    "https://api.github.com?u=https://evil.com/",
    "https://api.github.com/\u00e9",
    "https://www.tenuo.ai/",
    "https://a.b.tenuo.ai/",
  ], "allow"));

Deno.test("Other hosts, and hosts that look like listed ones, are not", () =>
  all(policy, [
    "https://example.com/",
    "https://github.com/",
    "https://api.github.com.evil.com/",
    "https://evilapi.github.com/",
    "https://xapi.github.com/",
    "https://tenuo.ai.evil.com/",
    "https://eviltenuo.ai/",
    "https://api.github.com.",
    "https://api.github.com./",
    "https://.tenuo.ai/",
    "https://api-github.com/",
    "https://\u0430pi.github.com/",
    "https://xn--pi-7kc.github.com/",
    "http://api.github.com/",
    "ftp://api.github.com/",
    "wss://api.github.com/",
  ], "deny"));

Deno.test("Spellings that parsers read in different ways are refused", () =>
  all(policy, [
    "https://evil.com\\@api.github.com/",
    "https://evil.com\\.tenuo.ai/",
    "https:\\\\api.github.com/",
    "https:/\\api.github.com/",
    "https:/api.github.com/",
    "https:api.github.com/",
    "https:///api.github.com/",
    "//api.github.com/",
    "api.github.com",
    "https://api.github.com@evil.com/",
    "https://user:pass@api.github.com/",
    "https://@api.github.com/",
    "https://api.github.com:@evil.com/",
    "https://api%2egithub.com/",
    "https://api.github.com%00.evil.com/",
    "https://api.github.com%2f@evil.com/",
    "https://api.git\thub.com/",
    "https://api.github.com/\n",
    " https://api.github.com/",
    "https://api.github.com/ ",
    "\u00a0https://api.github.com/",
    "https://api.github.com\0.evil.com/",
    "https://api\u3002github\u3002com/",
    "https://\uff41pi.github.com/",
    "https://api.github.com\u2044evil/",
    "https://api.\u200bgithub.com/",
    "https://api.github.com:0443x/",
    "https://[api.github.com]/",
    "https://api.github.com\ud800/",
    "javascript:fetch('https://api.github.com/')",
    "data:text/html,https://api.github.com/",
    "file:///etc/hosts",
    "file://api.github.com/etc/hosts",
    "view-source:https://api.github.com/",
    "",
    " ",
    undefined,
    null,
    5,
    true,
    ["https://api.github.com/"],
    { url: "https://api.github.com/" },
    { toString: "https://api.github.com/" },
  ], "deny"));

const anywhere = policy.replace('"api.github.com", ', '"*", ');

Deno.test("Where any host is listed, nothing inside is reached", () =>
  all(anywhere, [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://127.0.0.1.",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://x.localhost/",
    "https://localhost.localdomain/",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://metadata.google.internal/",
    "https://x.internal/",
    "https://printer.local/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
  ], "deny"));

Deno.test("Where any host is listed, the rest of the world is reached", () =>
  all(anywhere, [
    "https://example.com/",
    "https://1.1.1.1/",
    "https://[2606:4700::1111]/",
    "https://[2A00:1450:4001:81B::200E]:443/",
    "https://xn--bcher-kva.de/?a[]=1|2&b='c'#d",
    "https://localhost.example.com/",
  ], "allow"));

Deno.test("Where any host is listed, other ports, single names and backslashes are not", () =>
  all(anywhere, [
    "https://example.com:8443/x",
    "https://example.com:80/",
    "https://example.com:0443/",
    "https://intranet/",
    "https://example.com/a\\b",
    "https://example.com/?a\\b",
    "https://168.63.129.16/",
    "https://192.0.2.1/",
    "https://[2001:db8::1]/",
    "https://[4000::1]/",
    "https://metadata/",
    "https://wiki.corp/",
  ], "deny"));

const networks = [
  "receipts: { sync: false }",
  "enforce:",
  '  WebFetch: { domains: ["*"], cidrs: [10.1.0.0/16], ports: [80, 443, 8080] }',
  "",
].join("\n");

Deno.test("Listed networks are opened with http, and every other stays closed", async () => {
  const hosts = ["10.1.2.3", "10.1.2.3:8080", "example.com", "8.8.8.8:8080", "[2606:4700::1111]"];
  await all(networks, hosts.map((host) => `http://${host}/`), "allow");
  const others = ["10.2.0.1", "192.168.1.1", "[fd00::1]", "127.0.0.1", "169.254.169.254"];
  const odd = ["167838211", "[::ffff:a01:203]", "10.1.2.3:8081", "[64:ff9b::c0a8:1]", "localhost"];
  await all(networks, [...others, ...odd].map((host) => `http://${host}/`), "deny");
});

Deno.test("The whole hook judges as the two constraints on one reading do", async () => {
  const urls = fc.sample(urlString, { numRuns: 600, seed: 4 });
  const judge = await judgeOf({
    domains: ["api.github.com", "*.tenuo.ai", "*.example.com"],
    cidrs: [],
  });
  const text = policy.replace('"*.tenuo.ai"', '"*.tenuo.ai", "*.example.com"');
  const results = await verdicts(text, urls);
  const expected = urls.map((url) => judge(url) ? "allow" : "deny");
  urls.forEach((url, i) => equal(results[i], expected[i], JSON.stringify(url)));
  ok(expected.filter((one) => one === "allow").length > 60);
});
