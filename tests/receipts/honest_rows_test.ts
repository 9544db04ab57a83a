/** Every row of the conformance tables, made as an honest call: none of them may be called false. */
import { equal, ok } from "node:assert/strict";
import { dirname } from "node:path";
import { PolicyError } from "../../src/policy/policy_error.ts";
import { type DecisionRow, decisionRows, filled } from "../conformance/decision_rows.ts";
import { inputOf, type Table } from "../conformance/policy_rows.ts";
import { confinedCommands } from "../conformance/rows/confined_commands.ts";
import { files } from "../conformance/rows/files.ts";
import { routing } from "../conformance/rows/routing.ts";
import { simpleCommands } from "../conformance/rows/simple_commands.ts";
import { structuredCommands } from "../conformance/rows/structured_commands.ts";
import { web } from "../conformance/rows/web.ts";
import { type Honest, inHonest } from "./honest_project.ts";

/** Puts the policy in force, or leaves the last one where this one is none. */
async function govern(project: Honest, policy: string): Promise<boolean> {
  try {
    await project.govern(policy);
    return true;
  } catch (error) {
    ok(error instanceof PolicyError, String(error));
    return false;
  }
}

async function play(project: Honest, row: DecisionRow): Promise<void> {
  for (const [name, to] of Object.entries(row.fs?.links ?? {})) {
    const path = `${project.project}/${name}`;
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.removeSync(path, { recursive: true });
    Deno.symlinkSync(to, path);
  }
  if (!await govern(project, JSON.stringify(row.policy))) return;
  const agent = row.agent_type === undefined ? {} : { agent_type: row.agent_type, agent_id: "a" };
  const more = { ...agent, ...(row.cwd === undefined ? {} : { cwd: row.cwd }) };
  if (row.event_raw !== undefined) await project.raw(row.event_raw);
  else {
    for (const tool of [row.tool, `mcp__tenuo-files__${row.tool}`]) {
      await project.ask(tool, row.input, more);
    }
  }
}

Deno.test("Every published decision is a receipt that verifies", () =>
  inHonest(async (project) => {
    for (const row of decisionRows) {
      const one = filled(row, project.project);
      for (const name of Object.keys(one.fs?.links ?? {})) project.write(name, "");
      await play(project, one);
    }
    const { counts } = await project.requireProven();
    ok(counts.proven > 10 && counts.refused > 30, JSON.stringify(counts));
  }));

async function playTable(project: Honest, table: Table): Promise<void> {
  if (!await govern(project, table.policy)) return;
  for (const [given] of [...table.allow ?? [], ...table.deny ?? []]) {
    await project.ask(table.tool, inputOf(table, given, project.project), {
      cwd: `${project.project}${table.cwd ?? ""}`,
    });
  }
}

const tables: Readonly<Record<string, readonly Table[]>> = {
  simpleCommands,
  structuredCommands,
  confinedCommands,
  files,
  web,
  routing,
};

for (const [name, list] of Object.entries(tables)) {
  Deno.test(`Every row of ${name} is a receipt that verifies`, () =>
    inHonest(async (project) => {
      for (const table of list) await playTable(project, table);
      const { counts } = await project.requireProven();
      equal(counts.unchecked, 0);
      ok(counts.proven > 20 && counts.refused + counts.notReplayable > 20, JSON.stringify(counts));
    }));
}
