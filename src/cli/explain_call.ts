/** The call that `explain` is asked about, from the command line or from an event of the client. */
import { resolve } from "node:path";
import { asDenial } from "../authorizer/denial.ts";
import type { ToolCall } from "../authorizer/tool_call.ts";
import { maxEventBytes, parseEvent, toolCallOf } from "../hook/event.ts";
import { quoteText } from "../policy/policy_error.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { nativeTools } from "../policy/tools.ts";
import { parseJson, type Reading } from "../protocol/json_reader.ts";
import { CannotTell, type Invocation, UsageError } from "./command.ts";
import { readInput } from "./warrant_file.ts";

/** Where a bare text goes that the tables of constraints do not say. */
const mainFields: { readonly [tool: string]: string } = {
  Agent: "subagent_type",
  Task: "subagent_type",
  Skill: "skill",
};

/** The input field that a bare text stands for; undefined when no one field is the tool's main one. */
export function mainField(tool: string, routes: Snapshot["routes"]): string | undefined {
  const named = Object.hasOwn(mainFields, tool) ? mainFields[tool] : undefined;
  const native = nativeTools.get(tool)?.args[0]?.field;
  if (named !== undefined || native !== undefined) return named ?? native;
  const fields = Object.hasOwn(routes, tool) ? routes[tool]?.args.map(({ field }) => field) : [];
  return fields?.length === 1 ? fields[0] : undefined;
}

/** The tool of an MCP server that goes by this name without its server's, or without mcp__. */
function likelyTool(tool: string, routes: Snapshot["routes"]): string | undefined {
  if (nativeTools.has(tool) || Object.hasOwn(routes, tool)) return undefined;
  return Object.keys(routes).find((route) =>
    route.startsWith("mcp__") && route.endsWith(`__${tool}`)
  );
}

/** The tool's input from what was typed: a JSON object, or the text of the main argument. */
export function inputOf(
  tool: string,
  text: string,
  routes: Snapshot["routes"],
): ToolCall["input"] {
  const field = mainField(tool, routes);
  if (!text.trimStart().startsWith("{")) {
    if (field !== undefined) return { [field]: text };
    const meant = likelyTool(tool, routes);
    if (meant !== undefined) throw new CannotTell(`${quoteText(tool)} is no tool; is it ${meant}?`);
    throw new CannotTell(`${tool} has no one main argument; give its input as a JSON object`);
  }
  let reading: Reading;
  try {
    reading = parseJson(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : "malformed";
    const hint = field === undefined ? "" : `; a text that starts with { goes in {"${field}": ...}`;
    throw new CannotTell(`The input is not JSON (${why})${hint}`);
  }
  const { value, repeated } = reading;
  if (repeated === undefined) return value as ToolCall["input"];
  throw new CannotTell(`The member ${quoteText(repeated)} of the input stands twice`);
}

function bytesFrom(path: string): Uint8Array {
  const { bytes } = readInput(path, maxEventBytes);
  if (bytes.length > maxEventBytes) throw new CannotTell(`${path} is larger than 16 MB`);
  return bytes;
}

async function eventCall(path: string): Promise<ToolCall> {
  try {
    return toolCallOf(await parseEvent(bytesFrom(path)));
  } catch (error) {
    const denial = asDenial(error);
    if (denial === undefined) throw error;
    throw new CannotTell(denial.message);
  }
}

/** @throws {CannotTell} for input that is no call, {UsageError} for options that exclude each other */
export async function askedCall(
  { operands, options }: Invocation,
  project: string,
  routes: Snapshot["routes"],
): Promise<ToolCall> {
  const [tool, input] = operands;
  if (typeof options.event === "string") {
    if (tool !== undefined || options.cwd !== undefined || options.role !== undefined) {
      throw new UsageError("--event names the whole call; leave out TOOL, --cwd and --role");
    }
    return await eventCall(options.event);
  }
  if (tool === undefined) throw new UsageError("explain takes TOOL and its input, or --event FILE");
  if (input === undefined) {
    throw new UsageError(`explain ${tool} takes its input as JSON or text, or - to read it`);
  }
  let text = input;
  if (input === "-") {
    try {
      // The line feed that ends a line of a pipe is not part of the argument.
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytesFrom("-")).replace(/\n$/, "");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new CannotTell("Standard input is not text in UTF-8");
    }
  }
  return {
    door: "hook",
    tool,
    input: inputOf(tool, text, routes),
    cwd: typeof options.cwd === "string" ? resolve(options.cwd) : project,
    ...(typeof options.role === "string" ? { agentType: options.role } : {}),
  };
}
