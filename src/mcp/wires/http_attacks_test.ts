/** Servers over HTTP that mean harm, or are none. */
import assert from "node:assert/strict";
import { echo, type Handler, type Told, withHttp, withWire } from "./test_http.ts";
import { until } from "./test_until.ts";

const limits = { bytes: 100_000, depth: 128 };
const json = (body: BodyInit) => () =>
  new Response(body, { headers: { "content-type": "application/json" } });
const events = (body: BodyInit) => () =>
  new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
const against = (handler: Handler, body: (told: Told) => Promise<void>) =>
  withHttp(handler, (url) => withWire(`${url}/mcp`, body, { limits }));
const answer = (id: unknown, result = {}) => JSON.stringify({ jsonrpc: "2.0", id, result });
const tooLong = { code: -32600, why: "The line is longer than 100,000 bytes", id: 1 };
const unanswered = { code: -32603, why: "The server ended its answer before it was whole", id: 1 };

/** A body without an end. */
function endless(piece: string, first = ""): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(piece);
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
    pull: (controller) => controller.enqueue(bytes),
  });
}

const rejected: [string, Handler, RegExp][] = [
  [
    "a page",
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    /answered with text\/html where JSON or an event stream belongs$/,
  ],
  ["no type", () => new Response(new Uint8Array(3)), /answered with nothing where JSON/],
  [
    "a failure",
    () => new Response("down\n\x1b[31m for  repair", { status: 500 }),
    /^WireError: The server answered 500 Internal Server Error: down for repair$/,
  ],
  [
    "an error with a message",
    () =>
      Response.json({ jsonrpc: "2.0", id: null, error: { code: 1, message: "Bad thing" } }, {
        status: 400,
      }),
    /answered 400 Bad Request: Bad thing$/,
  ],
  [
    "a lock",
    () =>
      new Response(null, {
        status: 401,
        headers: { "www-authenticate": 'Bearer resource_metadata="http://127.0.0.1:1/x"' },
      }),
    /answered 401 Unauthorized; headers names a variable that holds all it asks for, as in Bearer TOKEN$/,
  ],
  [
    "an endless failure",
    () => new Response(endless("x".repeat(1000)), { status: 500 }),
    /^WireError: The server answered 500 Internal Server Error: x{200}$/,
  ],
  [
    "a session that never was",
    () => new Response("no", { status: 404 }),
    /answered 404 Not Found: no$/,
  ],
];

for (const [name, handler, expected] of rejected) {
  Deno.test(`${name}: the call is refused with a clear text, the connection stays`, async () => {
    await against(handler, async ({ wire, messages, problems, closed }) => {
      await assert.rejects(wire.send(echo(1)), expected);
      assert.deepEqual([messages, problems, closed], [[], [], []]);
    });
  });
}

const reported: [string, Handler, object][] = [
  ["garbage", json("{"), { code: -32700, why: 'The line is not JSON: "{"', id: 1 }],
  ["an empty answer", json(""), { code: -32700, why: 'The line is not JSON: ""', id: 1 }],
  ["a batch", json(`[${answer(1)}]`), {
    code: -32600,
    why: "A batch of messages is not part of the protocol: send each on its own line",
    id: 1,
  }],
  ["a member twice", json('{"jsonrpc":"2.0","id":1,"result":{"a":1,"\\u0061":2}}'), {
    code: -32600,
    why: 'The member "a" stands twice',
    id: 1,
  }],
  ["a prototype", json('{"jsonrpc":"2.0","id":1,"result":{"__proto__":{}}}'), {
    code: -32600,
    why: 'A member is called "__proto__"',
    id: 1,
  }],
  ["a deep answer", json(`{"jsonrpc":"2.0","id":1,"result":{"a":${"[".repeat(1000)}`), {
    code: -32600,
    why: "The message has more than 128 levels",
    id: 1,
  }],
  ["a large answer", json(answer(1, { a: "x".repeat(200_000) })), tooLong],
  ["an endless answer", json(endless("x".repeat(1000))), tooLong],
  ["a large event", events(`data: ${answer(1, { a: "x".repeat(200_000) })}\n\n`), tooLong],
  ["garbage in an event", events('data: {"a"\n\n'), {
    code: -32700,
    why: 'The line is not JSON: "{"a""',
    id: 1,
  }],
  ["a stream without an answer", events(": hello\n\n"), unanswered],
  ["half an event", events(`data: ${answer(1)}\n`), unanswered],
  ["another event", events(`event: other\ndata: ${answer(1)}\n\n`), unanswered],
  ["an answer for another", json(answer(2)), unanswered],
];

for (const [name, handler, expected] of reported) {
  Deno.test(`${name}: reported for the request, the connection stays`, async () => {
    await against(handler, async ({ wire, messages, problems, closed }) => {
      await wire.send(echo(1));
      await until(() => problems.some(({ id }) => id === 1));
      const last = problems.at(-1);
      if (name === "garbage in an event") {
        assert.match(problems[0]?.why ?? "", /^The line is not JSON/);
        assert.deepEqual(last, unanswered);
      } else assert.deepEqual(last, expected);
      assert.equal(messages.length, name === "an answer for another" ? 1 : 0);
      assert.deepEqual(closed, []);
    });
  });
}

Deno.test("Events are read as they are written, however they are cut", async () => {
  const text =
    `: hi\r\nid: 1\r\n\r\nevent: message\ndata: {"jsonrpc":"2.0",\ndata:"method":"n"}\n\n` +
    `data\n\nevent:\ndata:${answer(1, { "\n": "ä", '"': 1, "\\": 2 })}\nretry: 0\n\n`;
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, index) => bytes.slice(index * size, (index + 1) * size),
    );
    await against(events(ReadableStream.from(pieces)), async ({ wire, messages, problems }) => {
      await wire.send(echo(1));
      await until(() => messages.length === 2);
      assert.deepEqual(messages[0], { jsonrpc: "2.0", method: "n" });
      const result = { "\n": "ä", '"': 1, "\\": 2 };
      assert.deepEqual(messages[1], { jsonrpc: "2.0", id: 1, result });
      assert.deepEqual(problems, []);
    });
  }
});

Deno.test("A line that never ends takes no memory, and what came before it is read", async () => {
  let size = 0;
  const piece = new Uint8Array(10_000).fill(0x78);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(new TextEncoder().encode(`data: ${answer(1)}\n\ndata: `)),
    pull: (controller) => {
      size += piece.length;
      controller.enqueue(piece.slice());
    },
  });
  await against(events(body), async ({ wire, messages, problems }) => {
    await wire.send(echo(1));
    await until(() => problems.length === 1);
    const before = Deno.memoryUsage().rss;
    await until(() => size > 500_000_000);
    const grown = Deno.memoryUsage().rss - before;
    assert.ok(grown < 200_000_000, `${grown} bytes`);
    assert.deepEqual(messages, [{ jsonrpc: "2.0", id: 1, result: {} }]);
    assert.deepEqual(problems, [{ code: -32600, why: "The line is longer than 100,000 bytes" }]);
  });
});

Deno.test("A flood of events waits while it is held", async () => {
  const flood = `data: {"jsonrpc":"2.0","method":"n"}\n\n`.repeat(100);
  await against(events(endless(flood)), async ({ wire, messages }) => {
    let release = () => {};
    await wire.send(echo(1));
    await until(() => messages.length > 0);
    wire.hold(new Promise<void>((resolve) => release = resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const count = messages.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(messages.length, count);
    release();
    await until(() => messages.length > count);
  });
});

Deno.test("Nobody is sent to another place, with the headers or without", async () => {
  const stolen: string[] = [];
  await withHttp((request) => {
    stolen.push(request.url);
    return new Response(null, { status: 202 });
  }, async (other) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const to = (location: string) => () => new Response(null, { status, headers: { location } });
      await against(to(`${other}/steal?a=b`), async ({ wire }) => {
        await assert.rejects(wire.send(echo(1)), (error: Error) => {
          assert.match(
            error.message,
            /^The server at http:\S+ redirects to http:\/\/127\.0\.0\.1:[0-9]+, which is not followed/,
          );
          return true;
        });
      });
      await against(to("http://["), async ({ wire }) => {
        await assert.rejects(wire.send(echo(1)), /redirects to nowhere/);
      });
    }
  });
  assert.deepEqual(stolen, []);
});

Deno.test("A redirect within the server is followed with the message", async () => {
  const paths: string[] = [];
  await against(async (request) => {
    const { pathname } = new URL(request.url);
    paths.push(pathname);
    if (pathname === "/mcp") {
      return new Response(null, { status: 308, headers: { location: "/mcp/" } });
    }
    return json(answer((await request.json()).id))();
  }, async ({ wire, messages }) => {
    await wire.send(echo(1));
    assert.deepEqual(messages, [{ jsonrpc: "2.0", id: 1, result: {} }]);
    assert.deepEqual(paths, ["/mcp", "/mcp/"]);
  });
});

Deno.test("A connection that breaks in an answer is reported for the request", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096));
      const head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
      await connection.write(new TextEncoder().encode(`${head}5\r\ndata:\r\n`));
      connection.close();
    }
  })();
  try {
    await withWire(
      `http://127.0.0.1:${listener.addr.port}/`,
      async ({ wire, problems, closed }) => {
        await wire.send(echo(1));
        await until(() => problems.length === 1);
        assert.deepEqual([problems, closed], [[unanswered], []]);
      },
    );
  } finally {
    listener.close();
    await serving;
  }
});
