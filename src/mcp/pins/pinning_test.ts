import { deepEqual, equal } from "node:assert/strict";
import type { ServerLaunch, ServerRule, Snapshot } from "../../policy/snapshot.ts";
import { emptyLock } from "./lock_file.ts";
import type { Lock } from "./pin.ts";
import { launchDigest } from "../programs/pinned_program.ts";
import { pinnedIn } from "./lock_file.ts";
import { pinServer, repinned, untrusted } from "./pinning.ts";

function launch(command: string): ServerLaunch {
  return { kind: "command", command, args: [], env: {}, passEnv: [], cwd: "/" };
}

function policy(commands: Readonly<Record<string, string>>): Snapshot {
  const servers = Object.entries(commands).map(([name, command]) => [
    name,
    { launch: launch(command) } as ServerRule,
  ]);
  return { servers: Object.fromEntries(servers) } as Snapshot;
}

function pinned(command: string) {
  const program = { launch: launchDigest(launch(command)), command, args: [], files: [] };
  const identity = { name: "s", version: "1" };
  const tools = new Map([["b", { name: "b" }], ["a", { name: "a" }]]);
  return pinServer({ program, listed: { identity, tools } }, 7);
}

const lock: Lock = { ...emptyLock("/p"), servers: { one: pinned("x"), two: pinned("y") } };

Deno.test("Servers are trusted by name and by how they are started", () => {
  deepEqual(untrusted(lock, policy({ one: "x", two: "y" })), { unpinned: [], relaunched: [] });
  deepEqual(untrusted(lock, policy({ one: "y", three: "x", constructor: "x" })), {
    unpinned: ["three", "constructor"],
    relaunched: ["one"],
  });
  deepEqual(untrusted(lock, {} as Snapshot), { unpinned: [], relaunched: [] });
});

Deno.test("A lock keeps the servers of the policy, in order, and what is pinned anew replaces", () => {
  const next = repinned(lock, new Map([["two", pinned("z")], ["new", pinned("n")]]), {
    ...policy({ two: "z", one: "x", new: "n", waiting: "w" }),
  });
  deepEqual(Object.keys(next.servers), ["new", "one", "two"]);
  equal(pinnedIn(next, "two")?.program.command, "z");
  deepEqual(Object.keys(repinned(lock, new Map(), policy({ two: "y" })).servers), ["two"]);
  equal(pinnedIn(next, "constructor"), undefined);
});

Deno.test("A pin has its tools in order, and no member for instructions that are not there", () => {
  const { tools, ...rest } = pinned("x");
  deepEqual(Object.keys(tools), ["a", "b"]);
  deepEqual(Object.keys(rest), ["identity", "program", "approvedAt"]);
});
