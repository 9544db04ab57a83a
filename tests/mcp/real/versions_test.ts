/** Versions of the protocol are agreed on through the proxy as without it. */
import { deepEqual, equal } from "node:assert/strict";
// @ts-types="@modelcontextprotocol/sdk/types"
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { RawPeer, type Told } from "../raw_peer.ts";
import { generous, governPublished, startedDirectly } from "./published.ts";

const policy = generous.everything;

async function agreed(peer: RawPeer, version: string): Promise<unknown> {
  return (await peer.initialize(version)).result?.protocolVersion;
}

function textOf(answer: Told): unknown {
  return (answer.result?.content as { readonly text: string }[])[0]?.text;
}

Deno.test("Each version that the SDK knows, and one that nobody knows", async () => {
  await using governed = await governPublished({ everything: policy });
  const launches = [startedDirectly(governed, policy), governed.launch("everything")];
  const versions = [...SUPPORTED_PROTOCOL_VERSIONS, "1999-12-31", "2026-07-28"];
  equal(versions.length >= 7, true);
  for (const version of versions) {
    const found: unknown[] = [];
    for (const launch of launches) {
      await using peer = new RawPeer(launch);
      const named = await agreed(peer, version);
      const answer = await peer.call("echo", { message: version });
      found.push([named, textOf(answer)]);
      deepEqual(peer.garbage, []);
    }
    deepEqual(found[1], found[0], version);
    if (SUPPORTED_PROTOCOL_VERSIONS.includes(version)) {
      deepEqual(found[0], [version, `Echo: ${version}`]);
    }
  }
});

Deno.test("The probe of client 2.1.330 is refused, and the handshake after it goes on", async () => {
  await using governed = await governPublished({ everything: policy });
  await using peer = new RawPeer(governed.launch("everything"));
  const id = "server-discover-probe-1";
  const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
  await peer.send({ jsonrpc: "2.0", id, method: "server/discover", params: { _meta: meta } });
  equal((await peer.answer(id)).error?.code, -32601);
  equal(await agreed(peer, "2025-11-25"), "2025-11-25");
  equal(textOf(await peer.call("echo", { message: "hi" })), "Echo: hi");
});
