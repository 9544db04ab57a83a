/** Whatever is allowed leads every client to the very host that was judged. */
import { equal, ok } from "node:assert/strict";
import { parse } from "node:url";
import fc from "fast-check";
import { readUrl } from "../../src/constraints/strict_url.ts";
import { judgeOf } from "./judge.ts";
import { isPublicHost } from "./public_host.ts";
import { urlString } from "./url_strings.ts";

const strings = 120_000;
const listed = /^(?:api\.github\.com|.+\.example\.com)$/;

const python = `
import json, sys
from urllib.parse import urlsplit
hosts = []
for url in json.load(sys.stdin):
    try:
        parts = urlsplit(url)
        hosts.append([parts.scheme, parts.hostname, parts.port, parts.username])
    except ValueError as problem:
        hosts.append(str(problem))
json.dump(hosts, sys.stdout)
`;

type Parts = [scheme: string, host: string, port: number | null, user: string | null];

/** What Python makes of them, in one process; undefined where there is no Python. */
async function pythonHosts(
  urls: readonly string[],
): Promise<readonly (Parts | string)[] | undefined> {
  try {
    const child = new Deno.Command("python3", {
      args: ["-c", python],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = child.output();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(urls)));
    await writer.close();
    const { code, stdout } = await output;
    equal(code, 0, "Python read them");
    return JSON.parse(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function bare(host: string | null): string {
  return (host ?? "").replace(/^\[|\]$/g, "").toLowerCase();
}

Deno.test("A URL that is allowed has one host for every parser, listed and public", async () => {
  const narrow = await judgeOf({ domains: ["api.github.com", "*.example.com"], cidrs: [] });
  const wide = await judgeOf({ domains: ["*"], cidrs: [], schemes: ["http", "https"] });
  const allowed = new Map<string, string>();
  const seen = new Set<string>();
  let narrowly = 0;
  fc.assert(
    fc.property(urlString, (text) => {
      if (seen.has(text)) return;
      seen.add(text);
      const [isNarrow, isWide] = [narrow(text), wide(text)];
      narrowly += Number(isNarrow);
      if (!isNarrow && !isWide) return;
      const reading = readUrl(text);
      ok("host" in reading, text);
      const url = new URL(text);
      equal(bare(url.hostname), reading.host, text);
      equal(url.username + url.password, "", text);
      ok(["", "80", "443"].includes(url.port), `${text} has port ${url.port}`);
      ok(isPublicHost(url.hostname), `${text} is inside`);
      ok(!isNarrow || listed.test(url.hostname), `${text} is not listed`);
      ok(!isNarrow || isWide, `${text} is allowed by the narrow rule only`);
      const legacy = parse(text);
      equal(bare(legacy.hostname), reading.host, text);
      equal(legacy.auth, null, text);
      equal(legacy.protocol, url.protocol, text);
      allowed.set(text, reading.host);
    }),
    { numRuns: strings },
  );
  ok(seen.size >= 50_000, `Only ${seen.size} different strings`);
  ok(allowed.size >= seen.size / 5, `Only ${allowed.size} of ${seen.size} were allowed`);
  ok(narrowly >= seen.size / 10, `Only ${narrowly} of ${seen.size} by the narrow rule`);
  const hosts = await pythonHosts([...allowed.keys()]);
  if (hosts === undefined) return;
  equal(hosts.length, allowed.size);
  [...allowed].forEach(([text, host], i) => {
    const parts = hosts[i] as Parts | string;
    ok(typeof parts !== "string", `Python refuses ${text}: ${parts}`);
    equal(bare(parts[1]), host, text);
    equal(parts[3], null, text);
    ok([null, 80, 443].includes(parts[2]), text);
  });
});

Deno.test("The same text is refused however often it is edited into another host", async () => {
  const judge = await judgeOf({ domains: ["api.github.com"], cidrs: [] });
  // One character anywhere in an allowed URL: what is still allowed still leads to the listed host.
  const url = "https://api.github.com/repos?x=y#z";
  let kept = 0;
  for (let at = 0; at <= url.length; at++) {
    for (let code = 0; code < 0x180; code++) {
      const text = url.slice(0, at) + String.fromCharCode(code) + url.slice(at);
      if (!judge(text)) continue;
      kept++;
      equal(new URL(text).host, "api.github.com", JSON.stringify(text));
      equal(bare(parse(text).hostname), "api.github.com", JSON.stringify(text));
    }
  }
  ok(kept > 2000, `Only ${kept} edits were harmless`);
});
