/** A client that says what is no message, too much of it, or the same again. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { HostileGround, isError, isSane, textOf } from "./hostile_ground.ts";
import type { Told } from "./raw_peer.ts";
import { type Members, until } from "./session.ts";

const [parseError, invalidRequest] = [-32700, -32600];

function callOf(id: unknown, name: string, args: Members = {}, meta?: Members) {
  const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) };
  return { jsonrpc: "2.0", id, method: "tools/call", params };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const call = (args: string) =>
  `{"jsonrpc":"2.0","id":"bad","method":"tools/call","params":{"name":"plain","arguments":${args}}}\n`;

/** Lines that are answered with an error: whose id is named only where it is certain. */
const faulty: Readonly<Record<string, readonly [line: string | Uint8Array, code: number]>> = {
  "no JSON": ["garbage\n", parseError],
  "half a message": [call("{").replace("}}\n", "\n"), parseError],
  "two messages on one line": [call("{}").trim() + call("{}"), parseError],
  "a member twice": [call('{"path":"a","path":"b"}'), invalidRequest],
  "a member twice, once escaped": [call('{"path":"a","\\u0070ath":"b"}'), invalidRequest],
  "the method twice": [
    '{"jsonrpc":"2.0","id":"bad","method":"ping","method":"tools/call"}\n',
    invalidRequest,
  ],
  "__proto__": [call('{"__proto__":{"a":1}}'), invalidRequest],
  "constructor.prototype": [call('{"constructor":{"prototype":{"a":1}}}'), invalidRequest],
  "NaN": [call('{"a":NaN}'), parseError],
  "a number that cannot be held": [call('{"a":1e999}'), invalidRequest],
  "an integer that would change on its way": [call('{"a":9007199254740993}'), invalidRequest],
  "a lone surrogate": [call('{"a":"\\ud800"}'), invalidRequest],
  "deep nesting": [call(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`), invalidRequest],
  "a batch": [`[${call("{}").trim()}]\n`, invalidRequest],
  "a list of arguments' list": [
    '{"jsonrpc":"2.0","id":"bad","method":"ping","params":[]}\n',
    invalidRequest,
  ],
  "bytes that are no UTF-8": [
    new Uint8Array([...bytes('{"jsonrpc":"2.0","id":"bad","method":"'), 0xff, ...bytes('"}\n')]),
    parseError,
  ],
  "an id that is null": ['{"jsonrpc":"2.0","id":null,"method":"ping"}\n', invalidRequest],
  "an id that is a fraction": ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}\n', invalidRequest],
  "an id that is true": ['{"jsonrpc":"2.0","id":true,"method":"ping"}\n', invalidRequest],
  "an answer that nobody asked for": ['{"jsonrpc":"2.0","id":7,"result":{}}\n', invalidRequest],
};

Deno.test("Lines of a client that are no messages are answered with an error and go nowhere", async (test) => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  for (const [what, [line, code]] of Object.entries(faulty)) {
    await test.step(what, async () => {
      const before = peer.told.length;
      await peer.send(line);
      await until("the error", () => peer.told.length > before);
      const error = peer.told[before];
      equal(error?.error?.code, code, JSON.stringify(error));
      equal(error?.id === null || error?.id === "bad" || error?.id === 7, true);
      equal(await isSane(peer), true);
      const reached = ground.reached().filter(({ method }) => method === "tools/call");
      deepEqual(reached.map(({ params }) => params?.arguments), [{ still: "here" }]);
      const last = ground.governed.receipts().at(-2);
      equal(last?.decision, "deny");
      ok((last?.reason ?? "").startsWith("Tenuo") || (last?.reason ?? "").length > 10);
    });
  }
});

Deno.test("A line that is too long is dropped and answered, and the next one is read", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  const piece = bytes("x".repeat(1 << 20));
  await peer.send('{"jsonrpc":"2.0","id":"huge","method":"tools/call","params":{"name":"');
  for (let count = 0; count < 40; count++) await peer.send(piece);
  await peer.send('"}}\n');
  const error = await peer.heard("the error", (one) => one.error !== undefined);
  equal(error.error?.code, invalidRequest);
  equal(await isSane(peer), true);
});

Deno.test("Arguments reach the server exactly as they were judged", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  const difficult = {
    ...{
      text: 'Grüße \u2028 "\\" \u0000 👩‍💻',
      constructor: { a: 1 },
      prototype: {},
      "": "",
      "a.b": [1.5],
    },
    ...{ none: null, yes: true, small: 5e-324, large: 1.7976931348623157e308, minus: -0.25 },
    ...{ deep: JSON.parse("[".repeat(50) + "]".repeat(50)), many: Array(1000).fill({ a: 1 }) },
  };
  const answer = await peer.call("plain", difficult);
  equal(answer.error ?? isError(answer), false, JSON.stringify(answer).slice(0, 500));
  const [reached] = ground.reached().filter(({ method }) => method === "tools/call");
  deepEqual(reached?.params?.arguments, difficult);
});

Deno.test("An id that is open, and one that was used, is refused without touching the first call", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  for (const id of ["mine", 5, 0, ""]) {
    await peer.send(callOf(id, "late", { milliseconds: 300, id: String(id) }));
    await peer.send(callOf(id, "plain", { second: true }));
    await until("both answers", () => peer.answers(id).length + peer.answers(null).length > 1);
    const [answer, ...more] = peer.answers(id);
    deepEqual(more, []);
    match(textOf(answer as Told), /^late/);
    equal(peer.answers(null).at(-1)?.error?.code, invalidRequest);
    await peer.send(callOf(id, "plain", { third: true }));
    await until("the refusal", () => peer.answers(id).length > 1);
    equal(peer.answers(id)[1]?.error?.code, invalidRequest);
    peer.told.length = 0;
  }
  const calls = ground.reached().filter(({ method }) => method === "tools/call");
  deepEqual(calls.map(({ params }) => params?.name), Array(4).fill("late"));
});

Deno.test("The number 1 and the text 1 are two ids", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  await peer.send(callOf(1, "late", { milliseconds: 200 }));
  await peer.send(callOf("1", "plain", { text: true }));
  match(textOf(await peer.answer("1")), /^plain/);
  match(textOf(await peer.answer(1)), /^late/);
});

Deno.test("1,000 calls in flight: none is lost, doubled or mixed up", async () => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 60 } });
  await using peer = await ground.connectSane();
  const count = 1000;
  for (let n = 0; n < count; n++) {
    // They come back in another order than they were sent.
    await peer.send(callOf(`call ${n}`, "late", { milliseconds: (n * 7919) % 1000, n }));
  }
  const isOurs = ({ id }: Told) => String(id).startsWith("call ");
  await until("all answers", () => peer.told.filter(isOurs).length >= count, 60);
  for (let n = 0; n < count; n++) {
    const answers = peer.answers(`call ${n}`);
    equal(answers.length, 1);
    const milliseconds = (n * 7919) % 1000;
    equal(textOf(answers[0] as Told), `late\n${JSON.stringify({ milliseconds, n })}`);
  }
  const reached = ground.reached().filter(({ method }) => method === "tools/call");
  deepEqual(
    reached.map(({ params }) => (params?.arguments as Members).n).toSorted((a, b) =>
      Number(a) - Number(b)
    ),
    Array.from({ length: count }, (_, n) => n),
  );
  const rows = ground.governed.receipts().filter(({ tool }) => tool === "mcp__hostile__late");
  equal(rows.length, count);
  equal(await isSane(peer), true);
});

Deno.test("Calls that are taken back: the server is told, nothing comes back, the rest goes on", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  for (const id of ["a", 1]) {
    await peer.send(callOf(id, "silent"));
    await until("the call", () => ground.reached().some(({ params }) => params?.name === "silent"));
    await peer.notify("notifications/cancelled", { requestId: id, reason: "enough" });
    equal(await isSane(peer), true);
    const told = ground.reached().filter(({ method }) => method === "notifications/cancelled");
    equal(told.length, 1);
    equal(told[0]?.params?.reason, "enough");
    deepEqual(peer.answers(id), []);
  }
  // Of what nobody asked, of the handshake, and without an id.
  for (const requestId of ["nobody", "raw-0", null, {}, undefined]) {
    await peer.notify("notifications/cancelled", { requestId } as Members);
  }
  await peer.notify("notifications/cancelled");
  equal(await isSane(peer), true);
  const told = ground.reached().filter(({ method }) => method === "notifications/cancelled");
  deepEqual(told, []);
  const outcomes = ground.governed.receipts().filter(({ kind }) => kind === "outcome");
  equal(outcomes.length, 2, "A call that was let through and taken back has an outcome");
});

Deno.test("Floods of pings, notices and garbage leave a connection that answers", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  const lines: string[] = [];
  for (let n = 0; n < 20_000; n++) {
    lines.push(`{"jsonrpc":"2.0","id":"ping ${n}","method":"ping"}`);
    lines.push('{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}');
    if (n % 10 === 0) lines.push(`garbage ${n}`);
  }
  await peer.send(`${lines.join("\n")}\n`);
  await until("all answers", () => peer.told.filter(({ result }) => result).length >= 20_000, 60);
  equal(peer.answers(null).length, 2000);
  equal(await isSane(peer), true);
});

Deno.test("Ids of the client's own calls that are none, or not its own", async (test) => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  const key = "claudecode/toolUseId";
  const metas: Readonly<Record<string, readonly [Members, isAllowed: boolean]>> = {
    "none at all": [{}, true],
    "one that no hook was asked about": [{ [key]: "toolu_unknown" }, true],
    "a number": [{ [key]: 7 }, false],
    "an object": [{ [key]: {} }, false],
    "too long": [{ [key]: "x".repeat(300) }, false],
    "the same again": [{ [key]: "toolu_unknown" }, false],
  };
  let n = 0;
  for (const [what, [meta, isAllowed]] of Object.entries(metas)) {
    await test.step(what, async () => {
      const id = `meta ${n++}`;
      await peer.send(callOf(id, "plain", {}, meta));
      const answer = await peer.answer(id);
      equal(isError(answer) || answer.error !== undefined, !isAllowed, JSON.stringify(answer));
    });
  }
});
