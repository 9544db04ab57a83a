import assert from "node:assert/strict";
import type { Message } from "./message.ts";
import { TestWire } from "./test_wire.ts";

const ping: Message = { jsonrpc: "2.0", id: 1, method: "ping" };
const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("What one wire sends the other is told, in order, from its start on", async () => {
  const [client, server] = TestWire.pair();
  const told: string[] = [];
  server.onmessage = (message) => told.push(JSON.stringify(message));
  server.onproblem = ({ why }) => told.push(why);
  server.onclose = (why) => told.push(why);
  client.onclose = (why) => told.push(`client: ${why}`);
  await client.send(ping);
  await server.receive("[]");
  await settled();
  assert.deepEqual(told, []);
  await server.start();
  await client.send({ ...ping, id: 2 });
  await settled();
  await client.close("Gone");
  await settled();
  await client.close();
  assert.deepEqual(told, [
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    "A batch of messages is not part of the protocol: send each on its own line",
    '{"jsonrpc":"2.0","id":2,"method":"ping"}',
    "client: Closed",
    "Gone",
  ]);
  await assert.rejects(server.send(ping), /^Error: The wire is closed$/);
  assert.deepEqual(client.sent.map((message) => "id" in message && message.id), [1, 2]);
});
