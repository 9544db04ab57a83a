import { match, notEqual, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";

/** Ends whoever started it as a person at a terminal would, and stays. */
const stubborn = `
require("node:fs").writeFileSync("pid", String(process.pid));
process.on("SIGTERM", () => {});
process.stdin.resume();
setInterval(() => {}, 1000);
setTimeout(() => process.kill(process.ppid, "SIGINT"), 200);
`;

const policy = `enforce:
  Read: subpath:{sandbox}
mcp:
  servers:
    stubborn:
      command: node
      args: ["{project}/server.cjs"]
      allow: [list]
`;

function isAlive(pid: string): boolean {
  try {
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

Deno.test("A server does not outlive a command that a person interrupts", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const files = { "server.cjs": stubborn };
  await using project = await Project.create({ policy, files, init: false });
  const { code, stderr } = await project.command("init");
  match(stderr, /Starting the MCP server stubborn/);
  notEqual(code, 0);
  equal(isAlive(project.read("pid")), false);
});
