/** What `mcp.lock` keeps of a server: everything that was looked at when a person trusted it. */

/** A file that the server consists of. */
export interface PinnedFile {
  /** Absolute, free of links. */
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}

/** A package that a launcher such as npx resolves. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** The package's folder, absolute. */
  readonly folder: string;
  /** SHA-256 over the names and bytes of its files and of the lock of what it depends on, hex. */
  readonly sha256: string;
}

/** How a pinned server is started: what the launcher resolved to, never the launcher again. */
export interface PinnedProgram {
  /** SHA-256 of the launch in the policy, hex: another launch is another server. */
  readonly launch: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly files: readonly PinnedFile[];
  readonly package?: PinnedPackage;
}

export interface PinnedTool {
  /** SHA-256 over the canonical JSON of `definition`, hex. */
  readonly fingerprint: string;
  /** Name, title, description, schemas and annotations, as the server listed them. */
  readonly definition: { readonly [member: string]: unknown };
}

export interface PinnedServer {
  /** What the server called itself; absent members were absent. */
  readonly identity: { readonly name: string; readonly version: string };
  readonly program: PinnedProgram;
  /** Unix seconds of the last approval. */
  readonly approvedAt: number;
  /** By the server's own names. */
  readonly tools: { readonly [tool: string]: PinnedTool };
  /** SHA-256 of the server's instructions to the model, hex; absent when it has none. */
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
