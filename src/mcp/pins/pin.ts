/** What `mcp.lock` keeps of a server: everything that was looked at when a person trusted it. */

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

/** A file that the server consists of. */
export interface PinnedFile {
  /** Absolute, free of links. */
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}

/** A package that a script belongs to, as npx and node find it. */
export interface PinnedPackage {
  readonly name: string;
  /** Empty where packages have none, as modules of Python. */
  readonly version: string;
  /** The package's folder, absolute, free of links. */
  readonly folder: string;
  /** SHA-256 over the names and bytes of its files, hex. */
  readonly sha256: string;
  /** The folders of the packages that it depends on, at any remove: SHA-256 likewise, hex. */
  readonly dependencies: { readonly [folder: string]: string };
}

/**
 * How a pinned server is started: what the launcher resolved to, never the launcher again. Servers
 * that are reached over HTTP and those of this program have an empty command.
 */
export interface PinnedProgram {
  /** SHA-256 of the launch in the policy, hex: another launch is another server. */
  readonly launch: string;
  /** Absolute. */
  readonly command: string;
  /** What `command` led to, for a link that is started by its own name. */
  readonly leadsTo?: string;
  readonly args: readonly string[];
  readonly files: readonly PinnedFile[];
  readonly package?: PinnedPackage;
  /** What of it may change unnoticed, each in one sentence for people. */
  readonly unpinned?: readonly string[];
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
