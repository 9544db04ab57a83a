import { deepEqual, equal } from "node:assert/strict";
import { fromJson, matches, prepare } from "../constraints/registry.ts";
import type { WireConstraint } from "../policy/snapshot.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { route, rule, snapshot } from "./test_snapshot.ts";

const below: WireConstraint = [17, { root: "/srv" }];
const texts: WireConstraint = [2, { pattern: "*.txt" }];
const anything: WireConstraint = [16, null];

/** What the warrant alone says of a path where the rule and the exemption are these. */
async function granted(ruled: WireConstraint, exempt: WireConstraint, path: string) {
  const approval = { threshold: 1, exempt: [rule("path", exempt)], rule: "approval", line: 9 };
  const policy = snapshot({ Read: route([rule("path", ruled)], { approval }) });
  const constraint = capabilitiesOf(policy).get("use_read")?.get("path");
  if (constraint === undefined) return undefined;
  await prepare([constraint]);
  return matches(constraint, path);
}

Deno.test("The warrant grants what is exempt from approval only within the rule", async () => {
  equal(await granted(below, texts, "/srv/a.txt"), true);
  equal(await granted(below, texts, "/etc/a.txt"), false);
  equal(await granted(below, texts, "/srv/a.pem"), false);
  equal(await granted(anything, texts, "/etc/a.txt"), true);
  equal(await granted(below, anything, "/srv/a.pem"), true);
  equal(await granted(below, anything, "/etc/a.pem"), false);
});

Deno.test("One constraint is carried where one says it all", () => {
  const approval = { threshold: 1, exempt: [rule("path", below)], rule: "approval", line: 9 };
  for (const ruled of [below, anything]) {
    const tools = capabilitiesOf(snapshot({ Read: route([rule("path", ruled)], { approval }) }));
    deepEqual(tools.get("use_read")?.get("path"), [17, fromJson(below[1])]);
  }
});
