/** Tools of an MCP server that the client reaches through the proxy, as `init` wired it. */
import assert from "node:assert/strict";
import { agent, ANNOUNCE_ALL, turn } from "../calls.ts";
import { callOf, resultOf } from "../expect.ts";
import { fields, items, parseObject, text } from "../json.ts";
import type { CallOutcome, ToolCall } from "../messages_api.ts";
import type { Project } from "../project.ts";
import { chainFaults } from "../receipts.ts";
import type { Scenario, Stage } from "../scenario.ts";

const SERVER = new URL("../mcp_echo_server.ts", import.meta.url).pathname;
const LOG = "sandbox/mcp.log";
const SUBAGENT = "Play the part of the subagent.";
/** The hooks do not run, so the proxy stands alone. */
const WITHOUT_HOOKS = ["--settings", JSON.stringify({ disableAllHooks: true })];

/** A policy whose only server offers `echo`, `shout` and `fail`; `fail` is not granted. */
function policy(...more: readonly string[]): string {
  const options = ["run", "--no-config", "--no-lock", "--quiet", "--allow-write={sandbox}"];
  const args = [...options, SERVER, `{sandbox}/mcp.log`];
  return [
    "name: demo",
    "sandbox: ./sandbox",
    "allow: [Agent, Read]",
    "mcp:",
    "  servers:",
    "    echo:",
    `      command: ${Deno.execPath()}`,
    `      args: ${JSON.stringify(args)}`,
    "      allow: [echo]",
    "      enforce:",
    '        shout: { args: { text: "oneof:hello,goodbye" } }',
    ...more,
    "default: deny",
    "",
  ].join("\n");
}

function mcp(tool: string, said: string): ToolCall {
  return { name: `mcp__echo__${tool}`, input: { text: said } };
}

async function start(stage: Stage, ...more: readonly string[]): Promise<Project> {
  const project = await stage.project({
    policy: policy(...more),
    files: { "sandbox/notes.txt": "one\n" },
  });
  // `init` has asked the server for its tools.
  await project.write(LOG, "");
  return project;
}

/** The tools that the server was asked to run, in its order. */
async function reached(project: Project): Promise<readonly string[]> {
  const lines = (await project.read(LOG)).split("\n").map((line) => parseObject(line) ?? {});
  return lines.filter(({ method }) => method === "tools/call").map(({ name }) => text(name));
}

/** The rows about a call, each as its door, kind and decision or outcome. */
async function rowsOf(project: Project, { id }: CallOutcome): Promise<readonly string[]> {
  const rows = (await project.receipts()).filter(({ call }) => call === id);
  assert.deepEqual(chainFaults(await project.receipts()), []);
  return rows.map(({ raw }) => {
    const { door, kind, decision, outcome } = fields(parseObject(raw));
    return [door, kind, decision ?? outcome].join(" ");
  });
}

const JOINED = ["hook decision allow", "mcp decision allow", "hook outcome ok"];

export const mcpServers: readonly Scenario[] = [
  {
    name:
      "A granted tool of an MCP server runs, with one receipt of the hook's and one of the proxy's",
    async run(stage) {
      const project = await start(stage);
      const session = await stage.play(project, {
        turns: [turn(mcp("echo", "hi, 世界")), turn(mcp("shout", "hello"))],
        env: ANNOUNCE_ALL,
      });
      assert.deepEqual(session.calls.map((call) => resultOf(call)), [
        { isError: false, content: "hi, 世界" },
        { isError: false, content: "HELLO" },
      ]);
      for (const call of session.calls) {
        assert.deepEqual(await rowsOf(project, call), JOINED);
        const rows = (await project.receipts()).filter((row) => row.call === call.id);
        assert.ok(rows.every((row) => row.session === session.id), "Each row names the session");
      }
      assert.deepEqual(await reached(project), ["echo", "shout"]);
      const { code, stdout } = await project.command("receipts", "verify");
      assert.equal(code, 0, stdout);
    },
  },
  {
    name: "Tools that are not granted are not announced, and calls of them never reach the server",
    async run(stage) {
      const project = await start(stage);
      const session = await stage.play(project, {
        turns: [turn(mcp("echo", "hi")), turn(mcp("shout", "something else"))],
        env: ANNOUNCE_ALL,
      });
      const announced = session.announced.filter((name) => name.startsWith("mcp__"));
      assert.deepEqual(announced.toSorted(), ["mcp__echo__echo", "mcp__echo__shout"]);
      const { isError, content } = resultOf(callOf(session, 1));
      assert.equal(isError, true);
      assert.match(content, /Tenuo denied mcp__echo__shout/);
      assert.ok(content.includes(`tenuo.yaml:${project.line("shout:")}`), content);
      assert.deepEqual(await rowsOf(project, callOf(session, 1)), ["hook decision deny"]);
      assert.deepEqual(await reached(project), ["echo"]);
    },
  },
  {
    name: "Without its hooks the client is still held at the proxy, which names the rule",
    async run(stage) {
      const project = await start(stage);
      const session = await stage.play(project, {
        turns: [turn(mcp("echo", "hi"), mcp("shout", "something else"))],
        env: ANNOUNCE_ALL,
        args: WITHOUT_HOOKS,
      });
      assert.deepEqual(resultOf(callOf(session, 0)), { isError: false, content: "hi" });
      assert.deepEqual(await rowsOf(project, callOf(session, 0)), ["mcp decision allow"]);
      const { isError, content } = resultOf(callOf(session, 1));
      assert.equal(isError, true);
      assert.match(content, /Tenuo denied mcp__echo__shout/);
      assert.ok(content.includes(`tenuo.yaml:${project.line("shout:")}`), content);
      assert.deepEqual(await rowsOf(project, callOf(session, 1)), ["mcp decision deny"]);
      assert.deepEqual(await reached(project), ["echo"]);
    },
  },
  {
    name: "A subagent calls the tools of its role, and no others",
    async run(stage) {
      const roles = (tools: string) => `subagents: { general-purpose: { tools: ${tools} } }`;
      for (const [tools, expected] of [["[mcp__echo__echo]", ["echo"]], ["[Read]", []]] as const) {
        const project = await start(stage, roles(tools));
        const session = await stage.play(project, {
          turns: [turn(agent(SUBAGENT))],
          agents: { [SUBAGENT]: [turn(mcp("echo", "inside"))] },
          env: ANNOUNCE_ALL,
        });
        const [inside] = session.agentCalls;
        assert.ok(inside, "The subagent made no call");
        assert.equal(resultOf(inside).isError, expected.length === 0, resultOf(inside).content);
        assert.deepEqual(await reached(project), expected);
        const rows = await rowsOf(project, inside);
        assert.deepEqual(rows, expected.length === 0 ? ["hook decision deny"] : JOINED);
        const agents = (await project.receipts()).filter(({ call }) => call === inside.id)
          .map(({ raw }) => fields(parseObject(raw)).agent);
        assert.deepEqual(new Set(agents), new Set(["general-purpose"]), "Each row names the role");
      }
    },
  },
  {
    name: "Where subagents are declared, a call that no hook was asked about is denied",
    async run(stage) {
      const project = await start(stage, "subagents: { general-purpose: { tools: [Read] } }");
      const session = await stage.play(project, {
        turns: [turn(mcp("echo", "hi"))],
        env: ANNOUNCE_ALL,
        args: WITHOUT_HOOKS,
      });
      const { isError, content } = resultOf(callOf(session, 0));
      assert.equal(isError, true);
      assert.match(content, /hook/);
      assert.deepEqual(await reached(project), []);
      const [row] = await project.receipts().then((rows) => rows.slice(-1));
      assert.equal(fields(parseObject(row?.raw ?? "")).code, 9016);
    },
  },
  {
    name:
      "The client's probe for a later protocol is refused, and what the server gets is a plain session",
    async run(stage) {
      const project = await start(stage);
      const session = await stage.play(project, {
        turns: [turn(mcp("echo", "hi"))],
        env: ANNOUNCE_ALL,
      });
      assert.equal(resultOf(callOf(session, 0)).isError, false);
      const methods = (await project.read(LOG)).split("\n")
        .map((line) => text(parseObject(line)?.method)).filter((method) => method !== "");
      assert.deepEqual(methods.slice(0, 2), ["initialize", "notifications/initialized"]);
      assert.ok(!methods.includes("server/discover"));
    },
  },
  {
    name: "A policy that is narrowed in the middle of a session holds for the next call",
    async run(stage) {
      const project = await start(stage);
      const narrow = {
        calls: [mcp("echo", "after")],
        async before() {
          const narrower = policy().replace("allow: [echo]", "allow: []");
          await project.write("tenuo.yaml", narrower);
          const { code, stderr } = await project.command("refresh");
          assert.equal(code, 0, stderr);
        },
      };
      const session = await stage.play(project, {
        turns: [turn(mcp("echo", "before")), narrow],
        env: ANNOUNCE_ALL,
      });
      assert.equal(resultOf(callOf(session, 0)).isError, false);
      const { isError, content } = resultOf(callOf(session, 1));
      assert.equal(isError, true, content);
      const log = (await project.read(LOG)).split("\n").map((line) => parseObject(line) ?? {});
      const calls = items(log).map(fields).filter(({ method }) => method === "tools/call");
      assert.equal(calls.length, 1);
    },
  },
];
