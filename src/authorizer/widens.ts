/**
 * Whether one compiled policy may allow what another refuses, or protects less: that is for a person
 * to say. Where it cannot be told the answer is yes.
 */
import type { ApprovalRule, ArgumentRule, Route, Snapshot } from "../policy/snapshot.ts";
import { exemption, signedArguments, wireConstraint } from "./capabilities.ts";
import { isCommandWithin } from "./command_width.ts";
import { isWithin } from "./constraint_width.ts";
import { serverChanges } from "./server_width.ts";

function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** False when what was set is so no more. */
function keeps(before: boolean | undefined, after: boolean | undefined): boolean {
  return before !== true || after === true;
}

function isRuleWithin(before: ArgumentRule, after: ArgumentRule): boolean {
  return before.field === after.field && before.kind === after.kind &&
    keeps(after.absentIsCwd, before.absentIsCwd) && keeps(after.optional, before.optional) &&
    isWithin(wireConstraint(before), wireConstraint(after)) &&
    isCommandWithin(before.command, after.command);
}

/** Each rule of `before` has one of its name in `after` that is as narrow. */
function areWithin(before: readonly ArgumentRule[], after: readonly ArgumentRule[]): boolean {
  return before.every((rule) => {
    const other = after.find(({ name }) => name === rule.name);
    return other !== undefined && isRuleWithin(rule, other);
  });
}

function isApprovalKept(before: Route, after: Route): boolean {
  const was: ApprovalRule | undefined = before.approval;
  if (was === undefined) return true;
  if (after.approval === undefined || after.approval.threshold < was.threshold) return false;
  const [held, now] = [exemption(before), exemption(after)];
  return now === undefined || (held !== undefined && areWithin(held, now));
}

/** A route that takes no other arguments takes none of another name after it either. */
function isClosureKept(before: Route, after: Route): boolean {
  if (before.closed !== true) return true;
  const names = new Set(signedArguments(before).map(({ name }) => name));
  return after.closed === true && signedArguments(after).every(({ name }) => names.has(name));
}

function isRouteWithin(before: Route, after: Route): boolean {
  return before.capability === after.capability && before.access === after.access &&
    areWithin(before.args, after.args) && isClosureKept(before, after) &&
    (before.globs ?? []).every((field) => after.globs?.includes(field)) &&
    keeps(before.resolve, after.resolve) && isApprovalKept(before, after);
}

function areRolesKept({ roles: before }: Snapshot, { roles: after }: Snapshot): boolean {
  if (before === undefined) return true;
  return after !== undefined &&
    Object.entries(after).every(([type, { tools, ttlSeconds = Infinity }]) => {
      const held = own(before, type);
      return held !== undefined && tools.every((tool) => held.tools.includes(tool)) &&
        ttlSeconds <= (held.ttlSeconds ?? Infinity);
    });
}

/** True when the second snapshot may allow what the first refuses, or protect less. */
export function widens(before: Snapshot, after: Snapshot): boolean {
  const isKept = (before.mode === "observe" || after.mode === "enforce") &&
    keeps(before.receipts.strict, after.receipts.strict) &&
    after.ttlSeconds <= before.ttlSeconds && before.home === after.home &&
    before.governance.sealed.every((path) => after.governance.sealed.includes(path)) &&
    keeps(before.onGrant === "defer", after.onGrant === "defer") &&
    keeps(before.pinPaths, after.pinPaths) && keeps(before.strictInput, after.strictInput) &&
    keeps(after.allowUnsandboxed, before.allowUnsandboxed) && areRolesKept(before, after) &&
    serverChanges(before, after).length === 0;
  return !isKept || !Object.entries(after.routes).every(([tool, route]) => {
    const held = own(before.routes, tool);
    return held !== undefined && isRouteWithin(held, route);
  });
}
