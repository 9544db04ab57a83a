import assert from "node:assert/strict";
import { ANNOUNCE_ALL, turn, webFetch } from "../calls.ts";
import { callOf, decisionOf, denied } from "../expect.ts";
import { policy, RULES } from "../policy.ts";
import type { Scenario } from "../scenario.ts";

const PLAN = { policy: policy() };

/** Every URL is refused by the rule, and nothing leaves the client. */
function blocked(name: string, rule: string, key: string, urls: readonly string[]): Scenario {
  return {
    name,
    async run(stage) {
      const project = await stage.project(PLAN);
      const turns = [turn(...urls.map(webFetch))];
      const session = await stage.play(project, { turns, env: ANNOUNCE_ALL });
      assert.ok(session.announced.includes("WebFetch"), "WebFetch was not offered");
      const because = { rule, line: project.line(key) };
      for (const index of urls.keys()) {
        await denied(project, session, callOf(session, index), because);
      }
      assert.deepEqual(session.outbound, [], "A request left the client");
    },
  };
}

export const web: readonly Scenario[] = [
  {
    // There is no way out of the test, so the fetch itself fails: what counts is that it was tried.
    name: "WebFetch of a listed host goes out",
    async run(stage) {
      const project = await stage.project(PLAN);
      const turns = [turn(webFetch("https://api.github.com/zen"))];
      const session = await stage.play(project, { turns, env: ANNOUNCE_ALL });
      assert.deepEqual(session.outbound, ["api.github.com:443"]);
      assert.equal((await decisionOf(project, callOf(session, 0))).decision, "allow");
    },
  },
  blocked("WebFetch of a host that is not listed is blocked", RULES.hosts, "domains:", [
    "https://example.com/",
    "https://api.github.com.example.com/",
  ]),
  blocked("WebFetch of the metadata address is blocked", RULES.addresses, "WebFetch:", [
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/latest/meta-data/",
  ]),
  blocked(
    "WebFetch of a URL that two parsers read differently is blocked",
    RULES.addresses,
    "WebFetch:",
    [
      "https://example.com\\@api.github.com/",
      "https://example.com\\.githubusercontent.com/",
      "https://api.github.com@example.com/",
    ],
  ),
];
