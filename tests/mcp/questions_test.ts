/** Questions of a server to the client: what a call waits for meanwhile, and what of it may go wrong. */
import { deepEqual, equal, match } from "node:assert/strict";
import { HostileGround, isSane, textOf } from "./hostile_ground.ts";
import { RawPeer, type Told } from "./raw_peer.ts";
import { until } from "./session.ts";

const question = {
  request: {
    id: 7,
    method: "elicitation/create",
    params: { message: "Shall I?", requestedSchema: { type: "object", properties: {} } },
  },
};

Deno.test("A person may think about a question longer than a call may take", async () => {
  await using ground = await HostileGround.create({
    policy: { elicitation: true, timeout_seconds: 1 },
  });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { elicitation: {} });
  const calling = peer.call("ask", question);
  const { id } = await peer.heard("the question", ({ method }) => method === "elicitation/create");
  const silent = peer.call("silent");
  await new Promise((next) => setTimeout(next, 2500));
  await peer.send({ jsonrpc: "2.0", id, result: { action: "accept", content: {} } });
  match(textOf(await calling), /"action":"accept"/);
  // Once it is answered the time of what else is open runs on.
  match(textOf(await silent), /no answer within 1 s/);
});

Deno.test("A question while the policy cannot be read is refused, and nothing else happens", async () => {
  await using ground = await HostileGround.create({ policy: { elicitation: true } });
  const { project } = ground.governed;
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { elicitation: {} });
  equal(await isSane(peer), true);
  ground.reached();
  const line = JSON.stringify({ jsonrpc: "2.0", ...question.request });
  const emitting = peer.call("emit", { lines: [`${line}\n`], after: 500 });
  const path = project.state("snapshot");
  await new Promise((next) => setTimeout(next, 250));
  Deno.renameSync(path, `${path}.away`);
  await emitting;
  Deno.renameSync(`${path}.away`, path);
  equal(await isSane(peer), true);
  const got = ground.reached();
  const { error } = got.find((one) => one.method === undefined && one.id === 7) as Told;
  match(error?.message ?? "", /policy/);
  equal(got.filter(({ method }) => method === "initialize").length, 0, "It goes on as it was");
});

Deno.test("A part of what the client subscribed to has changed", async () => {
  await using ground = await HostileGround.create({
    policy: { resources: ["test://one**", "test://one"] },
  });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  await peer.ask("resources/subscribe", { uri: "test://one" });
  const lines = ["test://one", "test://one/part", "test://onerous", "test://two"].map((uri) =>
    `${
      JSON.stringify({ jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri } })
    }\n`
  );
  await peer.call("emit", { lines });
  equal(await isSane(peer), true);
  const told = peer.told.filter(({ method }) => method === "notifications/resources/updated");
  deepEqual(told.map(({ params }) => params?.uri), ["test://one", "test://one/part"]);
});

Deno.test("After revoke nothing that is granted passes in either direction, until it is lifted", async () => {
  await using ground = await HostileGround.create({
    policy: { elicitation: true, resources: ["test://one"] },
  });
  const { project } = ground.governed;
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { elicitation: {} });
  equal((await peer.ask("resources/list")).error, undefined);
  const line = `${JSON.stringify({ jsonrpc: "2.0", ...question.request })}\n`;
  const emitting = peer.call("emit", { lines: [line], after: 2000 });
  await project.must("revoke");
  match((await peer.ask("resources/list")).error?.message ?? "", /revoked/);
  await emitting;
  await project.must("revoke", "--lift", "--yes");
  equal((await peer.ask("resources/list")).error, undefined);
  const answer = ground.reached().find(({ id, method }) => id === 7 && method === undefined);
  match(answer?.error?.message ?? "", /revoked/);
  equal(peer.told.some(({ method }) => method === "elicitation/create"), false);
});

Deno.test("A question that is taken back at once is not left open at the client", async () => {
  await using ground = await HostileGround.create({ policy: { elicitation: true } });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { elicitation: {} });
  const cancelled = { method: "notifications/cancelled", params: { requestId: 7 } };
  const lines = [
    [question.request, cancelled].map((one) => `${JSON.stringify({ jsonrpc: "2.0", ...one })}\n`)
      .join(""),
  ];
  await peer.call("emit", { lines });
  equal(await isSane(peer), true);
  const of = (wanted: string) => peer.told.filter(({ method }) => method === wanted);
  const asked = of("elicitation/create").map(({ id }) => id);
  deepEqual(of("notifications/cancelled").map(({ params }) => params?.requestId), asked);
});

Deno.test("After revoke nothing is told of what was granted", async () => {
  await using ground = await HostileGround.create({
    policy: { elicitation: true, resources: ["test://one"], prompts: "*" },
  });
  const { project } = ground.governed;
  await using peer = new RawPeer(ground.launch());
  await peer.initialize("2025-11-25", { elicitation: {} });
  await peer.ask("resources/subscribe", { uri: "test://one" });
  const lines = [
    { method: "notifications/resources/updated", params: { uri: "test://one" } },
    { method: "notifications/prompts/list_changed" },
    { method: "notifications/elicitation/complete", params: { elicitationId: "a" } },
  ].map((one) => `${JSON.stringify({ jsonrpc: "2.0", ...one })}\n`);
  const told = () =>
    peer.told.filter(({ method }) => /updated|prompts|complete/.test(method ?? ""));
  await peer.call("emit", { lines });
  await until("what is granted", () => told().length === 3);
  const emitting = peer.call("emit", { lines, after: 2000 });
  await project.must("revoke");
  await emitting;
  await project.must("revoke", "--lift", "--yes");
  equal(await isSane(peer), true);
  equal(told().length, 3);
});
