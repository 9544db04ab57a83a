import assert from "node:assert/strict";
import { ClientPipe, type PipeEnds } from "./client_pipe.ts";

interface Ends extends PipeEnds {
  readonly written: string[];
}

/** A client that has written `pieces`; it reads three bytes at a time, or as `write` says. */
function client(pieces: readonly string[], write?: PipeEnds["write"]): Ends {
  const waiting = pieces.map((piece) => new TextEncoder().encode(piece));
  const written: string[] = [];
  return {
    written,
    read: (into) => {
      const piece = waiting.shift();
      if (piece !== undefined) into.set(piece);
      return Promise.resolve(piece?.length ?? null);
    },
    write: write ?? ((bytes) => {
      written.push(new TextDecoder().decode(bytes.subarray(0, 3)));
      return Promise.resolve(Math.min(bytes.length, 3));
    }),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const pong = (id: number) => ({ jsonrpc: "2.0", id, result: {} }) as const;

function open(ends: PipeEnds, patience = 50) {
  const pipe = new ClientPipe({ ends, patience });
  const told: string[] = [];
  pipe.onmessage = (message) => told.push(JSON.stringify(message));
  pipe.onproblem = ({ why, id }) => told.push(`${id}: ${why}`);
  pipe.onclose = (why) => told.push(why);
  return { pipe, told };
}

Deno.test("Messages come in as they are cut, and answers can be sent after the last", async () => {
  const ends = client(['{"jsonrpc":"2.0","id":1,"me', 'thod":"ping"}\n\r\n[]\n{"jsonrpc', '"']);
  const { pipe, told } = open(ends);
  await pipe.start();
  await settled();
  assert.deepEqual(told, [
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    "undefined: A batch of messages is not part of the protocol: send each on its own line",
    "undefined: The stream ended within a line",
    "The client has closed its end",
  ]);
  await Promise.all([pipe.send(pong(1)), pipe.send(pong(2)), pipe.send(pong(3))]);
  const lines = [1, 2, 3].map((id) => `{"jsonrpc":"2.0","id":${id},"result":{}}\n`);
  assert.equal(ends.written.join(""), lines.join(""));
  await pipe.close();
  assert.equal(told.length, 4);
  await assert.rejects(pipe.send(pong(1)), /^WireError: The connection to the client is closed$/);
});

Deno.test("A client that does not read any more is gone, and no promise fails unseen", async () => {
  const broken = () => Promise.reject(new Error("Broken pipe (os error 32)"));
  const { pipe, told } = open({ ...client([]), read: () => new Promise(() => {}), write: broken });
  await pipe.start();
  pipe.send(pong(1));
  await assert.rejects(pipe.send(pong(2)), /^WireError: The client cannot be written to: Broken/);
  assert.deepEqual(told, ["The client does not read any more"]);
});

Deno.test("Closing waits for what was sent, but not for ever", async () => {
  let release = () => {};
  const slow = () => new Promise<number>((resolve) => release = () => resolve(1000));
  const ends = { ...client([]), read: () => new Promise<null>(() => {}), write: slow };
  const { pipe, told } = open(ends, 100);
  await pipe.start();
  const [first, second] = [pipe.send(pong(1)), pipe.send(pong(2))];
  await pipe.close();
  assert.deepEqual(told, ["Closed"]);
  release();
  await first;
  await assert.rejects(second, /^WireError: The connection to the client is closed$/);
});

Deno.test("Nothing is told after closing", async () => {
  const lines = Array(3).fill('{"jsonrpc":"2.0","method":"a"}\n');
  const { pipe, told } = open(client(lines));
  await pipe.start();
  await pipe.close();
  const count = told.length;
  await settled();
  assert.equal(told.length, count);
});

Deno.test("Lines that wait go out together, each whole and in order", async () => {
  const writes: string[] = [];
  const ends = client([], (bytes) => {
    writes.push(new TextDecoder().decode(bytes));
    return Promise.resolve(bytes.length);
  });
  const { pipe } = open(ends);
  const text = (id: number) => "x".repeat(id % 7 === 0 ? 100_000 : 10);
  const all = Array.from({ length: 1000 }, (_, id) => ({ ...pong(id), result: { a: text(id) } }));
  await Promise.all(all.map((message) => pipe.send(message)));
  assert.equal(writes.join(""), all.map((message) => `${JSON.stringify(message)}\n`).join(""));
  assert.ok(writes.length < 500, `${writes.length} writes`);
  assert.ok(writes.every((one) => one.endsWith("\n")));
});
