/** `redact: true`: secrets do not reach the client by any door of the server's. */
import { equal, match, ok } from "node:assert/strict";
import { HostileGround } from "./hostile_ground.ts";
import { RawPeer } from "./raw_peer.ts";

const secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

Deno.test("Secrets in results, log messages and completions", async () => {
  await using ground = await HostileGround.create({
    policy: { redact: true, resources: "*", prompts: "*" },
  });
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  const log = { jsonrpc: "2.0", method: "notifications/message" };
  const line = JSON.stringify({ ...log, params: { level: "info", data: `with ${secret}` } });
  await peer.call("emit", { lines: [`${line}\n`] });
  await peer.call("plain", { note: secret });
  ground.governed.project.write("sandbox/hostile.json.completion", secret);
  const ref = { type: "ref/prompt", name: "one" };
  const completed = await peer.ask("completion/complete", {
    ref,
    argument: { name: "a", value: "" },
  });
  match(JSON.stringify(completed), /"values":\["/);
  const heard = JSON.stringify(peer.told);
  equal(peer.told.filter(({ method }) => method === "notifications/message").length, 1);
  ok(!heard.includes(secret), heard);
});
