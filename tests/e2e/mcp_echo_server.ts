/**
 * A tiny MCP server on stdin and stdout. Everything it is asked is appended to the file named by
 * its first argument, so that a test can tell what never reached it.
 */
import { createInterface } from "node:readline";
import process from "node:process";
import { fields, parseObject, text } from "./json.ts";

const [logFile] = Deno.args;
const inputSchema = {
  type: "object",
  properties: { text: { type: "string" } },
  required: ["text"],
};
const tools = [
  { name: "echo", description: "Says the text back", inputSchema },
  { name: "fail", description: "Fails with the text", inputSchema },
  { name: "shout", description: "Says the text back in capitals", inputSchema },
];

/** The answer to a request; undefined when the method is not known. */
function answer(method: string, params: Record<string, unknown>): unknown {
  if (method === "initialize") {
    return {
      protocolVersion: text(params.protocolVersion),
      capabilities: { tools: {} },
      serverInfo: { name: "echo", version: "1.0.0" },
    };
  }
  if (method === "tools/list") return { tools };
  if (method === "ping") return {};
  if (method !== "tools/call") return undefined;
  const said = text(fields(params.arguments).text);
  const answered = params.name === "shout" ? said.toUpperCase() : said;
  return { content: [{ type: "text", text: answered }], isError: params.name === "fail" };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = parseObject(line) ?? {};
  const entry = { method, name: fields(params).name };
  if (logFile !== undefined) {
    await Deno.writeTextFile(logFile, `${JSON.stringify(entry)}\n`, { append: true });
  }
  if (id === undefined) continue;
  const result = answer(text(method), fields(params));
  const outcome = result === undefined
    ? { error: { code: -32601, message: "Method not found" } }
    : { result };
  console.log(JSON.stringify({ jsonrpc: "2.0", id, ...outcome }));
}
