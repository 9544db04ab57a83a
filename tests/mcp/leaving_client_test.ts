/** A client that leaves, at whatever time: nothing that was started for it stays. */
import { equal, ok } from "node:assert/strict";
import { HostileGround } from "./hostile_ground.ts";
import { allEnded, canLookAtProcesses, descendants } from "./processes.ts";
import { until } from "./session.ts";

Deno.test({
  name: "A client that leaves in the middle of a call leaves no process behind",
  ignore: !canLookAtProcesses,
  async fn() {
    await using ground = await HostileGround.create();
    for (const how of ["closes its end", "is killed"]) {
      const peer = await ground.connectSane();
      const params = { name: "silent", arguments: {} };
      await peer.send({ jsonrpc: "2.0", id: "open", method: "tools/call", params });
      await until(
        "the call",
        () => ground.reached().some(({ params }) => params?.name === "silent"),
      );
      const started = descendants(peer.pid);
      ok(started.length > 0, "The server is a process of the proxy's");
      if (how === "is killed") Deno.kill(peer.pid, "SIGKILL");
      await peer[Symbol.asyncDispose]();
      await allEnded(started);
    }
  },
});

Deno.test({
  name: "A server that ignores the end of its input and SIGTERM is ended all the same",
  ignore: !canLookAtProcesses,
  async fn() {
    await using ground = await HostileGround.create();
    const peer = await ground.connectSane();
    await peer.call("stubborn");
    const started = descendants(peer.pid);
    equal((await peer.end()).code, 0);
    await peer[Symbol.asyncDispose]();
    await allEnded(started, 2);
  },
});
