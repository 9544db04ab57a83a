/** What the policy does not grant is not announced and not to be had. */
import { deepEqual, equal, match } from "node:assert/strict";
import { type Answer, everyCapability, sdkTest, Session } from "../session.ts";
import { generous, governPublished } from "./published.ts";

const { command = "", args = [], allow = [] } = generous.everything;
const bare = { command, args, allow };

function codeOf(answer: Answer): unknown {
  return "error" in answer ? answer.error.code : "a result";
}

function listOf(answer: Answer, member: string, key: string): unknown[] {
  const { result } = answer as { readonly result: Record<string, Record<string, unknown>[]> };
  return (result[member] ?? []).map((one) => one[key]);
}

sdkTest(
  "Without grants only tools and log messages are announced, and nothing else is answered",
  async () => {
    await using governed = await governPublished({ everything: bare });
    await using session = await Session.start(governed.launch("everything"), {
      capabilities: everyCapability,
    });
    const announced = Object.keys(session.client.getServerCapabilities() ?? {}).toSorted();
    deepEqual(announced, ["logging", "tools"]);
    const uri = "demo://resource/dynamic/text/1";
    const reference = { type: "ref/prompt", name: "completable-prompt" };
    // The SDK's client refuses by itself what is not announced, so each is asked for by hand.
    const asked = [
      ["resources/list", {}],
      ["resources/templates/list", {}],
      ["resources/read", { uri }],
      ["resources/subscribe", { uri }],
      ["resources/unsubscribe", { uri }],
      ["prompts/list", {}],
      ["prompts/get", { name: "simple-prompt" }],
      ["completion/complete", { ref: reference, argument: { name: "department", value: "" } }],
      ["tasks/list", {}],
      ["tasks/get", { taskId: "any" }],
    ] as const;
    for (const [method, params] of asked) {
      equal(codeOf(await session.ask(method, params)), -32601, method);
    }
    // The server was not told that it may ask, so it has no tools that would.
    const tools = listOf(await session.ask("tools/list"), "tools", "name");
    equal(tools.includes("trigger-sampling-request"), false);
    equal(tools.includes("trigger-elicitation-request"), false);
    equal(tools.includes("echo"), true);
    deepEqual(session.asked.filter(({ method }) => method !== "roots/list"), []);
  },
);

sdkTest("Resources and prompts are granted by pattern and by name", async () => {
  const policy = {
    ...bare,
    resources: ["demo://resource/static/document/f*", "demo://resource/dynamic/text/1"],
    prompts: ["simple-prompt"],
  };
  await using governed = await governPublished({ everything: policy });
  await using session = await Session.start(governed.launch("everything"));
  const listed = listOf(await session.ask("resources/list"), "resources", "uri");
  deepEqual(listed, ["demo://resource/static/document/features.md"]);
  deepEqual(listOf(await session.ask("prompts/list"), "prompts", "name"), ["simple-prompt"]);
  const read = async (uri: string) => codeOf(await session.ask("resources/read", { uri }));
  equal(await read("demo://resource/static/document/features.md"), "a result");
  equal(await read("demo://resource/dynamic/text/1"), "a result");
  for (
    const uri of [
      "demo://resource/dynamic/text/2",
      "demo://resource/static/document/startup.md",
      "DEMO://resource/dynamic/text/1",
      "demo://resource/dynamic/text/1?",
    ]
  ) {
    const answer = await session.ask("resources/read", { uri });
    equal(codeOf(answer), -32001, uri);
    match(JSON.stringify(answer), /resources/, uri);
  }
  equal(codeOf(await session.ask("prompts/get", { name: "simple-prompt" })), "a result");
  const args = { city: "Köln" };
  const other = await session.ask("prompts/get", { name: "args-prompt", arguments: args });
  equal(codeOf(other), -32001);
  match(JSON.stringify(other), /prompts/);
  const kinds = governed.receipts().filter(({ kind }) => kind === "decision")
    .map(({ tool, decision }) => `${tool} ${decision}`);
  deepEqual(kinds.filter((kind) => kind.endsWith("deny")), [
    ...Array.from({ length: 4 }, () => "mcp__everything__resources/read deny"),
    "mcp__everything__prompts/get deny",
  ]);
});

sdkTest(
  "A tool that only runs as a task is refused by the rule on tasks, not hung on to",
  async () => {
    const policy = { ...bare, allow: [...allow, "simulate-research-query"] };
    await using governed = await governPublished({ everything: policy });
    await using session = await Session.start(governed.launch("everything"));
    const params = {
      name: "simulate-research-query",
      arguments: { topic: "x" },
      task: { ttl: 1000 },
    };
    const answer = await session.ask("tools/call", params);
    match(JSON.stringify(answer), /task/i);
    equal("error" in answer || JSON.stringify(answer).includes('"isError":true'), true);
  },
);
