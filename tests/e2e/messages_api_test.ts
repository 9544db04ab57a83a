import assert from "node:assert/strict";
import { fields, items } from "./json.ts";
import { MessagesApi, type Turn } from "./messages_api.ts";

const TURNS: readonly Turn[] = [
  {
    calls: [{ name: "Read", input: { file_path: "a" } }, { name: "Bash", input: { command: "b" } }],
  },
  { calls: [{ name: "Read", input: { file_path: "c" } }] },
];
const OPENING = { role: "user", content: "Play the script, please" };

async function ask(api: MessagesApi, messages: readonly unknown[], stream = false) {
  const tools = [{ name: "Read" }, { name: "Bash" }];
  const body = JSON.stringify({ model: "scripted", stream, tools, messages });
  const response = await fetch(`${api.url}/v1/messages?beta=true`, { method: "POST", body });
  assert.equal(response.status, 200);
  return response;
}

async function blocksOf(response: Response): Promise<Record<string, unknown>[]> {
  return items(fields(await response.json()).content).map(fields);
}

function answered(blocks: readonly Record<string, unknown>[], isError: boolean): unknown {
  const content = blocks.map(({ id }) => ({
    type: "tool_result",
    tool_use_id: id,
    is_error: isError,
    content: [{ type: "text", text: `result of ${id}` }],
  }));
  return { role: "user", content };
}

Deno.test("plays the turns in order and gathers what came back", async () => {
  await using api = new MessagesApi([{ when: "Play the script", turns: TURNS }]);
  const first = await blocksOf(await ask(api, [OPENING]));
  assert.deepEqual(first.map(({ name }) => name), ["Read", "Bash"]);
  const talk = [OPENING, { role: "assistant", content: first }, answered(first, false)];
  const second = await blocksOf(await ask(api, talk));
  assert.deepEqual(second.map(({ input }) => input), [{ file_path: "c" }]);
  const end = [...talk, { role: "assistant", content: second }, answered(second, true)];
  assert.deepEqual(await blocksOf(await ask(api, end)), [{ type: "text", text: "done" }]);
  assert.deepEqual(api.outcomes.map(({ result }) => result?.isError), [false, false, true]);
  assert.equal(api.outcomes[0]?.result?.content, `result of ${first[0]?.id}`);
  assert.deepEqual(api.announced.get(0), ["Read", "Bash"]);
});

Deno.test("gives a request sent again the same answer and does its step once", async () => {
  let steps = 0;
  const before = () => Promise.resolve(void (steps += 1));
  await using api = new MessagesApi([{
    when: "Play",
    turns: [{ calls: TURNS[0]!.calls, before }],
  }]);
  const once = await blocksOf(await ask(api, [OPENING]));
  assert.deepEqual(await blocksOf(await ask(api, [OPENING])), once);
  assert.equal(steps, 1);
  assert.equal(api.outcomes.length, 2);
});

Deno.test("ends the talk and keeps the error when a step fails", async () => {
  const before = () => Promise.reject(new Error("no such file"));
  await using api = new MessagesApi([{ when: "Play", turns: [{ calls: [], before }] }]);
  const [block] = await blocksOf(await ask(api, [OPENING]));
  assert.equal(block?.type, "text");
  assert.match(String(api.troubles[0]), /no such file/);
});

Deno.test("streams the events of a message in the order clients want", async () => {
  await using api = new MessagesApi([{ when: "Play", turns: TURNS }]);
  const body = await (await ask(api, [OPENING], true)).text();
  const block = ["content_block_start", "content_block_delta", "content_block_stop"];
  assert.deepEqual([...body.matchAll(/^event: (.*)$/gm)].map(([, type]) => type), [
    "message_start",
    ...block,
    ...block,
    "message_delta",
    "message_stop",
  ]);
  assert.match(body, /"stop_reason":"tool_use"/);
});

Deno.test("answers side requests and token counts, and knows nothing else", async () => {
  await using api = new MessagesApi([{ when: "Play", turns: TURNS }]);
  assert.deepEqual(await blocksOf(await ask(api, [{ role: "user", content: "A title?" }])), [
    { type: "text", text: "ok" },
  ]);
  const count = await fetch(`${api.url}/v1/messages/count_tokens`, { method: "POST", body: "{}" });
  assert.deepEqual(await count.json(), { input_tokens: 1 });
  const other = await fetch(`${api.url}/v1/models`);
  assert.equal(other.status, 404);
  await other.body?.cancel();
});
