/** A document that fits the schema as a policy, each rule with its place. */
import { allowKeys } from "./check_names.ts";
import { nodeAt } from "./findings.ts";
import { placesOf, serversAt } from "./mcp_source.ts";
import type {
  AuthorizerSettings,
  CloudSettings,
  Mode,
  PlacedWebRule,
  Policy,
  Role,
  ToolRule,
} from "./policy.ts";
import type { Place } from "./policy_error.ts";
import { policyFileName } from "./policy_file.ts";
import { type RuleSubject, toolRuleAt } from "./rule_source.ts";
import type { PolicyDocument, WebDocument } from "./schema.ts";
import type { PolicyFile, ReceiptRules } from "./snapshot.ts";
import { nativeArgument, nativeTools } from "./tools.ts";
import type { SourceMap } from "./yaml_source.ts";

/** How long a warrant lives when the policy does not say. */
export const defaultTtlSeconds = 3600;

/** How large the receipts file grows before it becomes a segment. */
const defaultRotateMegabytes = 64;

function webRule(root: SourceMap, web: WebDocument): PlacedWebRule {
  const domains = web.domains ?? [];
  const hosts = domains.length > 0 ? "domains" : "cidrs";
  const path = ["enforce", "WebFetch"];
  return {
    domains: [...new Set(domains)],
    cidrs: [...new Set(web.cidrs ?? [])],
    ...(web.schemes === undefined ? {} : { schemes: [...new Set(web.schemes)] }),
    ...(web.ports === undefined ? {} : { ports: [...new Set(web.ports)] }),
    ...(web.resolve === undefined ? {} : { resolve: web.resolve }),
    ...(web.approval === undefined ? {} : {
      approval: {
        threshold: web.approval.threshold ?? 1,
        place: nodeAt(root, [...path, "approval"]).place,
      },
    }),
    place: nodeAt(root, path).place,
    hostPlace: nodeAt(root, [...path, hosts]).place,
  };
}

function nativeSubject(tool: string): RuleSubject {
  const native = nativeTools.get(tool);
  return {
    main: native?.args[0]?.name ?? "",
    nameOf: (written) =>
      native === undefined ? written : nativeArgument(native, written)?.name ?? written,
    isNative: true,
  };
}

function enforceOf(root: SourceMap, document: PolicyDocument): Map<string, ToolRule> {
  const { WebFetch: web, ...rules } = document.enforce ?? {};
  const enforce = new Map<string, ToolRule>();
  if (typeof web === "string") {
    const path = ["enforce", "WebFetch"];
    enforce.set("WebFetch", toolRuleAt(root, path, web, nativeSubject("WebFetch")));
  }
  for (const [tool, rule] of Object.entries(rules)) {
    if (rule === undefined) continue;
    enforce.set(tool, toolRuleAt(root, ["enforce", tool], rule, nativeSubject(tool)));
  }
  return enforce;
}

function allowOf(root: SourceMap, document: PolicyDocument): Map<string, Place> {
  const tools = new Map<string, Place>();
  for (const key of allowKeys) {
    for (const [tool, place] of placesOf(root, [key], document[key])) {
      if (!tools.has(tool)) tools.set(tool, place);
    }
  }
  return tools;
}

function rolesOf(root: SourceMap, { subagents }: PolicyDocument): Map<string, Role> | undefined {
  const roles = Object.entries(subagents ?? {});
  if (roles.length === 0) return undefined;
  return new Map(roles.map(([name, { tools, ttl_seconds: ttlSeconds }]) => {
    const path = ["subagents", name];
    return [name, {
      tools: placesOf(root, [...path, "tools"], tools),
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      place: nodeAt(root, path).place,
    }];
  }));
}

/** The same values under other keys, those that are absent left out. */
function renamed(
  document: { readonly [key: string]: unknown },
  names: { readonly [key: string]: string },
): { readonly [key: string]: unknown } {
  return Object.fromEntries(
    Object.entries(document).filter(([, value]) => value !== undefined)
      .map(([key, value]) => [names[key] ?? key, value]),
  );
}

function settingsOf({ cloud, authorizer }: PolicyDocument): Partial<Policy> {
  const cloudNames = {
    agent_name: "agentName",
    approver_identity: "approverIdentity",
    approver_identity_id: "approverIdentityId",
  };
  const transport = authorizer?.transport?.toLowerCase();
  const own = { ...authorizer, transport };
  return {
    ...(cloud == null ? {} : { cloud: renamed(cloud, cloudNames) as CloudSettings }),
    ...(authorizer == null
      ? {}
      : { authorizer: renamed(own, { socket_group: "socketGroup" }) as AuthorizerSettings }),
  };
}

function receiptRules({ receipts, strict_receipts: strict }: PolicyDocument): ReceiptRules {
  const { names, patterns } = receipts?.mask ?? {};
  const mask = {
    names: [...new Set(names?.map((name) => name.toLowerCase()))],
    patterns: [...new Set(patterns)],
  };
  const megabytes = receipts?.rotate_megabytes ?? defaultRotateMegabytes;
  return {
    strict: strict ?? receipts?.strict ?? true,
    sync: receipts?.sync ?? true,
    rotation: { bytes: megabytes << 20, daily: receipts?.rotate_daily ?? false },
    ...(mask.names.length + mask.patterns.length === 0 ? {} : { mask }),
  };
}

/** The policy without its examples and warnings. */
export function policyOf(
  root: SourceMap,
  document: PolicyDocument,
  files: readonly PolicyFile[],
): Policy {
  const place = (key: string): Place =>
    root.entries.get(key)?.place ?? { file: policyFileName, line: 0, column: 0 };
  const web = document.enforce?.WebFetch;
  const roles = rolesOf(root, document);
  const mode: Mode = document.mode === undefined || document.mode.toLowerCase() === "enforce"
    ? "enforce"
    : "observe";
  return {
    name: document.name ?? "tenuo-claude",
    mode,
    ttlSeconds: document.ttl_seconds ?? defaultTtlSeconds,
    sandbox: { text: document.sandbox ?? "./sandbox", place: place("sandbox") },
    enforce: enforceOf(root, document),
    ...(typeof web === "object" ? { web: webRule(root, web) } : {}),
    allow: allowOf(root, document),
    deny: placesOf(root, ["deny"], document.deny),
    bundled: document.allow_bundled ?? document.audit_bundled ?? true,
    mcp: {
      ...(document.mcp?.downstream === undefined ? {} : { downstream: document.mcp.downstream }),
      servers: serversAt(root, document.mcp),
    },
    ...(roles === undefined ? {} : { roles }),
    ...settingsOf(document),
    defaultPlace: place("default"),
    receipts: receiptRules(document),
    onGrant: document.on_grant ?? "allow",
    pinPaths: document.pin_paths ?? false,
    strictInput: document.strict_input ?? false,
    allowUnsandboxed: document.allow_unsandboxed ?? false,
    examples: [],
    files,
    warnings: [],
  };
}
