/** What a wider policy changes, in words for the person who has to agree. */
import type { RoleRule, Snapshot } from "../policy/snapshot.ts";
import { grantedText, serverWidening } from "./server_widening.ts";

function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The rules of a tool's arguments as they are written. */
function ruleText({ routes }: Snapshot, tool: string): string | undefined {
  const route = own(routes, tool);
  if (route === undefined) return undefined;
  const { args, approval } = route;
  const gate = approval === undefined ? "" : `, approval by ${approval.threshold}`;
  return ([...new Set(args.map(({ rule }) => rule))].join("; ") || "without a constraint") + gate;
}

function settingChanges(before: Snapshot, after: Snapshot): string[] {
  const rows:
    readonly (readonly [name: string, before: unknown, after: unknown, wider: boolean])[] = [
      ["mode", before.mode, after.mode, after.mode === "observe"],
      ["receipts.strict", before.receipts.strict, after.receipts.strict, !after.receipts.strict],
      ["receipts.sync", before.receipts.sync, after.receipts.sync, !after.receipts.sync],
      ["ttl_seconds", before.ttlSeconds, after.ttlSeconds, after.ttlSeconds > before.ttlSeconds],
      ["on_grant", before.onGrant, after.onGrant, after.onGrant === "allow"],
      ["pin_paths", before.pinPaths, after.pinPaths, !after.pinPaths],
      ["strict_input", before.strictInput, after.strictInput, !after.strictInput],
      [
        "allow_unsandboxed",
        before.allowUnsandboxed,
        after.allowUnsandboxed,
        after.allowUnsandboxed,
      ],
    ];
  return rows.filter(([, was, is, wider]) => wider && was !== is)
    .map(([name, was, is]) => `${name} ${was} → ${is}`);
}

/** What is masked in receipts no more. */
function maskChanges({ receipts: before }: Snapshot, { receipts: after }: Snapshot): string[] {
  return (["names", "patterns"] as const).flatMap((kind) => {
    const gone = before.mask?.[kind].filter((one) => after.mask?.[kind].includes(one) !== true) ??
      [];
    return gone.length === 0 ? [] : [`receipts.mask.${kind} − ${gone.join(", ")}`];
  });
}

function roleChanges({ roles: before }: Snapshot, { roles: after }: Snapshot): string[] {
  if (before === undefined) return [];
  if (after === undefined) return ["subagents: no roles any more"];
  const added = ([type, { tools }]: [string, RoleRule]) => {
    const held = own(before, type)?.tools;
    if (held === undefined) return [`+ role ${type}`];
    const more = tools.filter((tool) => !held.includes(tool));
    return more.length === 0 ? [] : [`role ${type} + ${more.join(", ")}`];
  };
  return Object.entries(after).flatMap(added);
}

/** What a wider snapshot newly allows, a line each; never empty. */
export function widening(before: Snapshot, after: Snapshot): string[] {
  const tools = Object.keys(after.routes).flatMap((tool) => {
    const [old, now] = [ruleText(before, tool), ruleText(after, tool)];
    if (old === now) return [];
    const name = grantedText(tool);
    return [old === undefined ? `+ ${name} ${now}` : `${name} ${old} → ${now}`];
  });
  const changes = [
    ...settingChanges(before, after),
    ...maskChanges(before, after),
    ...roleChanges(before, after),
    ...serverWidening(before, after),
    ...tools,
  ];
  return changes.length > 0 ? changes : ["a rule reaches further"];
}
