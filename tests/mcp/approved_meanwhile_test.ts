/** What a person approves, or grants, while a session is open reaches that session. */
import { deepEqual, match } from "node:assert/strict";
import { plannedArguments, writePlan } from "../../src/mcp/pins/test_planned_server.ts";
import { Governed } from "./governed.ts";
import { textOf } from "./hostile_ground.ts";
import { RawPeer } from "./raw_peer.ts";
import { until } from "./session.ts";

async function listed(peer: RawPeer): Promise<string[]> {
  const { result } = await peer.ask("tools/list");
  return (result?.tools as readonly { readonly name: string }[]).map(({ name }) => name);
}

function told(peer: RawPeer): number {
  return peer.told.filter(({ method }) => method === "notifications/tools/list_changed").length;
}

function filesOf(tools: readonly unknown[]): Readonly<Record<string, string>> {
  const folder = Deno.makeTempDirSync();
  try {
    writePlan(folder, { pages: [tools] });
    const names = ["server.js", "plan.json"];
    return Object.fromEntries(
      names.map((name) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const tools = [{ name: "add", inputSchema: { type: "object" } }, { name: "remove" }];
const server = { command: Deno.execPath(), args: plannedArguments, allow: ["add"] };

Deno.test("A program that changed is told to the client, and comes back once it is approved", async () => {
  await using governed = await Governed.create({
    servers: { demo: server },
    files: filesOf(tools),
  });
  const { project } = governed;
  project.write("server.js", `${project.read("server.js")}// changed\n`);
  await using peer = new RawPeer(governed.launch("demo"));
  const { result } = await peer.initialize();
  const why = /not what was approved: .*server\.js has changed; a person can run tenuo-claude mcp/;
  match(String(result?.instructions), why);
  deepEqual(await listed(peer), []);
  match(textOf(await peer.call("add")), why);
  await project.must("mcp", "approve", "demo", "--yes");
  await until("the notice", () => told(peer) > 0);
  deepEqual(await listed(peer), ["add"]);
});

Deno.test("What a person grants is told to a client that asks for nothing", async () => {
  await using governed = await Governed.create({
    servers: { demo: server },
    files: filesOf(tools),
  });
  const { project } = governed;
  await using peer = new RawPeer(governed.launch("demo"));
  await peer.initialize();
  deepEqual(await listed(peer), ["add"]);
  project.write("tenuo.yaml", project.read("tenuo.yaml").replace('"add"', '"add", "remove"'));
  await project.must("refresh", "--yes");
  await until("the notice", () => told(peer) > 0);
  deepEqual(await listed(peer), ["add", "remove"]);
});

Deno.test("A server that runs is started anew as the program that a person approved meanwhile", async () => {
  await using governed = await Governed.create({
    servers: { demo: server },
    files: filesOf(tools),
  });
  const { project } = governed;
  await using peer = new RawPeer(governed.launch("demo"));
  await peer.initialize();
  deepEqual(await listed(peer), ["add"]);
  project.write("server.js", project.read("server.js").replace('name: "test"', 'name: "other"'));
  deepEqual(await listed(peer), ["add"]);
  await project.must("mcp", "approve", "demo", "--yes");
  await until("the notice", () => told(peer) > 0);
  deepEqual(await listed(peer), ["add"]);
});
