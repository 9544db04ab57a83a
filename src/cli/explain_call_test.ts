/** What a bare text stands for. */
import { deepStrictEqual as deepEqual, strictEqual as equal, throws } from "node:assert/strict";
import type { Snapshot } from "../policy/snapshot.ts";
import { CannotTell } from "./command.ts";
import { inputOf, mainField } from "./explain_call.ts";

const rule = { name: "a", kind: "value", constraint: [16, null], rule: "any", line: 1 } as const;
const route = { capability: "c", access: "run", rule: "r", line: 1 } as const;
const routes: Snapshot["routes"] = {
  mcp__one__read: { ...route, args: [{ ...rule, field: "file" }] },
  mcp__one__move: { ...route, args: [{ ...rule, field: "from" }, { ...rule, field: "to" }] },
};

Deno.test("A bare text is the tool's main argument", () => {
  const fields = {
    Bash: "command",
    Read: "file_path",
    NotebookEdit: "notebook_path",
    Glob: "path",
    Grep: "path",
    WebFetch: "url",
    WebSearch: "query",
    Agent: "subagent_type",
    mcp__one__read: "file",
    mcp__one__move: undefined,
    TodoWrite: undefined,
    toString: undefined,
  };
  for (const [tool, field] of Object.entries(fields)) equal(mainField(tool, routes), field, tool);
  deepEqual(inputOf("Bash", "ls -la", {}), { command: "ls -la" });
  deepEqual(inputOf("Bash", '"ls"', {}), { command: '"ls"' });
  deepEqual(inputOf("Bash", "", {}), { command: "" });
});

Deno.test("What starts as an object has to be one", () => {
  deepEqual(inputOf("TodoWrite", ' {"todos": []}', {}), { todos: [] });
  deepEqual(inputOf("Read", '{"file_path": "a", "limit": 3}', {}), { file_path: "a", limit: 3 });
  throws(
    () => inputOf("Bash", "{ ls; }", {}),
    (error: Error) =>
      error instanceof CannotTell && error.exitCode === 2 &&
      /not JSON .*a text that starts with \{ goes in \{"command": \.\.\.\}$/s.test(error.message),
  );
  throws(() => inputOf("mcp__one__move", "a", routes), /no one main argument/);
  for (const tool of ["move", "one__move"]) {
    throws(() => inputOf(tool, "a", routes), /is no tool; is it mcp__one__move\?$/);
  }
});
