/** The published servers as they are pinned: by package, with nothing that looks hidden. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { scanServer } from "../../../src/mcp/pins/hidden_text.ts";
import { listServer } from "../../../src/mcp/pins/list_server.ts";
import { programChange, resolveProgram } from "../../../src/mcp/programs/pinned_program.ts";
import { wireTo } from "../../../src/mcp/pins/test_planned_server.ts";
import { type Published, scriptOf } from "./servers.ts";

const servers: readonly (readonly [name: Published, ...args: string[]])[] = [
  ["server-everything", "stdio"],
  ["server-filesystem", "."],
  ["server-memory"],
];

for (const [name, ...args] of servers) {
  Deno.test(`${name} is pinned by its package, and nothing hidden is told of its tools`, async () => {
    const cwd = Deno.makeTempDirSync({ prefix: "pins_" });
    try {
      const all = [scriptOf(name), ...args];
      const launch = { kind: "command", command: "node", args: all, env: {}, passEnv: [], cwd };
      const program = await resolveProgram({ ...launch, kind: "command" }, Deno.env.toObject());
      equal(program.package?.name, `@modelcontextprotocol/${name}`);
      deepEqual([program.files, program.unpinned], [[], undefined]);
      equal(programChange(program, { ...launch, kind: "command" }), undefined);
      const listed = await listServer({
        name,
        open: () => Promise.resolve(wireTo(program.command, program.args, cwd)),
        version: "0",
        grants: new Set(["sampling", "elicitation"]),
        seconds: 20,
      });
      ok(listed.tools.size > 5);
      deepEqual(scanServer(listed), []);
    } finally {
      Deno.removeSync(cwd, { recursive: true });
    }
  });
}
