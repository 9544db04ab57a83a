/** Random policies over the grammar of the Python program, old and new. */
import type { Chance } from "../interop/samples.ts";
import { constraint, type Subject } from "./constraint_texts.ts";

export type Rule = string | { readonly [key: string]: unknown };
/** A document as it is written; JSON is YAML. */
export type Document = { readonly [key: string]: unknown };

/** What is written to a project. */
export interface PolicyFiles {
  readonly document: Document;
  readonly overlays: ReadonlyMap<string, Document>;
}

export const subjects: Readonly<Record<string, Subject>> = {
  Read: "path",
  Write: "path",
  Edit: "path",
  Glob: "path",
  Grep: "path",
  NotebookEdit: "path",
  Bash: "command",
  PowerShell: "command",
  Monitor: "command",
  WebSearch: "value",
};

function web(chance: Chance): Rule {
  const domains = chance.some(
    [
      "api.github.com",
      "*.githubusercontent.com",
      "example.com",
      "*.example.com",
      "*.tenuo.ai",
      "*",
    ],
    3,
  );
  const hasNetworks = chance.below(4) === 0;
  return {
    ...(hasNetworks && chance.below(2) === 0 ? {} : { domains }),
    ...(hasNetworks ? { cidrs: chance.some(["10.1.0.0/16", "192.168.0.0/16"]) } : {}),
    ...(chance.below(5) === 0 ? { schemes: chance.pick([["https"], ["http", "https"]]) } : {}),
    ...(chance.below(5) === 0 ? { ports: chance.pick([[443], [443, 8443], [8080]]) } : {}),
    ...(!hasNetworks && chance.below(6) === 0
      ? { approval: chance.pick([{ threshold: 1 }, { threshold: 2, approver: "ops" }]) }
      : {}),
  };
}

function native(chance: Chance, tool: string, isOld: boolean): Rule {
  if (tool === "WebFetch") return web(chance);
  const subject = subjects[tool] ?? "value";
  if (isOld || chance.below(10) > 0) return constraint(chance, subject, isOld);
  const exempt = chance.below(2) === 0 ? {} : { exempt: constraint(chance, subject, isOld) };
  return { approval: { threshold: 1, ...exempt } };
}

/** Tools of servers, and what their arguments are about. */
export const served: Readonly<Record<string, Readonly<Record<string, Subject>>>> = {
  read_file: { path: "path", offset: "value" },
  list_directory: { path: "path" },
  search: { query: "value", limit: "value" },
  delete_deployment: { target: "value" },
  connect: { ip: "value", port: "value" },
  http_get: { url: "url", method: "value" },
  run: { command: "command" },
  "get-issue": { repo: "value", path: "value" },
};

function servedRule(chance: Chance, tool: string, isOld: boolean): Rule {
  const args = served[tool] ?? {};
  const names = Object.keys(args);
  const text = (name: string) => constraint(chance, args[name] ?? "value", isOld);
  if (isOld || chance.below(4) === 0) return constraint(chance, args.path ?? "value", isOld);
  const gate = chance.below(6) === 0 ? { approval: { threshold: 1, approver: "ops" } } : {};
  const arg = chance.pick(names);
  switch (chance.below(6)) {
    case 0:
      return { constraint: constraint(chance, args.path ?? "value", isOld), ...gate };
    case 1:
      return { arg, constraint: text(arg), ...gate };
    case 2:
      return { approval: { threshold: 1, exempt: { [arg]: text(arg) } } };
    case 3:
      return chance.below(2) === 0
        ? { approval: { threshold: 2 } }
        : { approval: { threshold: 1 }, exempt: { [arg]: text(arg) } };
    default:
      return {
        args: Object.fromEntries(chance.some(names).map((name) => [name, text(name)])),
        ...gate,
      };
  }
}

const extras = ["EnterWorktree", "mcp__github__get_issue", "BashOutput", "CustomTool", "TodoWrite"];

function lists(chance: Chance, isOld: boolean): Document {
  const old = chance.below(isOld ? 2 : 4) === 0;
  const some = () => chance.some(extras, 3);
  if (isOld || old) {
    return {
      ...(chance.below(2) === 0 ? { audit_extra: some() } : {}),
      ...(chance.below(3) === 0 ? { audit: some() } : {}),
      ...(chance.below(4) === 0 ? { audit_bundled: chance.below(2) === 0 } : {}),
    };
  }
  return {
    ...(chance.below(2) === 0 ? { allow: chance.pick([some(), some(), [], null]) } : {}),
    ...(chance.below(4) === 0 ? { allow_bundled: chance.below(2) === 0 } : {}),
    ...(chance.below(8) === 0 ? { audit: some() } : {}),
    ...(chance.below(10) === 0
      ? { deny: chance.some([...extras, "WebSearch", "PowerShell"], 2) }
      : {}),
  };
}

function roles(chance: Chance, granted: readonly string[]): Document {
  if (granted.length === 0) return {};
  const names = chance.some(["Explore", "researcher", "code-reviewer", "Plan"], 3);
  return {
    subagents: Object.fromEntries(names.map((name) => [name, {
      tools: chance.some(granted, 3),
      ...(chance.below(3) === 0 ? { ttl_seconds: 600 } : {}),
    }])),
  };
}

/** A policy; `isOld` in the grammar of 0.1. */
export function policy(chance: Chance, isOld: boolean): PolicyFiles {
  const known = [...Object.keys(subjects), "WebFetch"]
    .filter((tool) => !isOld || !["PowerShell", "Monitor"].includes(tool));
  const tools = chance.some(known);
  const enforce = Object.fromEntries(tools.map((tool) => [tool, native(chance, tool, isOld)]));
  const remote = chance.below(3) === 0 ? [] : chance.some(Object.keys(served), 4);
  const mcp = {
    ...(chance.below(2) === 0 ? { downstream: "./server.py" } : {}),
    enforce: Object.fromEntries(remote.map((tool) => [tool, servedRule(chance, tool, isOld)])),
  };
  const listed = lists(chance, isOld);
  const denied = (listed.deny ?? []) as readonly string[];
  const isHeld = (tool: string) =>
    !denied.includes(tool) && (typeof enforce[tool] !== "object" || tool === "WebFetch");
  const mode = chance.pick(
    isOld
      ? ["enforce", "audit", "AUDIT"]
      : ["enforce", "dry-run", "dry_run", "dryrun", "audit", "Dry-Run"],
  );
  const document: Document = {
    ...(chance.below(2) === 0 ? { name: chance.pick(["demo", "tenuo-claude", "A b"]) } : {}),
    ...(chance.below(3) === 0
      ? { sandbox: chance.pick(["./sandbox", "sandbox", "sandbox/"]) }
      : {}),
    ...(chance.below(3) === 0 ? { mode } : {}),
    enforce,
    ...(chance.below(3) === 0
      ? {
        default: chance.pick(
          isOld ? ["deny", "audit", "Deny"] : ["deny", "audit", "allow", "approve"],
        ),
      }
      : {}),
    ...listed,
    ...(remote.length > 0 || chance.below(4) === 0 ? { mcp } : {}),
    ...(chance.below(4) === 0 ? roles(chance, tools.filter(isHeld)) : {}),
    ...(!isOld && chance.below(5) === 0 ? { ttl_seconds: chance.pick([60, 3600, 86400]) } : {}),
    ...(!isOld && chance.below(8) === 0 ? { strict_receipts: chance.below(2) === 0 } : {}),
    ...(chance.below(10) === 0 ? { authorizer: { image: "authorizer:1" } } : {}),
  };
  const overlays = new Map<string, Document>();
  if (chance.below(8) === 0) {
    const { audit, allow } = lists(chance, isOld);
    overlays.set("tenuo.advanced.yaml", {
      enforce: {
        WebFetch: { domains: ["docs.tenuo.ai"] },
        Read: native(chance, "Read", isOld),
      },
      ...(audit === undefined ? {} : { audit }),
      ...(isOld || allow === undefined ? {} : { allow }),
    });
  }
  return { document, overlays };
}
