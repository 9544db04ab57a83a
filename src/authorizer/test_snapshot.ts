/** Snapshots made by hand, in the tests of decisions. */
import type { ArgumentRule, Route, Snapshot, WireConstraint } from "../policy/snapshot.ts";
import type { ToolCall } from "./tool_call.ts";

export function rule(
  name: string,
  constraint: WireConstraint,
  more: Partial<ArgumentRule> = {},
): ArgumentRule {
  return {
    name,
    field: name,
    kind: "value",
    constraint,
    rule: `rule of ${name}`,
    line: 7,
    ...more,
  };
}

export function route(args: readonly ArgumentRule[], more: Partial<Route> = {}): Route {
  return { capability: "capability", access: "none", args, rule: "enforce.Tool", line: 5, ...more };
}

/** An enforcing snapshot with these routes. Capabilities are told apart by tool. */
export function snapshot(
  routes: Readonly<Record<string, Route>>,
  more: Partial<Snapshot> = {},
): Snapshot {
  const named = Object.entries(routes).map(([tool, one]) => [
    tool,
    one.capability === "capability" ? { ...one, capability: `use_${tool.toLowerCase()}` } : one,
  ]);
  return {
    format: "tenuo-claude-snapshot/4",
    name: "test",
    project: "/project",
    authority: "00".repeat(16),
    serial: 1,
    issuedAt: 1,
    ttlSeconds: 3600,
    mode: "enforce",
    files: [],
    overlays: [],
    home: "/home/nobody",
    sandbox: "/project",
    governance: { sealed: [], readonly: [] },
    routes: Object.fromEntries(named),
    onGrant: "allow",
    pinPaths: false,
    strictInput: false,
    allowUnsandboxed: false,
    defaultLine: 3,
    receipts: { strict: true, sync: false, rotation: { bytes: 64 << 20, daily: false } },
    ...more,
  };
}

export function call(
  tool: string,
  input: ToolCall["input"],
  more: Partial<ToolCall> = {},
): ToolCall {
  return { door: "hook", tool, input, cwd: "/", ...more };
}
