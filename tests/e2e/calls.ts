import type { JsonObject } from "./json.ts";
import type { ToolCall, Turn } from "./messages_api.ts";

/** One turn of the model with these calls in it. */
export function turn(...calls: readonly ToolCall[]): Turn {
  return { calls };
}

export function read(path: string): ToolCall {
  return { name: "Read", input: { file_path: path } };
}

export function write(path: string, content: string): ToolCall {
  return { name: "Write", input: { file_path: path, content } };
}

export function bash(command: string): ToolCall {
  return { name: "Bash", input: { command, description: "Part of an end-to-end test" } };
}

/** A search that answers with the matching lines. */
export function grep(pattern: string, where: JsonObject = {}): ToolCall {
  return { name: "Grep", input: { pattern, output_mode: "content", ...where } };
}

/** A search for file names. */
export function glob(pattern: string, where: JsonObject = {}): ToolCall {
  return { name: "Glob", input: { pattern, ...where } };
}

export function webFetch(url: string): ToolCall {
  return { name: "WebFetch", input: { url, prompt: "What does it say?" } };
}

/** A subagent that is waited for. */
export function agent(prompt: string): ToolCall {
  const subagent = { subagent_type: "general-purpose", run_in_background: false };
  return { name: "Agent", input: { description: "Part of a test", prompt, ...subagent } };
}

/** Announces WebFetch, MCP tools and their like at once instead of behind ToolSearch. */
export const ANNOUNCE_ALL = { ENABLE_TOOL_SEARCH: "false" };
/** Brings back the search tools that the client leaves out by default. */
export const WITH_SEARCH_TOOLS = ["--tools", "Bash,Glob,Grep,Read,Write"];
