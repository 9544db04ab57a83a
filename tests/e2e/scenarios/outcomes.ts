/** What became of calls, as the receipts tell it: each outcome beside the decision it belongs to. */
import assert from "node:assert/strict";
import { agent, ANNOUNCE_ALL, bash, read, turn } from "../calls.ts";
import { callOf, pause } from "../expect.ts";
import { fields, parseObject } from "../json.ts";
import type { CallOutcome } from "../messages_api.ts";
import { policy } from "../policy.ts";
import { CAN_LIST_PROCESSES, type Project } from "../project.ts";
import { chainFaults } from "../receipts.ts";
import type { Scenario } from "../scenario.ts";
import type { Session } from "../session.ts";
import { EVERY_TOOL, SEARCHES, SUBAGENT, TOOL_FILES, WITH_SEARCHES } from "../tool_calls.ts";

const MCP_SERVER = new URL("../mcp_echo_server.ts", import.meta.url).pathname;
const FILES = { "sandbox/notes.txt": "one\ntwo\n" };

function mcpServers(log: string): string {
  const options = ["--no-config", "--no-lock", "--quiet", `--allow-write=${log}`];
  const args = ["run", ...options, MCP_SERVER, log];
  return JSON.stringify({ mcpServers: { echo: { command: Deno.execPath(), args } } });
}

type Row = Readonly<Record<string, unknown>>;

/** The rows about a call, in their order. */
async function rowsOf(project: Project, { id }: CallOutcome): Promise<readonly Row[]> {
  const rows = await project.receipts();
  return rows.filter((row) => row.call === id).map(({ raw }) => fields(parseObject(raw)));
}

/** A call was decided and its outcome, the only one, agrees with that. */
async function agrees(project: Project, made: CallOutcome, outcome?: string): Promise<Row> {
  const [decision, told, ...more] = await rowsOf(project, made);
  const what = `${made.name} ${JSON.stringify(made.input)}`;
  assert.ok(decision && told, `${what} has no outcome: ${made.result?.content}`);
  assert.deepEqual(more, [], what);
  assert.equal(told.kind, "outcome", what);
  assert.equal(told.of, decision.seq, what);
  assert.equal(told.input, decision.input, `${what} ran with another input`);
  assert.equal(told.mismatch, undefined, what);
  assert.deepEqual([told.agent, told.agentId], [decision.agent, decision.agentId], what);
  if (outcome !== undefined) assert.equal(told.outcome, outcome, what);
  return told;
}

/** Every call of the session agrees. */
async function allAgree(project: Project, session: Session): Promise<void> {
  for (const made of [...session.calls, ...session.agentCalls]) await agrees(project, made);
  assert.deepEqual(chainFaults(await project.receipts()), []);
}

/** Stops the client that runs in the project. */
async function stopClient(project: Project, signal: Deno.Signal): Promise<void> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const args = (await Deno.readTextFile(`/proc/${name}/cmdline`)).split("\0");
      const folder = await Deno.readLink(`/proc/${name}/cwd`);
      if (folder === project.root && args.includes("--session-id")) {
        Deno.kill(Number(name), signal);
      }
    } catch {
      // It ended while the list was read, or belongs to somebody else.
    }
  }
}

function stoppedBy(signal: Deno.Signal): Scenario {
  return {
    name: `A call that ${signal} to the client cut off is told as unknown when the session ends`,
    skip: () => CAN_LIST_PROCESSES ? undefined : "processes cannot be listed here",
    async run(stage) {
      const project = await stage.project({ policy: policy({ verbs: "sleep,echo" }) });
      const cutOff = {
        calls: [bash("sleep 20")],
        async during() {
          await pause(1.5);
          await stopClient(project, signal);
        },
      };
      const session = await stage.play(project, { turns: [turn(bash("echo hi")), cutOff] });
      await agrees(project, callOf(session, 0), "ok");
      const [decision, told, ...more] = await rowsOf(project, callOf(session, 1));
      assert.ok(decision && told, "Nothing says that the call has no outcome");
      assert.deepEqual(more, []);
      assert.equal(`${decision.decision} ${told.kind} ${told.outcome}`, "allow outcome unknown");
      assert.equal(told.of, decision.seq);
      assert.deepEqual(chainFaults(await project.receipts()), []);
    },
  };
}

export const outcomes: readonly Scenario[] = [
  {
    name: "Each tool's outcome names its decision and agrees with the input that was judged",
    async run(stage) {
      const project = await stage.project({
        // Everything runs, so that every tool is seen.
        policy: policy({ mode: "audit" }),
        files: { ...FILES, ...TOOL_FILES },
      });
      await project.write(".mcp.json", mcpServers(project.outside("mcp.log")));
      const session = await stage.play(project, {
        turns: EVERY_TOOL.map((calls) => turn(...calls)),
        agents: { [SUBAGENT]: [turn(read("sandbox/notes.txt"), bash("echo inside"))] },
        env: ANNOUNCE_ALL,
        limitSeconds: 120,
      });
      assert.equal(session.calls.length, EVERY_TOOL.flat().length);
      await allAgree(project, session);
      const [inside] = session.agentCalls;
      assert.ok(inside, "The subagent made no call");
      const told = await agrees(project, inside, "ok");
      assert.equal(told.agent, "general-purpose");
      assert.match(String(told.agentId), /^[0-9a-z]+$/);
      const failed = session.calls.find(({ name }) => name === "mcp__echo__fail");
      assert.ok(failed);
      assert.match(String((await agrees(project, failed, "failed")).preview), /it failed/);
    },
  },
  {
    name: "The outcomes of search and task tools agree with the input that was judged",
    async run(stage) {
      const project = await stage.project({ policy: policy({ mode: "audit" }), files: FILES });
      const session = await stage.play(project, {
        turns: [turn(...SEARCHES)],
        args: WITH_SEARCHES,
        env: ANNOUNCE_ALL,
      });
      assert.equal(session.calls.length, SEARCHES.length);
      await allAgree(project, session);
    },
  },
  {
    name: "What another hook rewrote after it was authorized is marked in the receipts",
    async run(stage) {
      const rewritten = { command: "echo rewritten", description: "x" };
      const answer = { hookEventName: "PreToolUse", updatedInput: rewritten };
      // The last answer counts, so it comes well after ours.
      const script = `sleep 2; printf %s '${JSON.stringify({ hookSpecificOutput: answer })}'`;
      const hook = { type: "command", command: "/bin/sh", args: ["-c", script] };
      const settings = { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [hook] }] } };
      const project = await stage.project({ policy: policy(), files: FILES, settings });
      const session = await stage.play(project, {
        turns: [turn(bash("echo original")), turn(read("sandbox/notes.txt"))],
      });
      const made = callOf(session, 0);
      assert.match(made.result?.content ?? "", /^rewritten/);
      const [decision, told] = await rowsOf(project, made);
      assert.ok(decision && told);
      assert.equal(`${decision.decision} ${told.outcome} ${told.mismatch}`, "allow ok input");
      assert.equal(told.of, decision.seq);
      assert.notEqual(told.input, decision.input);
      await agrees(project, callOf(session, 1), "ok");
    },
  },
  {
    name: "Pinned paths are what runs and no mismatch",
    async run(stage) {
      const project = await stage.project({
        policy: policy({ top: ["pin_paths: true"], enforce: ['Edit: "subpath:{sandbox}"'] }),
        files: FILES,
        links: { "sandbox/link.txt": "notes.txt", "sandbox/here": "." },
      });
      const edit = { file_path: "sandbox/here/notes.txt", old_string: "two", new_string: "dos" };
      const session = await stage.play(project, {
        turns: [
          turn(read("sandbox/link.txt"), read("sandbox/notes.txt")),
          turn({ name: "Edit", input: edit }),
        ],
      });
      for (const index of session.calls.keys()) await agrees(project, callOf(session, index), "ok");
      const pinned = session.log.hooks.filter(({ event, stdout }) =>
        event === "PreToolUse" && stdout.includes("updatedInput")
      );
      assert.equal(pinned.length, 2, "Not both linked paths were pinned");
    },
  },
  {
    name: "What goes on in the background has its outcome when the session ends",
    async run(stage) {
      const project = await stage.project({
        policy: policy({ verbs: "sleep,echo", top: ["allow: [Agent]"] }),
      });
      const { input } = agent(SUBAGENT);
      const behind = { name: "Agent", input: { ...input, run_in_background: true } };
      const later = { name: "Bash", input: { command: "sleep 2", run_in_background: true } };
      const session = await stage.play(project, {
        turns: [turn(behind, later)],
        agents: { [SUBAGENT]: [turn(bash("sleep 1"))] },
      });
      assert.equal(session.agentCalls.length, 1);
      await allAgree(project, session);
    },
  },
  {
    name: "A call that the client refused after it was allowed is told as unknown",
    async run(stage) {
      const project = await stage.project({ policy: policy({ top: ["on_grant: defer"] }) });
      const session = await stage.play(project, {
        turns: [turn(bash("touch sandbox/made"))],
        skipPermissions: false,
      });
      assert.equal(await project.exists("sandbox/made"), false);
      const [decision, told] = await rowsOf(project, callOf(session, 0));
      assert.ok(decision && told);
      assert.equal(`${decision.decision} ${told.outcome}`, "allow unknown");
      assert.equal(told.of, decision.seq);
    },
  },
  stoppedBy("SIGTERM"),
  stoppedBy("SIGINT"),
];
