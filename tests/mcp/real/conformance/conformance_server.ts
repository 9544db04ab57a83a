/** The server that the conformance suite expects, on stdin and stdout. */
// @ts-types="@modelcontextprotocol/sdk/server"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { contents, promptMessages, prompts, resources, resourceTemplates } from "./content.ts";
import { elicitations, fixedContent, tools } from "./tools.ts";

const server = new Server({ name: "conformance", version: "1.0.0" }, {
  capabilities: {
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    prompts: { listChanged: true },
    completions: {},
    logging: {},
  },
});

const pause = () => new Promise((next) => setTimeout(next, 50));

function text(said: string) {
  return { content: [{ type: "text" as const, text: said }] };
}

server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...tools] }));

server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
  const { name, arguments: args = {}, _meta: meta } = params;
  const content = fixedContent[name];
  if (content !== undefined) return { content: [...content] };
  if (name === "test_error_handling") {
    return { ...text("This tool intentionally returns an error for testing"), isError: true };
  }
  if (name === "test_tool_with_logging") {
    const stages = ["Tool execution started", "Tool processing data", "Tool execution completed"];
    for (const data of stages) {
      await extra.sendNotification({
        method: "notifications/message",
        params: { level: "info", data },
      });
      await pause();
    }
    return text("Logged");
  }
  if (name === "test_tool_with_progress") {
    for (const progress of [0, 50, 100]) {
      if (meta?.progressToken !== undefined) {
        const { progressToken } = meta;
        await extra.sendNotification({
          method: "notifications/progress",
          params: { progressToken, progress, total: 100 },
        });
      }
      await pause();
    }
    return text("Progressed");
  }
  if (name === "test_sampling") {
    const content = { type: "text" as const, text: String(args.prompt) };
    const messages = [{ role: "user" as const, content }];
    const answer = await extra.sendRequest(
      { method: "sampling/createMessage", params: { messages, maxTokens: 100 } },
      CreateMessageResultSchema,
    );
    return text(`LLM response: ${JSON.stringify(answer.content)}`);
  }
  const requestedSchema = elicitations[name];
  if (requestedSchema === undefined) throw new Error(`No tool ${name}`);
  const message = String(args.message ?? "Please answer");
  const answer = await extra.sendRequest(
    { method: "elicitation/create", params: { message, requestedSchema } },
    ElicitResultSchema,
  );
  return text(`action=${answer.action}, content=${JSON.stringify(answer.content)}`);
});

server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...resources] }));
server.setRequestHandler(
  ListResourceTemplatesRequestSchema,
  () => ({ resourceTemplates: [...resourceTemplates] }),
);
server.setRequestHandler(
  ReadResourceRequestSchema,
  ({ params }) => ({ contents: contents(params.uri) }),
);
server.setRequestHandler(SubscribeRequestSchema, () => ({}));
server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [...prompts] }));
server.setRequestHandler(
  GetPromptRequestSchema,
  ({ params }) => ({ messages: promptMessages(params.name, params.arguments ?? {}) }),
);
server.setRequestHandler(
  CompleteRequestSchema,
  () => ({ completion: { values: ["test_value"], total: 1, hasMore: false } }),
);
server.setRequestHandler(SetLevelRequestSchema, () => ({}));

await server.connect(new StdioServerTransport());
