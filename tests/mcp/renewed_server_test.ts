/** A policy that a person changes while the client runs: the server is another one from then on. */
import { deepEqual, equal, match } from "node:assert/strict";
import { HostileGround, isError, isSane, textOf } from "./hostile_ground.ts";
import { canLookAtProcesses, descendants } from "./processes.ts";
import { RawPeer, type Told } from "./raw_peer.ts";
import type { Members } from "./session.ts";

interface Policy {
  readonly mcp: { readonly servers: Readonly<Record<string, Members>> };
}

/** What a person does who has the server started otherwise. */
async function renew(ground: HostileGround, version: string): Promise<void> {
  const { project } = ground.governed;
  const policy = JSON.parse(project.read("tenuo.yaml")) as Policy;
  const { hostile = {} } = policy.mcp.servers;
  const env = { ...hostile.env as Members, HOSTILE_VERSION: version };
  const servers = { ...policy.mcp.servers, hostile: { ...hostile, env } };
  project.write("tenuo.yaml", JSON.stringify({ ...policy, mcp: { servers } }));
  await project.must("refresh", "--yes");
}

function askOf(id: unknown): Members {
  return { request: { id, method: "roots/list" } };
}

/** The servers' own processes. */
function serversOf(peer: RawPeer): number {
  return descendants(peer.pid).length;
}

Deno.test("A server that is started otherwise is held to what was approved of it then", async (test) => {
  await using ground = await HostileGround.create();
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { roots: {} });
  equal(await isSane(peer), true);
  // What the first one has asked is nobody's answer later on.
  const pending = peer.call("ask", askOf("shared"));
  const isAsked = (one: Told) => one.method === "roots/list";
  const first = await peer.heard("the question", isAsked);
  await renew(ground, "2.0.0");
  ground.reached();

  await test.step("many calls at once start one server", async () => {
    const calls = Array.from({ length: 20 }, (_, n) => peer.call("plain", { n }));
    const answers = await Promise.all(calls);
    deepEqual(answers.map(textOf), answers.map((_, n) => `plain\n{"n":${n}}`));
    equal(isError(await pending), true);
    if (canLookAtProcesses) equal(serversOf(peer), 1);
  });

  await test.step("its questions have answers of their own", async () => {
    equal(ground.reached().filter(({ method }) => method === "initialize").length, 1);
    await peer.send({ jsonrpc: "2.0", id: first.id, result: { roots: [{ uri: "file:///old" }] } });
    const calling = peer.call("ask", askOf("shared"));
    const isNext = (one: Told) => isAsked(one) && one.id !== first.id;
    const { id } = await peer.heard("the next question", isNext, 5);
    await peer.send({ jsonrpc: "2.0", id, result: { roots: [{ uri: "file:///new" }] } });
    match(textOf(await calling), /file:\/\/\/new/);
  });

  await test.step("its tools are listed, without a call before", async () => {
    await renew(ground, "3.0.0");
    const { result } = await peer.ask("tools/list");
    equal((result?.tools as readonly unknown[]).length, 10);
    equal(await isSane(peer), true);
  });
});

Deno.test("A server that calls itself otherwise when it is started again is not the one that was approved", async () => {
  await using ground = await HostileGround.create();
  const { project } = ground.governed;
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  equal(await isSane(peer), true);
  project.write("sandbox/hostile.json.version", "6.6.6");
  equal(isError(await peer.call("die")), true);
  const answer = await peer.call("plain");
  equal(isError(answer), true, JSON.stringify(answer));
  match(textOf(answer), /calls itself hostile 6\.6\.6/);
});

Deno.test("A server that is not the one that was approved has nothing of what is granted", async () => {
  await using ground = await HostileGround.create({
    policy: { resources: "*", prompts: "*", elicitation: true },
  });
  const { project } = ground.governed;
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { elicitation: {} });
  equal((await peer.ask("prompts/list")).error, undefined);
  project.write("sandbox/hostile.json.version", "6.6.6");
  project.write("sandbox/hostile.json.asks", "elicitation/create");
  equal(isError(await peer.call("die")), true);
  const completing = {
    ref: { type: "ref/prompt", name: "one" },
    argument: { name: "a", value: "" },
  };
  for (
    const [method, params] of [
      ["prompts/list", {}],
      ["resources/list", {}],
      ["resources/templates/list", {}],
      ["completion/complete", completing],
    ] as const
  ) {
    match((await peer.ask(method, params)).error?.message ?? "", /calls itself hostile 6\.6\.6/);
  }
  equal(peer.told.some(({ method }) => method === "elicitation/create"), false);
  const refused = ground.reached().find(({ id, method }) => id === "own" && method === undefined);
  match(refused?.error?.message ?? "", /calls itself hostile 6\.6\.6/);
});

Deno.test("The client is told that its list of tools is another one once a person changed what it shows", async () => {
  await using ground = await HostileGround.create();
  const { project } = ground.governed;
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  const notices = () =>
    peer.told.filter(({ method }) => method === "notifications/tools/list_changed").length;
  await peer.ask("tools/list");
  const policy = JSON.parse(project.read("tenuo.yaml")) as Policy;
  const { hostile = {} } = policy.mcp.servers;
  const servers = { ...policy.mcp.servers, hostile: { ...hostile, allow: ["plain", "emit"] } };
  project.write("tenuo.yaml", JSON.stringify({ ...policy, mcp: { servers } }));
  await project.must("refresh");
  equal(await isSane(peer), true);
  equal(await isSane(peer), true);
  equal(notices(), 1);
  const { result } = await peer.ask("tools/list");
  equal((result?.tools as readonly unknown[]).length, 2);
  equal(await isSane(peer), true);
  equal(notices(), 1);
});
