import assert from "node:assert/strict";
import { ServerHttp } from "./server_http.ts";
import {
  echo,
  initialize,
  initialized,
  realServer,
  type Told,
  withHttp,
  withWire,
} from "./test_http.ts";
import { until } from "./test_until.ts";

const headers = { "X-Test": "TEST_TOKEN" };
const variable = (name: string) => name === "TEST_TOKEN" ? "t0ken" : undefined;

async function open({ wire, messages }: Told): Promise<void> {
  await wire.send(initialize);
  await until(() => messages.length === 1);
  wire.setProtocolVersion("2025-06-18");
  await wire.send(initialized);
}

for (const isJson of [false, true]) {
  const how = isJson ? "as JSON" : "in event streams";
  Deno.test(`A real server that answers ${how} is reached, with headers, and its session is ended`, async () => {
    const real = realServer(isJson);
    await withHttp(real.handler, async (url) => {
      const end = { closed: [] as readonly string[] };
      await withWire(`${url}/mcp`, async (told) => {
        end.closed = told.closed;
        await open(told);
        const ids = Array.from({ length: 50 }, (_, id) => id);
        await Promise.all(ids.map((id) => told.wire.send(echo(id))));
        await until(() => told.messages.length === 51);
        const answers = new Map(told.messages.map((one) => ["id" in one && one.id, one]));
        for (const id of ids) {
          const result = { content: [{ type: "text", text: "t0ken" }] };
          assert.deepEqual(answers.get(id), { jsonrpc: "2.0", id, result });
        }
        assert.deepEqual(told.problems, []);
      }, { headers, variable });
      assert.deepEqual(end.closed, ["Closed"]);
      assert.ok(real.seen.includes("GET session"));
      assert.equal(real.seen.at(-1), "DELETE session");
    });
    await real.close();
  });
}

Deno.test("What a server says of itself arrives on its own stream", async () => {
  const real = realServer();
  await withHttp(real.handler, (url) =>
    withWire(url, async (told) => {
      await open(told);
      await until(() => real.seen.includes("GET session"));
      await until(() => {
        real.servers[0]?.server.sendToolListChanged();
        return told.messages.length > 1;
      });
      const method = "notifications/tools/list_changed";
      assert.deepEqual(told.messages[1], { jsonrpc: "2.0", method });
    }));
  await real.close();
});

Deno.test("A session that the server has forgotten is the end of the connection", async () => {
  const real = realServer();
  await withHttp(real.handler, (url) =>
    withWire(url, async (told) => {
      await open(told);
      await until(() => real.seen.includes("GET session"));
      real.restart();
      await assert.rejects(
        told.wire.send(echo(1)),
        /^WireError: The server answered 404 Not Found: Session not found$/,
      );
      assert.deepEqual(told.closed, ["The server does not know the session any more"]);
      await assert.rejects(
        told.wire.send(echo(2)),
        /^WireError: The connection to the server is closed$/,
      );
      await told.wire.close();
      assert.equal(told.closed.length, 1);
    }));
  await real.close();
});

Deno.test("A variable that is not set, or holds no header, is named and not shown", async () => {
  const start = (value: string | undefined) =>
    new ServerHttp({ url: "http://127.0.0.1/", headers: { Authorization: "TOKEN" } }, {
      variable: () => value,
    }).start();
  const missing = /^WireError: The variable TOKEN for the header Authorization is not set$/;
  await assert.rejects(start(undefined), missing);
  await assert.rejects(start(""), missing);
  const wrong = /^WireError: The variable TOKEN holds what cannot be the header Authorization$/;
  await assert.rejects(start("a\nb"), wrong);
  await start("Bearer a");
});

Deno.test("A server that is not there is named without what stands in its query", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await withWire(`http://127.0.0.1:${port}/mcp?key=secret`, async ({ wire, closed }) => {
    await assert.rejects(wire.send(echo(1)), ({ message }: Error) => {
      assert.match(
        message,
        /^The server at http:\/\/127\.0\.0\.1:[0-9]+\/mcp cannot be reached: .*refused/,
      );
      assert.ok(!message.includes("secret"));
      return true;
    });
    assert.deepEqual(closed, []);
  });
});

Deno.test("Requests do not wait for each other; they wait for the notifications before them", async () => {
  const order: string[] = [];
  const releases: (() => void)[] = [];
  await withHttp(async (request) => {
    const { id, method } = await request.json();
    order.push(`${method} ${id}`);
    if (id === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("taken");
      return new Response(null, { status: 202 });
    }
    if (id === 1) await new Promise<void>((resolve) => releases.push(resolve));
    return Response.json({ jsonrpc: "2.0", id, result: {} });
  }, (url) =>
    withWire(url, async ({ wire, messages }) => {
      const first = wire.send(echo(1));
      await wire.send(echo(2));
      assert.deepEqual(messages, [{ jsonrpc: "2.0", id: 2, result: {} }]);
      wire.send({ jsonrpc: "2.0", method: "notifications/cancelled" });
      await wire.send(echo(3));
      const expected = ["notifications/cancelled undefined", "taken", "tools/call 3"];
      assert.deepEqual(order.slice(2), expected);
      releases[0]?.();
      await first;
      assert.equal(messages.length, 3);
    }));
});
