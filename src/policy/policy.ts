/** A loaded policy: what tenuo.yaml and its overlays say, each rule with its place. */
import type { PolicyWarning } from "./overlay.ts";
import type { Place } from "./policy_error.ts";
import type { PolicyFile } from "./snapshot.ts";
import type { WebRule } from "./web_rule.ts";

/** Observe records what would be denied and stops nothing. */
export type Mode = "enforce" | "observe";

/** A constraint as written. Its text was parsed once, so that compiling it cannot surprise. */
export interface Rule {
  readonly text: string;
  readonly place: Place;
}

/** The WebFetch rule and the places its two arguments are explained by. */
export interface PlacedWebRule extends WebRule {
  readonly place: Place;
  readonly hostPlace: Place;
}

/** A tool of the MCP server: constraints by argument. */
export interface McpTool {
  readonly place: Place;
  readonly args: ReadonlyMap<string, Rule>;
}

/** A call and the verdict it must have. */
export interface Example {
  readonly expect: "allow" | "deny";
  readonly tool: string;
  /** As written; `{sandbox}` and `{project}` in its texts are filled in when it is tried. */
  readonly input: { readonly [field: string]: unknown };
  /** Where the call is made; the project root when absent. */
  readonly cwd?: string;
  /** The subagent type that makes the call. */
  readonly role?: string;
  readonly place: Place;
}

export interface Policy {
  readonly name: string;
  readonly mode: Mode;
  readonly ttlSeconds: number;
  /** As written; `resolveSandbox` says what it leads to. */
  readonly sandbox: Rule;
  /** Constraints on native tools other than WebFetch, by tool. */
  readonly enforce: ReadonlyMap<string, Rule>;
  readonly web?: PlacedWebRule;
  /** Tools granted without constraints, with the place that grants them. */
  readonly allow: ReadonlyMap<string, Place>;
  /** Whether the harness tools are granted. */
  readonly bundled: boolean;
  readonly mcp: {
    readonly downstream?: string;
    readonly tools: ReadonlyMap<string, McpTool>;
  };
  /** Where `default: deny` stands; line 0 when it is implied. */
  readonly defaultPlace: Place;
  readonly receipts: { readonly strict: boolean; readonly sync: boolean };
  /** What a grant answers; `defer` leaves the client's own rules in force. */
  readonly onGrant: "allow" | "defer";
  readonly pinPaths: boolean;
  readonly strictInput: boolean;
  readonly allowUnsandboxed: boolean;
  /** Calls with the verdict they must have, checked before a policy comes into force. */
  readonly examples: readonly Example[];
  /** The files it was read from, in the order they were merged. */
  readonly files: readonly PolicyFile[];
  readonly warnings: readonly PolicyWarning[];
}
