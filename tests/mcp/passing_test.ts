/** What becomes of every method, through the proxy: with every grant, and with none. */
import { deepEqual, equal } from "node:assert/strict";
import { HostileGround, isSane } from "./hostile_ground.ts";
import { type MethodCase, methodCases } from "./method_cases.ts";
import { RawPeer, type Told } from "./raw_peer.ts";
import { until } from "./session.ts";

const grants = { resources: "*", prompts: "*", sampling: true, elicitation: true } as const;
const capabilities = { roots: { listChanged: true }, sampling: {}, elicitation: {} };
const methodNotFound = -32601;

/** The messages with this method. */
function withMethod(told: readonly Told[], method: string): readonly Told[] {
  return told.filter((one) => one.method === method);
}

/** A request or notification of the client's. */
async function fromClient(ground: HostileGround, peer: RawPeer, one: MethodCase, passes: boolean) {
  const { kind, method, params, becomes } = one;
  const answer = kind === "request" ? await peer.ask(method, params) : undefined;
  if (kind === "notification") await peer.notify(method, params);
  // What was said before it has reached the server, or never will.
  equal(await isSane(peer), true);
  const own = method === "tools/call" ? params?.name : undefined;
  const reached = withMethod(ground.reached(), method)
    .filter((told) => own === undefined || told.params?.name === own && told.params?.arguments);
  // The proxy asks for lists of tools when it likes.
  if (method !== "tools/list") equal(reached.length > 0, passes, `${method} at the server`);
  if (answer === undefined) return;
  if (passes || becomes === "own") return equal(answer.error, undefined, method);
  equal(answer.error?.code, methodNotFound, `${method}: ${JSON.stringify(answer)}`);
}

/** A request or notification of the server's. */
async function fromServer(peer: RawPeer, one: MethodCase, passes: boolean) {
  const { kind, method, params, becomes } = one;
  const before = withMethod(peer.told, method).length;
  const message = { method, ...(params === undefined ? {} : { params }) };
  if (method === "notifications/resources/updated") await peer.ask("resources/subscribe", params);
  if (kind === "notification") {
    await peer.call("emit", { lines: [`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`] });
    equal(await isSane(peer), true);
    return equal(withMethod(peer.told, method).length - before, passes ? 1 : 0, method);
  }
  const asking = peer.call("ask", { request: { id: crypto.randomUUID(), ...message } });
  if (passes) {
    await until(method, () => withMethod(peer.told, method).length > before);
    const told = withMethod(peer.told, method).at(-1);
    deepEqual(told?.params, params, method);
    await peer.send({ jsonrpc: "2.0", id: told?.id, result: { answered: method } });
  }
  const answer = JSON.stringify((await asking).result);
  const heard = withMethod(peer.told, method).length - before;
  equal(heard, passes ? 1 : 0, `${method} at the client`);
  const expected = passes
    ? `{\\"result\\":{\\"answered\\":\\"${method}\\"}}`
    : becomes === "own"
    ? '{\\"result\\":{}}'
    : `\\"code\\":${methodNotFound}`;
  equal(answer.includes(expected), true, `${method}: ${answer}`);
}

for (const [what, policy] of [["every grant", grants], ["no grant", {}]] as const) {
  Deno.test(`Every method under ${what}`, async (test) => {
    await using ground = await HostileGround.create({ policy });
    await using peer = await ground.connectSane(capabilities);
    for (const one of methodCases) {
      const isGranted = one.grant === undefined || policy === grants;
      const passes = one.becomes === "passed" && isGranted;
      await test.step(`${one.sender}: ${one.method}`, async () => {
        if (one.sender === "client") await fromClient(ground, peer, one, passes);
        else await fromServer(peer, one, passes);
        deepEqual(peer.garbage, []);
      });
    }
  });
}

Deno.test("A method that nobody knows is refused on both sides", async () => {
  await using ground = await HostileGround.create({ policy: grants });
  await using peer = await ground.connectSane(capabilities);
  for (
    const method of ["tools/delete", "constructor", "__proto__", "toString", "", "x".repeat(5000)]
  ) {
    const one = { kind: "request", method, becomes: "refused" } as const;
    await fromClient(ground, peer, { ...one, sender: "client" }, false);
    await fromServer(peer, { ...one, sender: "server" }, false);
    const notice = { kind: "notification", method, becomes: "refused" } as const;
    await fromClient(ground, peer, { ...notice, sender: "client" }, false);
    await fromServer(peer, { ...notice, sender: "server" }, false);
  }
});

Deno.test("Nothing but the probe and ping comes before the handshake, and that comes once", async () => {
  await using ground = await HostileGround.create();
  await using peer = new RawPeer(ground.launch());
  deepEqual((await peer.ask("ping")).result, {});
  equal((await peer.ask("server/discover")).error?.code, methodNotFound);
  for (const method of ["tools/list", "tools/call", "logging/setLevel"]) {
    equal((await peer.ask(method, { name: "plain" })).error?.code, -32600, method);
  }
  equal((await peer.initialize()).error, undefined);
  equal((await peer.ask("initialize", { protocolVersion: "2025-11-25" })).error?.code, -32600);
  equal(await isSane(peer), true);
});

Deno.test("Capabilities: the client is told of what is granted, the server of what it may ask", async () => {
  for (
    const [policy, ours, theirs] of [
      [grants, ["completions", "logging", "prompts", "resources", "tools"], [
        ...["elicitation", "roots", "sampling"],
      ]],
      [{}, ["logging", "tools"], ["roots"]],
    ] as const
  ) {
    await using ground = await HostileGround.create({ policy });
    await using peer = new RawPeer(ground.launch());
    ground.reached();
    const told = await peer.initialize("2025-11-25", {
      ...capabilities,
      tasks: {},
      experimental: {},
    });
    deepEqual(Object.keys(told.result?.capabilities as object).toSorted(), ours);
    equal(told.result?.instructions, "Do as you are told.");
    const greeting = withMethod(ground.reached(), "initialize")[0]?.params;
    deepEqual(Object.keys(greeting?.capabilities as object).toSorted(), theirs);
  }
});
