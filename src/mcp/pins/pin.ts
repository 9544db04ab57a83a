/** What `mcp.lock` keeps of a server: everything that was looked at when a person trusted it. */
import type { PinnedProgram } from "../programs/program_pin.ts";

/** Beside tenuo.yaml. */
export const lockFileName = "mcp.lock";

/** A tool as its server lists it. */
export type Definition = { readonly [member: string]: unknown };

/** What a server says of itself and of its tools. */
export interface Listed {
  readonly identity: { readonly name: string; readonly version: string };
  /** What the server tells the model about itself. */
  readonly instructions?: string;
  /** By the server's own names. */
  readonly tools: ReadonlyMap<string, Definition>;
}

export interface PinnedTool {
  /** SHA-256 over the canonical JSON of `definition`, hex. */
  readonly fingerprint: string;
  /** Every member that the server listed, but for its icons. */
  readonly definition: Definition;
}

export interface PinnedServer {
  /** What the server called itself; absent members were absent. */
  readonly identity: { readonly name: string; readonly version: string };
  readonly program: PinnedProgram;
  /** Unix seconds of the last approval. */
  readonly approvedAt: number;
  /** By the server's own names. */
  readonly tools: { readonly [tool: string]: PinnedTool };
  /** The server's instructions to the model as they are; absent when it has none. */
  readonly instructions?: string;
}

/** The content of `mcp.lock`. */
export interface Lock {
  readonly format: "tenuo-claude-mcp-lock/1";
  /** The project it belongs to, absolute. */
  readonly project: string;
  /** By the server's name in the policy. */
  readonly servers: { readonly [server: string]: PinnedServer };
}
