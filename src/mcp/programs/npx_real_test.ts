/** What the npx of this machine resolves, without a network: a package made here, as a local one. */
import { deepEqual, equal } from "node:assert/strict";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { findProgram } from "./find_program.ts";
import { programChange, resolveProgram } from "./pinned_program.ts";

const environment = Deno.env.toObject();
const why = findProgram("npx", environment, "/") === undefined ? "npx is not installed" : undefined;

Deno.test({
  name: `The real npx tells which package it would run${why === undefined ? "" : `: ${why}`}`,
  ignore: why !== undefined,
  fn: async () => {
    const cwd = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "npx_" }));
    try {
      const write = (name: string, text: string) => {
        const path = `${cwd}/${name}`;
        Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
        Deno.writeTextFileSync(path, text);
        Deno.chmodSync(path, 0o755);
      };
      const members = { name: "@x/server", version: "1.2.3", bin: { "x-server": "main.js" } };
      write("package.json", JSON.stringify({ dependencies: { "@x/server": "1.2.3" } }));
      write("node_modules/@x/server/package.json", JSON.stringify(members));
      write("node_modules/@x/server/main.js", "#!/usr/bin/env node\n");
      Deno.mkdirSync(`${cwd}/node_modules/.bin`);
      Deno.symlinkSync("../@x/server/main.js", `${cwd}/node_modules/.bin/x-server`);
      for (const [command, ...before] of [["npx", "-y"], ["npm", "exec", "--"]] as const) {
        const args = [...before, "@x/server", "--flag"];
        const launch: ServerLaunch = { kind: "command", command, args, env: {}, passEnv: [], cwd };
        const program = await resolveProgram(launch, environment);
        equal(program.package?.folder, `${cwd}/node_modules/@x/server`, command);
        deepEqual(program.args, [`${cwd}/node_modules/@x/server/main.js`, "--flag"]);
        equal(program.command, findProgram("node", environment, cwd));
        equal(programChange(program, launch), undefined);
      }
    } finally {
      Deno.removeSync(cwd, { recursive: true });
    }
  },
});
