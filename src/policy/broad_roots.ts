/** Roots that lie above what a project needs. */
import { posix } from "node:path";
import type { Policy } from "./policy.ts";

/** What is above these folders is wider than a project. Absolute paths. */
export interface BroadPlaces {
  readonly project?: string;
  readonly home?: string;
}

const homes = /^\/(root|(home|Users)(\/[^/]+)?)$/;

/** Why a root is wider than it seems; undefined when it is not. */
export function broadRoot(
  written: string,
  policy: Policy,
  places: BroadPlaces,
): string | undefined {
  const instead = "write subpath:{sandbox}, or the folder that is meant";
  const isInside = written.startsWith("{sandbox}");
  // Names as deep as the sandbox lies in the project, so that climbing out of it can be told.
  const base = "/project";
  const sandbox = posix.resolve(base, policy.sandbox.text);
  if (isInside) {
    const root = posix.normalize(written.replaceAll("{sandbox}", () => sandbox));
    if (policy.sandbox.text.startsWith("/") || (root + "/").startsWith(base + "/")) {
      return undefined;
    }
    return `${written} lies above the project; ${instead}`;
  }
  const root = posix.normalize(written).replace(/(.)\/$/, "$1");
  if (root === "/") return `${written} is every file of the machine; ${instead}`;
  const holds = (folder: string | undefined) =>
    folder !== undefined && (folder + "/").startsWith(root + "/");
  if (homes.test(root) || holds(places.home)) {
    return `${written} is a whole home directory, keys and settings in it too; ${instead}`;
  }
  return holds(places.project) && root !== places.project
    ? `${written} lies above the project; ${instead}`
    : undefined;
}
