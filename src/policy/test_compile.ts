/** Policies compiled in throw-away projects, for the tests of this room. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type CompiledPolicy, compilePolicy } from "./compile.ts";
import { loadPolicy } from "./load.ts";
import type { Policy } from "./policy.ts";
import { PolicyError } from "./policy_error.ts";
import { resolveSandbox } from "./sandbox.ts";
import type { Route } from "./snapshot.ts";
import { withProject } from "./test_project.ts";

export interface Both extends CompiledPolicy {
  readonly policy: Policy;
  readonly root: string;
}

/** Loads and compiles `yaml` in a project whose sandbox exists. */
export async function compiled(yaml: string, body: (both: Both) => void = () => {}): Promise<void> {
  await withProject({ "tenuo.yaml": yaml, "sandbox/x": "" }, async ({ root }) => {
    const policy = await loadPolicy(root);
    const places = { project: root, stateDir: join(root, ".state") };
    const result = await compilePolicy(policy, {
      ...places,
      authority: "a1",
      serial: 3,
      issuedAt: 1_800_000_000,
      home: root,
      binary: "/opt/tenuo-claude",
      sources: [],
      sandboxRealPath: resolveSandbox(policy, places),
    });
    body({ ...result, policy, root });
  });
}

/** The message of a policy that loads and cannot be granted. */
export async function mintRefusal(yaml: string): Promise<string> {
  try {
    await compiled(yaml);
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    assert.equal(error.phase, "mint");
    return error.message;
  }
  throw new Error(`Compiled: ${yaml}`);
}

export function routeOf({ snapshot }: CompiledPolicy, tool: string): Route {
  const route = Object.hasOwn(snapshot.routes, tool) ? snapshot.routes[tool] : undefined;
  assert.ok(route !== undefined, tool);
  return route;
}

/** The wire constraint of one root. */
export const subpath = (root: string) => [17, { root, case_sensitive: true, allow_equal: true }];
