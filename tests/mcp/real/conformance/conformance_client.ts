/**
 * The client that the conformance suite expects. Arguments: `direct` or `proxied`, then, by the
 * suite, the URL of its server. Proxied, the server is one that a policy governs.
 */
import { Governed } from "../../governed.ts";
import { Session, type SessionOptions } from "../../session.ts";

const [door, url = ""] = Deno.args;
const scenario = Deno.env.get("MCP_CONFORMANCE_SCENARIO") ?? "";

const calls: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>]>> = {
  tools_call: ["add_numbers", { a: 5, b: 3 }],
  "elicitation-sep1034-client-defaults": ["test_client_elicitation_defaults", {}],
  "sse-retry": ["test_reconnection", {}],
};

async function play(session: Session): Promise<void> {
  await session.ask("tools/list");
  const call = calls[scenario];
  if (call === undefined) return;
  const answer = await session.call(...call);
  console.log(JSON.stringify(answer));
}

const options: SessionOptions = {
  capabilities: { elicitation: { form: { applyDefaults: true } } },
};
if (door === "direct") {
  await using session = await Session.reach(url, options);
  await play(session);
} else {
  const allow = [...Object.values(calls).map(([tool]) => tool)];
  await using governed = await Governed.create({
    servers: { suite: { url, allow, elicitation: true } },
  });
  await using session = await Session.start(governed.launch("suite"), options);
  await play(session);
}
