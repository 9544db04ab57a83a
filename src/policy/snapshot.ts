/**
 * The compiled policy: what `refresh` makes of tenuo.yaml and what the hook reads instead of it.
 *
 * On disk it is one JSON document signed by the issuer key (see `signed_snapshot.ts`). It can only
 * narrow: a call also needs the warrant's yes. Every path in it is absolute and free of links.
 */

import type { CommandRule } from "../shell/command_rule.ts";

/** A constraint in the shape it has on the wire: type id and value (wire-format-v1 section 6). */
export type WireConstraint = readonly [type: number, value: unknown];

/** How a tool input field becomes a checked argument. */
export type ArgumentKind =
  /** A file path: resolved as the tool will open it, before it is checked and signed. */
  | "path"
  /** A shell command line. */
  | "command"
  /** The URI of a resource: one that means the same to all who read it. */
  | "uri"
  /** A URL, checked by the strict parser as well. */
  | "url"
  /** The host name of the URL in `field`. */
  | "host"
  /** Anything else, checked as it was sent. */
  | "value";

/** One checked argument of a capability. */
export interface ArgumentRule {
  /** The argument's name in the warrant and in the proof of possession. */
  readonly name: string;
  /** The key of `tool_input` it is read from. */
  readonly field: string;
  readonly kind: ArgumentKind;
  readonly constraint: WireConstraint;
  /** The rule as written, for example `subpath:{sandbox}`. */
  readonly rule: string;
  /** Line in the policy file, 1-based; 0 when the rule is built in. */
  readonly line: number;
  /** Path arguments of search tools: an absent field means the working directory. */
  readonly absentIsCwd?: boolean;
  /** Declared `any`: it may be left out, and is signed as null then. */
  readonly optional?: boolean;
  /** Kind `command`: how the line is read and judged beyond its constraint. */
  readonly command?: CommandRule;
}

/** A gate that a person has to open. What is exempt passes without. */
export interface ApprovalRule {
  /** How many people must approve. */
  readonly threshold: number;
  /** All of these must hold for a call to be exempt; absent: no call is. */
  readonly exempt?: readonly ArgumentRule[];
  readonly rule: string;
  readonly line: number;
}

/** What a subagent of one type may call. */
export interface RoleRule {
  /** Tools by the name the client sends. */
  readonly tools: readonly string[];
  /** How long its warrant lives; as long as the session's when it is absent. */
  readonly ttlSeconds?: number;
  readonly rule: string;
  readonly line: number;
}

/** What the tool does to the paths it is given. */
export type Access = "read" | "write" | "search" | "run" | "none";

/** One tool the client may call. */
export interface Route {
  readonly capability: string;
  readonly access: Access;
  /** Empty: the capability is granted without constraints and the proof covers no arguments. */
  readonly args: readonly ArgumentRule[];
  /** Glob-like input fields of search tools that must stay below the path argument. */
  readonly globs?: readonly string[];
  /** Tools of MCP servers: arguments that no rule names are refused. */
  readonly closed?: boolean;
  /** Tools of MCP servers: where relative paths start, wherever the session is. */
  readonly cwd?: string;
  /** Fetches: the host's name is resolved at decision time and inside answers are refused. */
  readonly resolve?: boolean;
  readonly approval?: ApprovalRule;
  /** How the grant is written, for example `enforce.Read` or `harness tool`. */
  readonly rule: string;
  readonly line: number;
}

/** Where a tool that is refused by name stands. */
export interface DeniedTool {
  readonly rule: string;
  readonly line: number;
}

/** Paths that no tool reaches, whatever the policy grants (DESIGN: governance files). */
export interface Governance {
  /** Neither read nor written: directories or files. */
  readonly sealed: readonly string[];
  /** Never written: a path, or every path starting with it when it ends in `*`. */
  readonly readonly: readonly string[];
}

/** How an MCP server is started or reached. Paths are absolute, placeholders are filled in. */
export type ServerLaunch =
  | {
    readonly kind: "command";
    readonly command: string;
    readonly args: readonly string[];
    /** Variables it is given. */
    readonly env: { readonly [name: string]: string };
    /** Names of variables that are handed on from the environment of the proxy. */
    readonly passEnv: readonly string[];
    readonly cwd: string;
  }
  /** A server that is part of this program. */
  | { readonly kind: "bundled"; readonly name: "ops-server"; readonly folder: string }
  | {
    readonly kind: "http";
    readonly url: string;
    /** Header -> name of the variable that holds its value. */
    readonly headers: { readonly [header: string]: string };
  };

/** What the proxy lets pass between the client and one MCP server, beside its routes. */
export interface ServerRule {
  readonly launch: ServerLaunch;
  /** How long a request may take. */
  readonly timeoutSeconds: number;
  /** A result of more bytes is refused. */
  readonly resultBytes: number;
  /** The server may ask the client for a completion of its model. */
  readonly sampling: boolean;
  /** The server may ask the person at the client. */
  readonly elicitation: boolean;
  /** Secrets in results are masked, by the rules for receipts. */
  readonly redact: boolean;
  readonly rule: string;
  readonly line: number;
}

export interface PolicyFile {
  /** Path relative to the project root. */
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}

/** How receipts are written. */
export interface ReceiptRules {
  /** True: an allow whose receipt cannot be written becomes a deny. */
  readonly strict: boolean;
  /** True: each receipt is forced to disk. */
  readonly sync: boolean;
  /** When the file becomes a numbered segment. */
  readonly rotation: { readonly bytes: number; readonly daily: boolean };
  /** What is masked beside the built-in rules. Absent: nothing. */
  readonly mask?: {
    /** Names of arguments and members whose values are masked whole, lower case. */
    readonly names: readonly string[];
    /** RE2 expressions; what matches is masked, or its first group when it has one. */
    readonly patterns: readonly string[];
  };
  /** The receipt key's public half, hex: the root's word for whose signature counts. Set by the mint. */
  readonly key?: string;
}

export interface Snapshot {
  readonly format: "tenuo-claude-snapshot/4";
  readonly name: string;
  /** The project root. */
  readonly project: string;
  /** Random id of this project's authority, hex, made by `init`. */
  readonly authority: string;
  /** Grows by one with each mint. */
  readonly serial: number;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** How long a warrant for this policy lives. */
  readonly ttlSeconds: number;
  readonly mode: "enforce" | "observe";
  /** The policy files it was made of. Files of these names that appear later count as an edit. */
  readonly files: readonly PolicyFile[];
  readonly overlays: readonly string[];
  /** The home directory that `~` stands for. */
  readonly home: string;
  /** The pinned sandbox; a later change of what its path leads to denies. */
  readonly sandbox: string;
  readonly governance: Governance;
  /** Tool name as the client sends it -> route. */
  readonly routes: { readonly [tool: string]: Route };
  /** MCP servers by the name they have in the policy. Absent: none. */
  readonly servers?: { readonly [name: string]: ServerRule };
  /** SHA-256 of `mcp.lock`, hex. Absent: no server's tools are pinned. Set by the mint. */
  readonly pins?: string;
  /** The tools that `deny` lists, none of which has a route. Absent: none. */
  readonly denied?: { readonly [tool: string]: DeniedTool };
  /** What a grant answers: `defer` prints nothing, so that the client's own rules still apply. */
  readonly onGrant: "allow" | "defer";
  /** True: a grant rewrites paths of the input to what they resolved to. */
  readonly pinPaths: boolean;
  /** True: input keys that the tool is not known to have are refused, not only recorded. */
  readonly strictInput: boolean;
  /** True: commands may be run outside the client's own sandbox (`dangerouslyDisableSandbox`). */
  readonly allowUnsandboxed: boolean;
  /** Absent: every subagent has what the session has. Present: only these, each with its own tools. */
  readonly roles?: { readonly [agentType: string]: RoleRule };
  /** Where `default: deny` stands; 0 when it is implied. */
  readonly defaultLine: number;
  readonly receipts: ReceiptRules;
}
