import { deepEqual, equal, rejects } from "node:assert/strict";
import { listServer } from "./list_server.ts";
import { plannedArguments, type ServerPlan, wireTo, writePlan } from "./test_planned_server.ts";

async function list(plan: ServerPlan, ...grants: ("sampling" | "elicitation")[]) {
  const folder = Deno.makeTempDirSync({ prefix: "list_" });
  try {
    writePlan(folder, plan);
    return await listServer({
      name: "test",
      open: () => Promise.resolve(wireTo(Deno.execPath(), plannedArguments, folder)),
      version: "0",
      grants: new Set(grants),
      seconds: 10,
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const [one, two] = [{ name: "one", _meta: { x: 1 } }, { name: "two", icons: [] }];

Deno.test("All pages are listed, and what the server says of itself", async () => {
  const plan = { identity: { name: "n", version: "2", title: "T" }, instructions: "Hi" };
  const listed = await list({ ...plan, pages: [[one], [], [two]] });
  deepEqual(listed, {
    identity: { name: "n", version: "2" },
    instructions: "Hi",
    tools: new Map<string, unknown>([["one", one], ["two", two]]),
  });
});

Deno.test("Tools that are added right after the handshake are listed as well", async () => {
  const { tools } = await list({ pages: [[one]], later: [[one, two]] });
  deepEqual([...tools.keys()], ["one", "two"]);
});

Deno.test("A server is told only of what the policy grants it", async () => {
  const plan = { pages: [[one]], later: [[two]] };
  const { tools } = await list(plan, "sampling");
  deepEqual([...tools.keys()], ["two"]);
});

Deno.test("Identity and instructions of other types count as none", async () => {
  const listed = await list({ identity: { name: 1 }, instructions: 7, pages: [[]] });
  deepEqual(listed, { identity: { name: "", version: "" }, tools: new Map() });
});

const refused: readonly (readonly [what: string, plan: ServerPlan, why: RegExp])[] = [
  ["ends at once", { pages: [], dies: true }, /exit code 3/],
  ["lists for ever", { pages: [], endless: true }, /more than 10000 tools or 100 pages/],
  ["lists a name twice", { pages: [[one], [one]] }, /the tool one twice/],
  ["lists a tool without a name", { pages: [[{ title: "x" }]] }, /without a name/],
  ["lists no tool at all", { pages: [[null]] }, /without a name/],
  ["lists no list", { pages: [{}] }, /list of tools is none/],
  ["lists too many", {
    pages: [Array.from({ length: 10_001 }, (_, at) => ({ name: `t${at}` }))],
  }, /more than 10000 tools/],
];

for (const [what, plan, why] of refused) {
  Deno.test(`A server that ${what} cannot be listed`, async () => {
    await rejects(list(plan), (error: Error) => {
      equal(error.name, "ServerUnavailable");
      return why.test(error.message);
    });
  });
}

Deno.test("A server that prints something else is told by what it printed", async () => {
  const args = ["eval", "--no-lock", 'console.log("Listening on port 80"); Deno.exit(1);'];
  const open = () => Promise.resolve(wireTo(Deno.execPath(), args, "/"));
  await rejects(
    listServer({ name: "test", open, version: "0", grants: new Set(), seconds: 10 }),
    /exit code 1; it sent what is no message: The line is not JSON: "Listening on port 80"$/,
  );
});
