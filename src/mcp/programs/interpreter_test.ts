import { deepEqual } from "node:assert/strict";
import { isInterpreter, toldTo } from "./interpreter.ts";

const rows: readonly (readonly [line: string, told: unknown])[] = [
  ["node server.js --port 1", { runs: "script", at: 0 }],
  ["node --import ./hook.js -r x --enable-source-maps server.js", { runs: "script", at: 5 }],
  ["node -- server.js", { runs: "script", at: 1 }],
  ["node -e x server.js", { runs: "code" }],
  ["node", { runs: "nothing" }],
  ["node20 server.js", { runs: "script", at: 0 }],
  ["/usr/bin/python3.11 -u -X dev server.py -m x", { runs: "script", at: 3 }],
  ["python -m mcp_server --x", { runs: "module", name: "mcp_server", at: 0 }],
  ["python -um x", { runs: "module", name: "x", at: 0 }],
  ["python3 -mserver", { runs: "module", name: "server", at: 0 }],
  ["python3 -c x", { runs: "code" }],
  ["deno run -A --config d.json server.ts", { runs: "script", at: 4 }],
  ["deno -A server.ts run", { runs: "script", at: 1 }],
  ["bun run server.ts", { runs: "script", at: 1 }],
  ["bun run.ts", { runs: "script", at: 0 }],
  ["bash -euo pipefail server.sh", { runs: "script", at: 1 }],
  ["sh -c server", { runs: "code" }],
  ["java -cp lib -jar server.jar", { runs: "script", at: 3 }],
];

for (const [line, told] of rows) {
  Deno.test(`What ${line} is told to run`, () => {
    const [command = "", ...args] = line.split(" ");
    deepEqual(toldTo(command, args), told);
  });
}

Deno.test("Only programs that run scripts are interpreters", () => {
  const names = ["node", "/opt/python3.12", "deno", "sh", "nodemon", "mcp-node", "npx", "pythonx"];
  deepEqual(names.filter(isInterpreter), ["node", "/opt/python3.12", "deno", "sh"]);
});
