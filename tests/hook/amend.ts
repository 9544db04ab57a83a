/** Puts a snapshot in force that says more than the project's policy file does. */
import { ok } from "node:assert/strict";
import { mint, readHeld } from "../../src/authorizer/mint.ts";
import type { Route, Snapshot } from "../../src/policy/snapshot.ts";
import type { Project } from "./project.ts";

export function amend(
  { root }: Project,
  change: (snapshot: Snapshot) => Partial<Snapshot>,
): void {
  const { snapshot } = readHeld(root);
  ok(snapshot, "The project has a snapshot");
  mint(root, { ...snapshot, ...change(snapshot) }, "refresh");
}

/** The routes with one of them changed. */
export function withRoute(
  { routes }: Snapshot,
  tool: string,
  change: Partial<Route>,
): Snapshot["routes"] {
  const route = routes[tool];
  ok(route, `${tool} has a route`);
  return { ...routes, [tool]: { ...route, ...change } };
}
