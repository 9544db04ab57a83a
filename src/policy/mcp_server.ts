/** An MCP server as a policy describes it: how it is started, and the rules for its tools. */
import type { ToolRule } from "./policy.ts";
import type { Place } from "./policy_error.ts";
import { mcpToolName } from "./tools.ts";

/** The server whose tools stand under `mcp.enforce`. */
export const singleMcpServer = "tenuo-files";

/** How a server is reached. */
export type McpLaunch =
  | {
    readonly command: string;
    readonly args: readonly string[];
    /** Variables it is given. */
    readonly env: { readonly [name: string]: string };
    /** Names of variables that are handed on. */
    readonly passEnv: readonly string[];
    readonly cwd?: string;
  }
  | {
    readonly url: string;
    /** Header -> name of the variable that holds its value. */
    readonly headers: { readonly [header: string]: string };
  };

/** Entries of a list with their places, or all there are. */
export interface GrantList {
  /** Undefined: all of them. */
  readonly entries?: ReadonlyMap<string, Place>;
  readonly place: Place;
}

/** What a server may do beside its tools. */
export interface ServerGrants {
  /** URI patterns. */
  readonly resources?: GrantList;
  /** Names. */
  readonly prompts?: GrantList;
  readonly sampling: boolean;
  readonly elicitation: boolean;
  readonly redact: boolean;
  readonly resultBytes: number;
  readonly timeoutSeconds: number;
}

export interface McpServer {
  readonly name: string;
  /** Absent: the single server, which `mcp.downstream` starts. */
  readonly launch?: McpLaunch;
  readonly grants: ServerGrants;
  /** Rules by the server's own names of its tools. */
  readonly tools: ReadonlyMap<string, ToolRule>;
  /** Tools granted without constraints. */
  readonly allow: ReadonlyMap<string, Place>;
  readonly place: Place;
}

/** Where a server's rules name a tool, by its own name or the client's. */
export function toolOfServer({ name, tools, allow }: McpServer, tool: string): Place | undefined {
  const rules = [...tools].map(([own, { place }]) => [own, place] as const);
  return [...rules, ...allow].find(([own]) => own === tool || mcpToolName(name, own) === tool)
    ?.[1];
}
