import assert from "node:assert/strict";
import { ANNOUNCE_ALL, turn } from "../calls.ts";
import { callOf, denied } from "../expect.ts";
import { parseObject } from "../json.ts";
import { policy, RULES } from "../policy.ts";
import type { Scenario } from "../scenario.ts";

const MCP_SERVER = new URL("../mcp_echo_server.ts", import.meta.url).pathname;
const CRON = "0 0 1 1 *";

function mcpServers(log: string): string {
  const options = ["--no-config", "--no-lock", "--quiet", `--allow-write=${log}`];
  const args = ["run", ...options, MCP_SERVER, log];
  return JSON.stringify({ mcpServers: { echo: { command: Deno.execPath(), args } } });
}

export const tools: readonly Scenario[] = [
  {
    name: "CronCreate, which the policy does not list, is blocked",
    async run(stage) {
      const project = await stage.project({ policy: policy() });
      const call = { name: "CronCreate", input: { cron: CRON, prompt: "hello", durable: true } };
      const session = await stage.play(project, { turns: [turn(call)], env: ANNOUNCE_ALL });
      assert.ok(session.announced.includes("CronCreate"), "CronCreate was not offered");
      const because = { rule: RULES.unlisted, line: project.line("default:") };
      await denied(project, session, callOf(session, 0), because);
      assert.equal(await project.exists(".claude/scheduled_tasks.json"), false);
    },
  },
  {
    name: "A call to an ungranted tool of an MCP server never reaches the server",
    async run(stage) {
      const project = await stage.project({ policy: policy() });
      const log = project.outside("mcp.log");
      await project.write(".mcp.json", mcpServers(log));
      const call = { name: "mcp__echo__shout", input: { text: "hello" } };
      const session = await stage.play(project, { turns: [turn(call)], env: ANNOUNCE_ALL });
      assert.ok(session.announced.includes(call.name), "The server's tool was not offered");
      const because = { rule: RULES.unlisted, line: project.line("default:") };
      await denied(project, session, callOf(session, 0), because);
      const asked = (await Deno.readTextFile(log)).trim().split("\n").map((line) =>
        parseObject(line)?.method
      );
      assert.ok(asked.includes("tools/list"), "The server was not running");
      assert.ok(!asked.includes("tools/call"), "The call reached the server");
    },
  },
];
