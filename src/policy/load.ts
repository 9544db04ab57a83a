/** Loads tenuo.yaml and its overlays. */
import { join } from "node:path";
import { allowKeys, checkConstraints, checkNames } from "./check.ts";
import { findingsOf, nodeAt, plainOf } from "./findings.ts";
import { mergeOverlay, type PolicyWarning } from "./overlay.ts";
import type { McpTool, Mode, PlacedWebRule, Policy, Rule } from "./policy.ts";
import { type Finding, type Place, PolicyError } from "./policy_error.ts";
import {
  overlayFileNames,
  policyFileName,
  type PolicyText,
  readPolicyFile,
} from "./policy_file.ts";
import { type PolicyDocument, policySchema } from "./schema.ts";
import type { PolicyFile } from "./snapshot.ts";
import { parseSource, type SourceMap } from "./yaml_source.ts";

/** How long a warrant lives when the policy does not say. */
export const defaultTtlSeconds = 3600;

type Warn = (warning: PolicyWarning) => void;

interface Sources {
  readonly root: SourceMap;
  readonly files: readonly PolicyFile[];
}

/** Reads and merges the files; errors of all of them are reported together. */
function readSources(project: string, warn: Warn): Sources {
  const files: PolicyFile[] = [];
  const findings: Finding[] = [];
  let root: SourceMap | undefined;
  for (const name of [policyFileName, ...overlayFileNames]) {
    try {
      const file = readPolicyFile(project, name);
      if (file === undefined) {
        if (name === policyFileName) throw PolicyError.missing(join(project, name));
        continue;
      }
      files.push({ path: file.path, sha256: file.sha256 });
      const source = parseSource(name, file.text);
      root = root === undefined ? source : mergeOverlay(root, source, warn);
    } catch (error) {
      if (!(error instanceof PolicyError) || error.missing) throw error;
      findings.push(...error.findings);
    }
  }
  if (root === undefined || findings.length > 0) throw new PolicyError(findings);
  return { root, files };
}

function mcpTool(root: SourceMap, name: string, spec: McpSpec): McpTool {
  const path = ["mcp", "enforce", name];
  const { place } = nodeAt(root, path);
  const args = new Map<string, Rule>();
  if (typeof spec === "string") args.set("path", { text: spec, place });
  else if (spec.args !== undefined) {
    for (const [argument, text] of Object.entries(spec.args)) {
      args.set(argument, { text, place: nodeAt(root, [...path, "args", argument]).place });
    }
  } else {
    const at = nodeAt(root, [...path, "constraint"]).place;
    args.set(spec.arg ?? "path", { text: spec.constraint ?? "", place: at });
  }
  return { place, args };
}

type McpEnforce = NonNullable<NonNullable<PolicyDocument["mcp"]>["enforce"]>;
type McpSpec = McpEnforce[string];
type WebDocument = NonNullable<NonNullable<PolicyDocument["enforce"]>["WebFetch"]>;

function webRule(root: SourceMap, web: WebDocument): PlacedWebRule {
  const domains = web.domains ?? [];
  const hosts = domains.length > 0 ? "domains" : "cidrs";
  return {
    domains: [...new Set(domains)],
    cidrs: [...new Set(web.cidrs ?? [])],
    ...(web.schemes === undefined ? {} : { schemes: [...new Set(web.schemes)] }),
    ...(web.ports === undefined ? {} : { ports: [...new Set(web.ports)] }),
    place: nodeAt(root, ["enforce", "WebFetch"]).place,
    hostPlace: nodeAt(root, ["enforce", "WebFetch", hosts]).place,
  };
}

function allowed(root: SourceMap, document: PolicyDocument): ReadonlyMap<string, Place> {
  const tools = new Map<string, Place>();
  for (const key of allowKeys) {
    document[key]?.forEach((tool, index) => {
      if (!tools.has(tool)) tools.set(tool, nodeAt(root, [key, index]).place);
    });
  }
  return tools;
}

function policyOf(
  { root, files }: Sources,
  document: PolicyDocument,
  warnings: readonly PolicyWarning[],
): Policy {
  const place = (key: string): Place =>
    root.entries.get(key)?.place ?? { file: policyFileName, line: 0, column: 0 };
  const { WebFetch: web, ...texts } = document.enforce ?? {};
  const enforce = new Map<string, Rule>();
  for (const [tool, text] of Object.entries(texts)) {
    if (text !== undefined) {
      enforce.set(tool, { text, place: nodeAt(root, ["enforce", tool]).place });
    }
  }
  const mode: Mode = document.mode === undefined || document.mode.toLowerCase() === "enforce"
    ? "enforce"
    : "observe";
  const mcpTools = Object.entries(document.mcp?.enforce ?? {});
  return {
    name: document.name ?? "tenuo-claude",
    mode,
    ttlSeconds: document.ttl_seconds ?? defaultTtlSeconds,
    sandbox: { text: document.sandbox ?? "./sandbox", place: place("sandbox") },
    enforce,
    ...(web === undefined ? {} : { web: webRule(root, web) }),
    allow: allowed(root, document),
    bundled: document.allow_bundled ?? document.audit_bundled ?? true,
    mcp: {
      ...(document.mcp?.downstream === undefined ? {} : { downstream: document.mcp.downstream }),
      tools: new Map(mcpTools.map(([tool, spec]) => [tool, mcpTool(root, tool, spec)])),
    },
    defaultPlace: place("default"),
    receipts: {
      strict: document.strict_receipts ?? document.receipts?.strict ?? true,
      sync: document.receipts?.sync ?? true,
    },
    onGrant: "allow",
    pinPaths: false,
    strictInput: false,
    allowUnsandboxed: false,
    examples: [],
    files,
    warnings,
  };
}

/**
 * Loads the policy of the project at `project`. Every error that can be found at once is in the
 * thrown `PolicyError`; a project without tenuo.yaml is `Missing <path>/tenuo.yaml`.
 */
export async function loadPolicy(project: string): Promise<Policy> {
  const warnings: PolicyWarning[] = [];
  return await judged(readSources(project, (warning) => void warnings.push(warning)), warnings);
}

/** Loads one file by itself, without project and overlays. @throws {PolicyError} */
export async function loadPolicyFile({ path, sha256, text }: PolicyText): Promise<Policy> {
  return await judged({ root: parseSource(path, text), files: [{ path, sha256 }] }, []);
}

async function judged(sources: Sources, warnings: PolicyWarning[]): Promise<Policy> {
  const { root } = sources;
  const parsed = policySchema.safeParse(plainOf(root));
  const findings = [
    ...parsed.success ? [] : findingsOf(parsed.error, root),
    ...checkNames(root, (warning) => void warnings.push(warning)),
    ...await checkConstraints(root),
  ];
  if (!parsed.success || findings.length > 0) {
    const order = [policyFileName, ...overlayFileNames];
    const sorted = findings.toSorted((left, right) =>
      order.indexOf(left.file) - order.indexOf(right.file) ||
      left.line - right.line || left.column - right.column
    );
    throw new PolicyError(sorted, { warnings });
  }
  return policyOf(sources, parsed.data, warnings);
}
