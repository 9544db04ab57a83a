/** A loaded policy: what tenuo.yaml and its overlays say, each rule with its place. */
import type { Composition } from "../shell/command_rule.ts";
import type { ConstraintMap } from "./constraint_form.ts";
import type { McpServer } from "./mcp_server.ts";
import type { PolicyWarning } from "./overlay.ts";
import type { Place } from "./policy_error.ts";
import type { PolicyFile, ReceiptRules } from "./snapshot.ts";
import type { WebRule } from "./web_rule.ts";

/** Observe records what would be denied and stops nothing. */
export type Mode = "enforce" | "observe";

/** A constraint as written. It was parsed once, so that compiling it cannot surprise. */
export interface Rule {
  readonly text: string;
  /** Present when it is written as a map; `text` shows it then. */
  readonly form?: ConstraintMap;
  readonly place: Place;
}

/** What one program may be given, as written. */
export interface VerbForm {
  readonly paths?: readonly Rule[];
  readonly subcommands?: readonly (readonly string[])[];
  readonly denyFlags?: readonly string[];
  readonly text: string;
  readonly place: Place;
}

/** Commands by their programs: `verbs` and `compose`. */
export interface CommandForm {
  readonly verbs: ReadonlyMap<string, VerbForm>;
  readonly compose: readonly Composition[];
  readonly place: Place;
}

/** A gate that a person has to open, as written. */
export interface Approval {
  readonly threshold: number;
  /** By argument, in the warrant's names. */
  readonly exempt?: ReadonlyMap<string, Rule>;
  readonly place: Place;
}

/** What a policy says of one tool: constraints by argument. */
export interface ToolRule {
  readonly place: Place;
  readonly args: ReadonlyMap<string, Rule>;
  readonly command?: CommandForm;
  readonly approval?: Approval;
}

/** The WebFetch rule and the places its two arguments are explained by. */
export interface PlacedWebRule extends WebRule {
  readonly place: Place;
  readonly hostPlace: Place;
  /** The host's name is resolved at decision time. */
  readonly resolve?: boolean;
  readonly approval?: Approval;
}

/** What a subagent of one type may call. */
export interface Role {
  /** Names as written, each with its place. */
  readonly tools: ReadonlyMap<string, Place>;
  readonly ttlSeconds?: number;
  readonly place: Place;
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

/** Settings of a control plane; without effect in local mode. */
export interface CloudSettings {
  readonly url?: string;
  readonly trigger?: string;
  readonly agentName?: string;
  readonly approverIdentity?: string;
  readonly approverIdentityId?: string;
  readonly managed?: boolean;
}

/** Settings of an authorizer that is a program of its own; without effect in local mode. */
export interface AuthorizerSettings {
  readonly image?: string;
  readonly transport?: "unix" | "tcp";
  readonly socket?: string;
  readonly socketGroup?: string;
  readonly binary?: string;
}

export interface Policy {
  readonly name: string;
  readonly mode: Mode;
  readonly ttlSeconds: number;
  /** As written; `resolveSandbox` says what it leads to. */
  readonly sandbox: Rule;
  /** Rules for native tools other than WebFetch, by tool. */
  readonly enforce: ReadonlyMap<string, ToolRule>;
  readonly web?: PlacedWebRule;
  /** Tools granted without constraints, with the place that grants them. */
  readonly allow: ReadonlyMap<string, Place>;
  /** Tools that have no route whatever grants them. */
  readonly deny: ReadonlyMap<string, Place>;
  /** Whether the harness tools are granted. */
  readonly bundled: boolean;
  readonly mcp: {
    /** The script of the single server. */
    readonly downstream?: string;
    /** Servers by name; the single one has the name `tenuo-files`. */
    readonly servers: ReadonlyMap<string, McpServer>;
  };
  /** Absent: subagents have what the session has. */
  readonly roles?: ReadonlyMap<string, Role>;
  readonly cloud?: CloudSettings;
  readonly authorizer?: AuthorizerSettings;
  /** Where `default: deny` stands; line 0 when it is implied. */
  readonly defaultPlace: Place;
  readonly receipts: ReceiptRules;
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
