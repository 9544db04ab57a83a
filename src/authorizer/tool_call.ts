/** A tool call as a door delivers it: what is asked, by whom, from where. */
export interface ToolCall {
  readonly door: "hook" | "mcp" | "http";
  /** The tool as the client names it; for the HTTP door the capability. */
  readonly tool: string;
  /** The tool's input as it was sent. */
  readonly input: { readonly [field: string]: unknown };
  /** The working directory that relative paths start from. */
  readonly cwd: string;
  readonly session?: string;
  /** The client's tool_use_id. */
  readonly call?: string;
  /** The subagent's id and type, when the call comes from one. */
  readonly agentId?: string;
  readonly agentType?: string;
}
