/** What must not stand in the way of servers and people who mean no harm. */
import { deepEqual, equal, match } from "node:assert/strict";
import { Governed } from "./governed.ts";
import { approved, HostileGround, textOf } from "./hostile_ground.ts";
import { environment, script } from "./launch.ts";
import { RawPeer } from "./raw_peer.ts";

Deno.test("A server without tools is not asked for any, and lists none", async () => {
  await using ground = await HostileGround.create({ policy: { resources: "*" } });
  ground.governed.project.write("sandbox/hostile.json.capabilities", '{ "resources": {} }');
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  ground.reached();
  deepEqual((await peer.ask("tools/list")).result, { tools: [] });
  match(JSON.stringify((await peer.ask("resources/read", { uri: "test://one" })).result), /read/);
  deepEqual(ground.reached().map(({ method }) => method).slice(-1), ["resources/read"]);
});

Deno.test("A program that is not as approved runs under a policy that only observes, and is told", async () => {
  const { command, args } = script("{sandbox}/server.ts", ["{sandbox}/tools.json", ""], ".");
  const text = Deno.readTextFileSync(new URL("hostile_server.ts", import.meta.url));
  const { DENO_DIR = "" } = environment("/");
  await using governed = await Governed.create({
    servers: { hostile: { command, args, env: { DENO_DIR }, allow: ["plain"] } },
    files: { "sandbox/server.ts": text, "sandbox/tools.json": JSON.stringify(approved) },
    more: { mode: "audit" },
  });
  governed.project.write("sandbox/server.ts", `${text}\n// Another one.\n`);
  await using peer = new RawPeer(governed.launch("hostile"));
  await peer.initialize();
  equal(textOf(await peer.call("plain")), "plain\n{}");
  const { decision, observed, code } = governed.receipts().at(-1) ?? {};
  deepEqual({ decision, observed, code }, { decision: "deny", observed: true, code: 9014 });
});
