/** A connection to a server that does not behave. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { isRequest, type Message, result } from "../framing/message.ts";
import type { Wire } from "../framing/wire.ts";
import { ServerConnection } from "./server_connection.ts";

class UnreadWire implements Wire {
  onmessage?: (message: Message) => void;
  sent = 0;

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** The handshake is read, and nothing else ever. */
  send(message: Message): Promise<void> {
    this.sent++;
    if (!isRequest(message)) return new Promise(() => {});
    const hello = { protocolVersion: "2025-11-25", capabilities: {} };
    queueMicrotask(() => this.onmessage?.(result(message.id, hello)));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

Deno.test("What a server does not read is not kept for it without end", async () => {
  const wire = new UnreadWire();
  const nothing = () => {};
  const connection: ServerConnection = new ServerConnection("test", () => Promise.resolve(wire), {
    request: ({ id }) => void connection.exchange.answer(result(id, {})),
    notification: nothing,
    problem: nothing,
    lost: nothing,
    returned: nothing,
  });
  await connection.greet({});
  for (let id = 0; id < 50_000; id++) wire.onmessage?.({ jsonrpc: "2.0", id, method: "ping" });
  ok(wire.sent > 500 && wire.sent < 2_000, `${wire.sent} answers`);
  equal(await connection.close(), undefined);
});

/** Answers the handshake and whatever it is asked. */
class ObligingWire implements Wire {
  onmessage?: (message: Message) => void;
  readonly asked: string[] = [];

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: Message): Promise<void> {
    if (isRequest(message)) {
      this.asked.push(message.method);
      const hello = { protocolVersion: "2025-11-25", capabilities: {} };
      queueMicrotask(() => this.onmessage?.(result(message.id, hello)));
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

Deno.test("What was decided about one start of a server is not asked of the next", async () => {
  const wires: ObligingWire[] = [];
  const open = () => {
    const wire = new ObligingWire();
    wires.push(wire);
    return Promise.resolve(wire);
  };
  const nothing = () => {};
  const events = {
    ...{ request: nothing, notification: nothing, problem: nothing },
    ...{ lost: nothing, returned: nothing },
  };
  const connection = new ServerConnection("test", open, events);
  const meant = await connection.greet({});
  const question = { method: "tools/call", meant, seconds: 5 };
  ok("response" in await connection.ask(question));
  const restarting = connection.restart("another one is approved");
  const answer = await connection.ask(question);
  match("why" in answer ? answer.why : "", /started anew meanwhile/);
  await restarting;
  deepEqual(wires.map(({ asked }) => asked), [["initialize", "tools/call"], ["initialize"]]);
  await connection.close();
});
