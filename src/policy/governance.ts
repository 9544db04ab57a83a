/** Governance files: out of reach of every tool, whatever the policy grants. */
import { basename, dirname, join } from "node:path";
import { overlayFileNames, policyFileName } from "./policy_file.ts";
import { realPath } from "./real_path.ts";
import type { Governance } from "./snapshot.ts";

/** What of the machine must be protected. All paths are absolute. */
export interface GovernedPlaces {
  readonly project: string;
  readonly home: string;
  readonly stateDir: string;
  /** The program the hooks run. */
  readonly binary: string;
  /** Where the hooks run from source: that source. */
  readonly sources: readonly string[];
}

/** Both the path as named, in its real directory, and what it leads to: a link protects neither. */
function guarded(directory: string, ...names: string[]): string[] {
  const real = realPath(directory);
  return names.flatMap((name) => [join(real, name), realPath(join(real, name))]);
}

/** Links among the client's own files lead to places that need the same protection. */
function clientFiles(home: string): string[] {
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(home)) if (name.startsWith(".claude")) names.push(name);
  } catch {
    // A home that cannot be listed has no files to follow; the prefix below stands all the same.
  }
  return guarded(home, ...names.sort()).filter((path) => !path.startsWith(home + "/.claude"));
}

/** The governance files of a project. Entries are free of links and stand once. */
export function governanceOf(places: GovernedPlaces): Governance {
  const home = realPath(places.home);
  const projectFiles = [policyFileName, ...overlayFileNames, "mcp.lock", ".claude", ".mcp.json"];
  const readonly = [
    ...guarded(places.project, ...projectFiles),
    `${home}/.claude*`,
    ...clientFiles(home),
    ...guarded(dirname(places.binary), basename(places.binary)),
    ...places.sources.map(realPath),
  ];
  return {
    sealed: [
      ...new Set([
        ...guarded(dirname(places.stateDir), basename(places.stateDir)),
        ...guarded(home, ".tenuo"),
      ]),
    ],
    readonly: [...new Set(readonly)],
  };
}
