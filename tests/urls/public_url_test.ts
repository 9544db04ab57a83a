/** Ordinary addresses of the web are fetched: a false block costs trust as a bypass does. */
import { deepEqual, ok } from "node:assert/strict";
import { type Judge, judgeOf } from "./judge.ts";

const ordinary = [
  ...["https://example.com", "https://example.com/", "https://example.com:443/", "https://a.io?x"],
  ...["https://a.io#top", "https://API.GitHub.com/", "HTTPS://Example.COM/", "hTTps://a.co/x"],
  "https://api.github.com/repos/denoland/deno/issues?state=open&per_page=100",
  "https://raw.githubusercontent.com/a/b@main/src/%5Bid%5D.tsx",
  "https://github.com/search?q=repo%3Aa%2Fb+language%3ATypeScript&type=code",
  "https://en.wikipedia.org/wiki/Rust_(programming_language)#History",
  "https://ja.wikipedia.org/wiki/\u30b3\u30f3\u30d4\u30e5\u30fc\u30bf",
  "https://de.wikipedia.org/wiki/M%C3%BCnchen",
  "https://en.wikipedia.org/wiki/C%2B%2B",
  "https://fr.wikipedia.org/wiki/L'\u00c9tranger",
  "https://developer.mozilla.org/en-US/docs/Web/API/URL/URL#examples",
  "https://packages.example.com/package/@anthropic-ai/claude-code",
  "https://packages.example.com/@types%2fnode",
  "https://packages.example.com/simple/requests/",
  "https://docs.rs/serde/1.0.0/serde/trait.Serialize.html?search=a|b",
  "https://packages.example.com/api/v1/crates?q=url&page=1",
  "https://stackoverflow.com/questions/11227809/why-is-it-faster/11227902#11227902",
  "https://news.ycombinator.com/item?id=1",
  "https://web.archive.org/web/2020/https://example.com/",
  "https://r.jina.ai/https://example.com/a?b=c",
  "https://example.com/login?next=//evil.com/@x",
  "https://example.com/?a[]=1&a[]=2",
  "https://example.com/?q='quoted'&r=\"double\"",
  "https://example.com/?q=a|b|c",
  'https://example.com/?filter={"a":{"b":[1,2]}}',
  "https://example.com/?q=<b>&r=^x`y~z",
  "https://example.com/a;b=c,d!e$f&g'h(i)*j+k",
  "https://example.com/a//b///c",
  "https://example.com/a/../b/./c",
  "https://example.com/..%2f..%2fetc/passwd",
  "https://example.com/%00",
  "https://example.com/%zz",
  "https://example.com/100%",
  "https://example.com/user@example.org",
  "https://example.com/:8080/x",
  "https://example.com/#!/route?x=y",
  "https://example.com/#:~:text=foo",
  "https://example.com/\u{1f600}",
  "https://example.com?",
  "https://example.com#",
  "https://example.com/?",
  "https://example.com:/",
  ...["https://a.b.c.d.e.f.g.example.co.uk/", "https://x--y.example.com/", "https://1e100.net/"],
  ...["https://0x.org/", "https://3.basecamp.com/", "https://127.0.0.1.example.com/"],
  ...["https://localhost.example.com/", "https://internal.example.com/", "https://local.dev/"],
  ...["https://corporate.com/", "https://homes.com/", "https://mail.google.com/", "https://a.de/"],
  ...["https://test.com/", "https://default.com/", "https://metadata.io/", "https://lan.org/"],
  ...["https://s3.us-east-1.amazonaws.com/bucket/key", "https://my_bucket.s3.amazonaws.com/"],
  ...["https://xn--bcher-kva.de/", "https://www.xn--fiqs8s/", "https://XN--BCHER-KVA.de/"],
  ...["https://xn--80ak6aa92e.com/", "https://a.xn--p1ai/", "https://foo.museum/"],
  ...["https://1.1.1.1/", "https://8.8.8.8/resolve?name=example.com", "https://9.9.9.9:443/"],
  ...["https://93.184.216.34/", "https://172.32.0.1/", "https://192.169.1.1/", "https://11.0.0.1/"],
  ...["https://100.63.0.1/", "https://169.253.1.1/", "https://198.20.0.1/", "https://223.5.5.5/"],
  ...["https://[2606:4700:4700::1111]/", "https://[2001:4860:4860::8888]/dns-query?dns=AAAB"],
  ...["https://[2A00:1450:4001:81B::200E]/", "https://[2606:4700:4700::1111]:443/"],
];

/** Each host as an entry of its own, where a domain can say it. */
function ownDomain(url: string): string {
  return new URL(url).hostname;
}

async function failing(judge: Judge | undefined, urls: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const url of urls) {
    const own = judge ?? await judgeOf({ domains: [ownDomain(url)], cidrs: [] });
    if (!own(url)) wrong.push(url);
  }
  return wrong;
}

Deno.test("Ordinary URLs pass where every host is listed", async () => {
  ok(new Set(ordinary).size >= 80, `Only ${ordinary.length} URLs`);
  deepEqual(await failing(await judgeOf({ domains: ["*"], cidrs: [] }), ordinary), []);
});

Deno.test("They pass where their own host is listed, and no other host is", async () => {
  const named = ordinary.filter((url) => !url.includes("://["));
  deepEqual(await failing(undefined, named), []);
  const other = await judgeOf({ domains: ["other.example"], cidrs: [] });
  deepEqual(named.filter(other), []);
});

Deno.test("They pass where networks are listed beside every host", async () => {
  const judge = await judgeOf({ domains: ["*"], cidrs: ["10.0.0.0/8", "fd00::/8"] });
  deepEqual(await failing(judge, ordinary), []);
  deepEqual(
    await failing(
      judge,
      ordinary.map((url) => url.replace(/^https:(.*:)443/i, "http:$180"))
        .filter((url) => !url.includes(":443")),
    ),
    [],
  );
});

Deno.test("A star is one or more labels, never the bare domain", async () => {
  const judge = await judgeOf({ domains: ["*.example.com", "tenuo.ai"], cidrs: [] });
  for (const host of ["a.example.com", "a.b.c.example.com", "tenuo.ai", "-.example.com"]) {
    ok(judge(`https://${host}/`), host);
  }
  const others = ["example.com", ".example.com", "www.tenuo.ai", "xexample.com", "example.com.a.b"];
  for (const host of [...others, "a.example.com.evil.io", "a.example.co", "tenuo.ai.evil.io"]) {
    ok(!judge(`https://${host}/`), host);
  }
});

Deno.test("Listed networks open themselves, over http too, and nothing else", async () => {
  const judge = await judgeOf({
    domains: ["*", "192.168.1.1"],
    cidrs: ["10.1.0.0/16", "fd12::/16"],
  });
  const open = ["10.1.0.1", "10.1.255.255", "[fd12::1]", "[fd12:ffff::]", "a.example", "8.8.8.8"];
  for (const host of open) ok(judge(`http://${host}/`) && judge(`https://${host}/`), host);
  const shut = [
    ...[
      "10.0.0.1",
      "10.2.0.1",
      "192.168.1.1",
      "172.16.0.1",
      "100.64.0.1",
      "[fd13::1]",
      "[fc00::1]",
    ],
    ...[
      "[fe80::1]",
      "[fec0::1]",
      "127.0.0.1",
      "[::1]",
      "169.254.169.254",
      "168.63.129.16",
      "0.0.0.0",
    ],
    ...[
      "100.100.100.200",
      "[fd00:ec2::254]",
      "224.0.0.1",
      "240.0.0.1",
      "192.0.2.1",
      "[2001:db8::1]",
    ],
    ...["[::ffff:a01:1]", "[::ffff:c0a8:101]", "[64:ff9b::c0a8:101]", "[2002:c0a8:101::1]"],
    ...[
      "10.1.0.1:8080",
      "10.1.0.1.",
      "167837697",
      "0xa.1.0.1",
      "10.257",
      "localhost",
      "a.internal",
    ],
  ];
  for (const host of shut) ok(!judge(`http://${host}/`), host);
});

Deno.test("Loopback, metadata and reserved networks stay closed where they are listed", async () => {
  const closed = [
    "127.0.0.0/8",
    "169.254.0.0/16",
    "0.0.0.0/8",
    "::/64",
    "224.0.0.0/4",
    "fe80::/10",
  ];
  const judge = await judgeOf({ domains: [], cidrs: [...closed, "168.63.129.16/32"] });
  const hosts = [
    "127.0.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "224.0.0.1",
    "[fe80::1]",
  ];
  for (const host of [...hosts, "168.63.129.16"]) ok(!judge(`http://${host}/`), host);
});
