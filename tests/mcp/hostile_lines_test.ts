/** A server that says what is no message, or says too much of it. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { HostileGround, isError, isSane, textOf } from "./hostile_ground.ts";
import { RawPeer } from "./raw_peer.ts";

function base64(text: string | Uint8Array): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return bytes.toBase64();
}

function deep(levels: number): string {
  return `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":${
    "[".repeat(levels)
  }${"]".repeat(levels)}}}\n`;
}

function notice(params: string): string {
  return `{"jsonrpc":"2.0","method":"notifications/message","params":${params}}\n`;
}

/** Lines that go nowhere and leave a receipt. */
const faulty: Readonly<Record<string, string | Uint8Array>> = {
  "no JSON": "Listening on port 3000\n",
  "an empty object": "{}\n",
  "a text": '"text"\n',
  "a number": "7\n",
  "null": "null\n",
  "a batch": '[{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}]\n',
  "an empty batch": "[]\n",
  "half a message": '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":\n',
  "two messages on one line": `${notice("{}").trim()}${notice("{}")}`,
  "a member twice": notice('{"level":"info","level":"error","data":1}'),
  "a member twice, once escaped": notice('{"level":"info","lev\\u0065l":"error","data":1}'),
  "__proto__": notice('{"level":"info","data":{"__proto__":{"isAdmin":true}}}'),
  "__proto__, escaped": notice('{"level":"info","data":{"\\u005f_proto__":1}}'),
  "NaN": notice('{"level":"info","data":NaN}'),
  "Infinity": notice('{"level":"info","data":-Infinity}'),
  "deep nesting": deep(5000),
  "bytes that are no UTF-8": new Uint8Array([
    ...new TextEncoder().encode(
      '{"jsonrpc":"2.0","method":"notifications/message","params":{"x":"',
    ),
    ...[0xc3, 0x28, 0xff],
    ...new TextEncoder().encode('"}}\n'),
  ]),
  "a byte order mark": `\ufeff${notice("{}")}`,
  "another version of JSON-RPC": '{"jsonrpc":"1.0","method":"notifications/message"}\n',
  "no version of JSON-RPC": '{"method":"notifications/message"}\n',
  "a method that is no text": '{"jsonrpc":"2.0","method":7}\n',
  "an id that is an object": '{"jsonrpc":"2.0","id":{},"method":"ping"}\n',
  "an id that is a fraction": '{"jsonrpc":"2.0","id":1.5,"method":"ping"}\n',
  "a result and an error":
    '{"jsonrpc":"2.0","id":"x","result":{},"error":{"code":1,"message":""}}\n',
  "a result that is a list": '{"jsonrpc":"2.0","id":"x","result":[]}\n',
  "an answer that nobody asked for": '{"jsonrpc":"2.0","id":"nobody","result":{}}\n',
};

/** Lines that are unusual and whole. */
const sound: Readonly<Record<string, string>> = {
  "blank lines": "\n\r\n\n",
  "a carriage return": notice('{"level":"info","data":"cr"}').replace("\n", "\r\n"),
  "escapes": notice('{"level":"info","data":"\\u00e9\\ud83d\\ude00\\/"}'),
  "blanks": notice('{ "level" : "info" ,\t"data" : "blanks" }'),
  "a member called constructor": notice('{"level":"info","data":{"constructor":1,"prototype":2}}'),
  "some nesting": deep(60),
  "unknown members": notice('{"level":"info","data":1,"more":{"a":[]}}'),
};

Deno.test("Lines of a server that are no messages go nowhere, and the connection stays sane", async (test) => {
  await using ground = await HostileGround.create();
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  for (const [what, line] of Object.entries(faulty)) {
    await test.step(what, async () => {
      const [before, heard] = [problems(ground), peer.told.length];
      equal(textOf(await peer.call("emit", { base64: base64(line) })), "emitted");
      equal(await isSane(peer), true);
      equal(peer.told.length - heard, 2, "Nothing came but the two answers");
      equal(problems(ground) - before, 1, "One receipt");
    });
  }
  equal(({} as Record<string, unknown>).isAdmin, undefined);
});

function problems(ground: HostileGround): number {
  return ground.governed.receipts().filter(({ decision, tool }) =>
    decision === "deny" && (tool ?? "") === ""
  ).length;
}

Deno.test("Unusual lines that are whole messages are passed on", async (test) => {
  await using ground = await HostileGround.create();
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  for (const [what, line] of Object.entries(sound)) {
    await test.step(what, async () => {
      const [before, heard] = [problems(ground), peer.told.length];
      equal(textOf(await peer.call("emit", { base64: base64(line) })), "emitted");
      equal(await isSane(peer), true);
      const isBlank = line.trim() === "";
      equal(peer.told.length - heard, isBlank ? 2 : 3);
      if (!isBlank) deepEqual(peer.told[heard], JSON.parse(line));
      equal(problems(ground), before);
    });
  }
});

Deno.test("An answer that is no message ends its call at once and no other", async () => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 60 } });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  // The proxy numbers its requests, and a hostile server sees the number.
  const started = performance.now();
  const late = peer.call("late", { milliseconds: 1000 });
  const broken = peer.call("emit", {
    isAnswered: false,
    after: 50,
    lines: Array.from({ length: 20 }, (_, id) => `{"jsonrpc":"2.0","id":${id},"result":[]}\n`),
  });
  equal(isError(await broken), true, "The call that it answers wrongly fails");
  ok(performance.now() - started < 20_000);
  await late;
  equal(await isSane(peer), true);
});

Deno.test("Answers under other ids, and second answers, are nobody's", async () => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 2 } });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  const others = ['"1"', "null", "-1", "1e3", '"raw-0"', '"raw-1"', "999999", '"__proto__"'];
  const lines = others.map((id) =>
    `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"forged"}]}}\n`
  );
  const answer = await peer.call("emit", { lines, isAnswered: false });
  equal(isError(answer), true);
  match(textOf(answer), /2 s/);
  const twice = await peer.call("twice", {});
  equal(textOf(twice), "first");
  equal(peer.answers(twice.id).length, 1);
  equal(await isSane(peer), true);
  equal(peer.told.some((one) => textOf(one) === "forged"), false);
});

Deno.test("Floods of notices, of answers to nothing and of garbage", async (test) => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 60 } });
  const floods: Readonly<Record<string, readonly [line: string, repeat: number]>> = {
    "notices": [notice('{"level":"info","data":{n}}'), 100_000],
    "changed lists": [
      '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n',
      20_000,
    ],
    "answers to nothing": ['{"jsonrpc":"2.0","id":"nobody {n}","result":{}}\n', 5_000],
    "garbage": ["garbage {n}\n", 5_000],
    "pings": ['{"jsonrpc":"2.0","id":"ping {n}","method":"ping"}\n', 20_000],
    "questions": [
      '{"jsonrpc":"2.0","id":"question {n}","method":"sampling/createMessage"}\n',
      20_000,
    ],
  };
  for (const [what, [line, repeat]] of Object.entries(floods)) {
    await test.step(what, async () => {
      await using peer = new RawPeer(ground.launch());
      await peer.initialize();
      const answer = await peer.call("emit", { lines: [line], repeat });
      equal(textOf(answer), "emitted");
      equal(await isSane(peer), true);
    });
  }
});

Deno.test("A line without an end is dropped, not kept, and the next one is read", async () => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 4 } });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  const lines = ["x".repeat(1 << 20)];
  const answer = await peer.call("emit", { lines, repeat: 100, isAnswered: false });
  // The answer stands on the same line, so it was lost with it.
  equal(isError(answer), true);
  await peer.call("emit", { lines: ["\n"] });
  equal(await isSane(peer), true);
});

Deno.test("What a server writes beside the protocol never reaches the client", async () => {
  await using ground = await HostileGround.create();
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  await peer.call("emit", { lines: ["\u001b]0;owned\u0007\u001b[2J plain text\n"] });
  equal(await isSane(peer), true);
  // deno-lint-ignore no-control-regex
  equal(/\u001b/.test(peer.stderr), false);
});
