/** Ten times longer URLs and lists are about ten times the work. */
import { ok } from "node:assert/strict";
import { readUrl } from "../../src/constraints/strict_url.ts";
import { timeOf } from "../paths/work.ts";
import { judgeOf } from "./judge.ts";

const pieces = [
  "a",
  "a.",
  ".",
  ":",
  ":1",
  "@",
  "[",
  "1.",
  "%41",
  "/",
  "/..",
  "?",
  "a/",
  "-",
  "xn--",
];

Deno.test("URLs take time in proportion to their length", async () => {
  const judge = await judgeOf({ domains: ["*.example.com", "*a*.b*c.io", "*"], cidrs: [] });
  for (const piece of pieces) {
    for (const start of ["https://", "https://a.example.com/", "https://a.example.com?"]) {
      const [short, long] = [800, 8000].map((length) => {
        const url = start + piece.repeat(Math.floor((length - start.length) / piece.length));
        return timeOf(() => {
          for (let i = 0; i < 20; i++) judge(url);
        });
      });
      ok(short !== undefined && long !== undefined);
      ok(long <= 30 * short + 20, `${start}${piece}...: ${short} ms, ten times longer ${long} ms`);
    }
  }
});

Deno.test("A URL that is too long is refused unread", () => {
  for (const piece of pieces) {
    const url = "https://a.example.com/" + piece.repeat(1_000_000);
    const time = timeOf(() => ok("problem" in readUrl(url)));
    ok(time < 50, `${time} ms`);
  }
});

Deno.test("A thousand domains or networks cost at most about a hundred times what ten do", async () => {
  const domains = (count: number) => Array.from({ length: count }, (_, i) => `*.host${i}.example`);
  const networks = (count: number) =>
    Array.from({ length: count }, (_, i) => `10.${i % 250}.${Math.floor(i / 250)}.0/24`);
  for (
    const rule of [
      (count: number) => ({ domains: domains(count), cidrs: [] }),
      (count: number) => ({ domains: [], cidrs: networks(count) }),
    ]
  ) {
    const times: number[] = [];
    for (const count of [10, 100, 1000]) {
      const judge = await judgeOf(rule(count));
      times.push(timeOf(() => {
        for (let i = 0; i < 20; i++) judge("http://172.16.0.1/");
        for (let i = 0; i < 20; i++) judge("https://a.elsewhere.example/");
      }));
    }
    const [few = 0, more = 0, many = 0] = times;
    ok(more <= 20 * few + 10 && many <= 20 * more + 10, `${few}, ${more} and ${many} ms`);
    ok(many < 40 * 25, `${many} ms for 40 judgements of 1000 entries`);
  }
});
