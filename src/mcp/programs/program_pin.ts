/** What is kept of the program that a server was when a person trusted it. */

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
