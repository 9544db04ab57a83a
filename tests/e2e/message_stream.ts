import type { Json, JsonObject } from "./json.ts";

/** One piece of an assistant message. */
export type Block =
  | { readonly type: "text"; readonly text: string }
  | {
    readonly type: "tool_use";
    readonly id: string;
    readonly name: string;
    readonly input: JsonObject;
  };

const USAGE = { input_tokens: 1, output_tokens: 1 };

function envelope(model: string): JsonObject {
  return {
    id: `msg_${crypto.randomUUID()}`,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: USAGE,
  };
}

function stopReason(blocks: readonly Block[]): string {
  return blocks.some((block) => block.type === "tool_use") ? "tool_use" : "end_turn";
}

function event(type: string, data: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

function blockEvents(block: Block, index: number): string {
  const [start, delta]: [JsonObject, JsonObject] = block.type === "text"
    ? [{ type: "text", text: "" }, { type: "text_delta", text: block.text }]
    : [
      { ...block, input: {} },
      { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
    ];
  return event("content_block_start", { index, content_block: start }) +
    event("content_block_delta", { index, delta }) +
    event("content_block_stop", { index });
}

/** The message as the server-sent events of the Messages API. */
export function streamed(model: string, blocks: readonly Block[]): Response {
  const body = event("message_start", { message: envelope(model) }) +
    blocks.map(blockEvents).join("") +
    event("message_delta", {
      delta: { stop_reason: stopReason(blocks), stop_sequence: null },
      usage: USAGE,
    }) +
    event("message_stop", {});
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** The message as one JSON document, for requests that do not stream. */
export function whole(model: string, blocks: readonly Block[]): Response {
  const content: readonly Json[] = blocks.map((block) => ({ ...block }));
  return Response.json({ ...envelope(model), content, stop_reason: stopReason(blocks) });
}
