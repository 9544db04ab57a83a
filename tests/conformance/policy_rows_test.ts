/** Calls of whole policies, each decided as its row says. */
import { strictEqual as equal } from "node:assert/strict";
import { Ground, play } from "./policy_rows.ts";
import { confinedCommands } from "./rows/confined_commands.ts";
import { files } from "./rows/files.ts";
import { routing } from "./rows/routing.ts";
import { bash, seed, simpleCommands } from "./rows/simple_commands.ts";
import { structuredCommands } from "./rows/structured_commands.ts";
import { web } from "./rows/web.ts";

Deno.test("Calls under a policy are decided as these rows say", async (test) => {
  const ground = new Ground();
  try {
    const commands = [...simpleCommands, ...structuredCommands, ...confinedCommands];
    for (const table of [...commands, ...files, ...web, ...routing]) {
      await test.step(table.name, async (inner) => await play(inner, table, ground));
    }
  } finally {
    ground.remove();
  }
});

Deno.test("A row that is decided otherwise is told", async () => {
  const ground = new Ground();
  try {
    const table = { ...bash, name: "a check of the check", policy: seed };
    const snapshot = await ground.compile(seed);
    equal((await ground.decide(table, ["ls"], snapshot)).verdict, "allow");
    equal((await ground.decide(table, ["id"], snapshot)).verdict, "deny");
  } finally {
    ground.remove();
  }
});
