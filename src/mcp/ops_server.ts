/**
 * A small MCP server that is part of this program, for the stock policy and the tour. It serves
 * files and does not police: what it may be asked is the proxy's to say.
 */
import { LineSplitter } from "./framing/line_splitter.ts";
import {
  errorCodes,
  failure,
  isRequest,
  type Members,
  type Message,
  type Request,
  type Response,
  result,
} from "./framing/message.ts";
import { frameLimits, readFrame } from "./framing/read_frame.ts";
import { writeFrame } from "./framing/write_frame.ts";
import { runTool, toolDefinitions } from "./ops_tools.ts";
import { answeredVersion } from "./connection/protocol_version.ts";

export interface OpsServerOptions {
  /** Where relative paths start, absolute. */
  readonly folder: string;
  readonly input: ReadableStream<Uint8Array>;
  readonly output: WritableStream<Uint8Array>;
}

const identity = { name: "ops-server", title: "Ops server (demo)", version: "1.0.0" };

function initialized({ protocolVersion }: Members): Members {
  return {
    protocolVersion: answeredVersion(protocolVersion),
    capabilities: { tools: {} },
    serverInfo: identity,
  };
}

function answer({ id, method, params = {} }: Request, folder: string): Response {
  switch (method) {
    case "initialize":
      return result(id, initialized(params));
    case "ping":
      return result(id, {});
    case "tools/list":
      return result(id, { tools: toolDefinitions });
    case "tools/call": {
      const outcome = runTool(params.name, params.arguments, folder);
      if (outcome !== undefined) return result(id, outcome);
      return failure(id, errorCodes.invalidParams, `Unknown tool: ${String(params.name)}`);
    }
    default:
      return failure(id, errorCodes.methodNotFound, `Unknown method: ${method}`);
  }
}

/** Serves one client until its stream ends. */
export async function serveOps({ folder, input, output }: OpsServerOptions): Promise<void> {
  const writer = output.getWriter();
  const answers: Message[] = [];
  const lines = new LineSplitter(frameLimits.bytes, {
    line: (bytes) => {
      const message = readFrame(bytes);
      if ("why" in message) answers.push(failure(message.id ?? null, message.code, message.why));
      else if (isRequest(message)) answers.push(answer(message, folder));
    },
    problem: ({ id, code, why }) => answers.push(failure(id ?? null, code, why)),
  });
  const send = async () => {
    for (const message of answers.splice(0)) await writer.write(writeFrame(message));
  };
  for await (const piece of input) {
    lines.push(piece);
    await send();
  }
  lines.end();
  await send();
  await writer.close();
}
