/** Programs to pin, in a folder of their own, for tests. */
import { equal } from "node:assert/strict";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import type { Environment } from "./server_environment.ts";
import { programChange, resolveProgram } from "./pinned_program.ts";

export interface Place {
  /** Absolute, free of links. */
  readonly root: string;
  /** PATH is the folder's own `bin`, and what shells need. */
  readonly environment: Environment;
  path(name: string): string;
  /** Writes a file below the folder and returns its path. */
  write(name: string, text: string, mode?: number): string;
}

/** Runs `body` in a folder with a `bin/node`, which is removed afterwards. */
export async function inFolder(body: (place: Place) => Promise<void>): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "pin_" }));
  const place: Place = {
    root,
    environment: { PATH: `${root}/bin:/usr/bin:/bin` },
    path: (name) => `${root}/${name}`,
    write: (name, text, mode = 0o644) => {
      const path = `${root}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, text);
      Deno.chmodSync(path, mode);
      return path;
    },
  };
  try {
    place.write("bin/node", "#!/bin/sh\necho 20.0.0\n", 0o755);
    await body(place);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/**
 * A cache as npx keeps it, with a package that depends on two others, and an npx and an npm that
 * know it. Returns the cache's `node_modules`.
 */
export function fakeNpx(place: Place, name: string, { bin }: { readonly bin: unknown }): string {
  const tree = "npx_cache/one/node_modules";
  const manifest = (one: string, members: object) =>
    place.write(`${tree}/${one}/package.json`, JSON.stringify({ name: one, ...members }));
  manifest(name, { version: "1.2.3", bin, dependencies: { helper: "1", absent: "1" } });
  for (const script of ["main", "other"]) {
    place.write(`${tree}/${name}/dist/${script}.js`, "#!/usr/bin/env node\n", 0o755);
  }
  manifest("helper", { version: "1.0.0", peerDependencies: { deep: "*" } });
  place.write(`${tree}/helper/index.js`, "");
  manifest("deep", { version: "1.0.0" });
  place.write(`${tree}/deep/index.js`, "");
  manifest("unrelated", { version: "1.0.0" });
  const answer = `#!/bin/sh
case "$*" in
  *--package=missing*) exit 1;;
  *"-- node -p process.env.PATH") echo "${place.path(tree)}/.bin:/usr/bin";;
  *) exit 1;;
esac
`;
  place.write("bin/npx", answer, 0o755);
  place.write("bin/npm", answer, 0o755);
  return place.path(tree);
}

/** A command line of a policy, in the folder. */
export function launchOf(
  place: Place,
  line: string,
  more: Partial<Extract<ServerLaunch, { kind: "command" }>> = {},
): ServerLaunch {
  const [command = "", ...args] = line.split(" ");
  return { kind: "command", command, args, env: {}, passEnv: [], cwd: place.root, ...more };
}

/** Pins a command line, and looks again right away. */
export async function pin(
  place: Place,
  line: string,
  more: Parameters<typeof launchOf>[2] = {},
) {
  const launch = launchOf(place, line, more);
  const program = await resolveProgram(launch, place.environment);
  equal(programChange(program, launch), undefined, "what was just pinned has not changed");
  return { launch, program, change: () => programChange(program, launch) };
}
