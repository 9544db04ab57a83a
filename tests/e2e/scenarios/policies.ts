import assert from "node:assert/strict";
import { agent, bash, read, turn, write } from "../calls.ts";
import { callOf, decisionOf, denied, ran, resultOf } from "../expect.ts";
import { policy } from "../policy.ts";
import type { Scenario } from "../scenario.ts";

const FILES = { "sandbox/notes.txt": "one\ntwo\nthree\n", "secret.txt": "kept from the agent\n" };

/** A policy in the structured form for commands. */
const STRUCTURED = [
  "name: demo",
  "sandbox: ./sandbox",
  "enforce:",
  '  Read: "subpath:{sandbox}"',
  '  Write: "subpath:{sandbox}"',
  "  Bash:",
  "    verbs:",
  '      cat: { paths: "{sandbox}" }',
  '      grep: { paths: "{sandbox}" }',
  '      wc: { paths: "{sandbox}" }',
  '      find: { paths: "{sandbox}" }',
  "      echo: {}",
  "    compose: [pipe, and, discard]",
  "default: deny",
  "",
].join("\n");

export const policies: readonly Scenario[] = [
  {
    name: "Commands of the structured form run, in pipes and with operators in quotes",
    async run(stage) {
      const project = await stage.project({ policy: STRUCTURED, files: FILES });
      const lines = [
        ["cat sandbox/notes.txt | grep -c t", "2"],
        ['echo "a; b | c"', "a; b | c"],
        ["grep -n 'two' sandbox/notes.txt 2>/dev/null && echo found", "2:two\nfound"],
        ["find sandbox -name '*.txt' -type f | wc -l", "1"],
      ] as const;
      const turns = [turn(...lines.map(([line]) => bash(line)))];
      const session = await stage.play(project, { turns });
      for (const [index, [line, output]] of lines.entries()) {
        assert.equal((await ran(project, session, index)).trim(), output, line);
      }
    },
  },
  {
    name: "Commands beyond the structured form are blocked, each by its part of the rule",
    async run(stage) {
      const project = await stage.project({ policy: STRUCTURED, files: FILES });
      const lines = [
        ["cat secret.txt", "cat:"],
        ["cat sandbox/notes.txt | grep kept - secret.txt", "grep:"],
        ["find sandbox -exec touch sandbox/escaped {} +", "find:"],
        ["echo hi; touch sandbox/escaped", "Bash:"],
        ["echo hi > sandbox/escaped", "Bash:"],
        ["echo `touch sandbox/escaped`", "Bash:"],
        ['echo "a; b && $HOME"', "Bash:"],
      ] as const;
      const turns = [turn(...lines.map(([line]) => bash(line)))];
      const session = await stage.play(project, { turns });
      for (const [index, [line, where]] of lines.entries()) {
        const call = callOf(session, index);
        const { isError, content } = resultOf(call);
        assert.equal(isError, true, `${line} ran`);
        assert.doesNotMatch(content, /kept from the agent/);
        const row = await decisionOf(project, call);
        assert.equal(row.decision, "deny");
        const lineNumbers = [project.line(where), project.line("Bash:")];
        assert.ok(lineNumbers.includes(row.line ?? 0), `${line}: line ${row.line}`);
      }
      assert.equal(await project.exists("sandbox/escaped"), false);
    },
  },
  {
    name: "A grant that defers leaves the client's own rules in force",
    async run(stage) {
      const plan = { policy: policy({ top: ["on_grant: defer"] }), files: FILES };
      const project = await stage.project(plan);
      const calls = [bash("touch sandbox/made"), read("sandbox/notes.txt"), read("/etc/hosts")];
      const turns = [turn(...calls)];
      const session = await stage.play(project, { turns, skipPermissions: false });
      // Nobody is there to ask in print mode, so what the client asks about does not run.
      assert.equal(resultOf(callOf(session, 0)).isError, true);
      assert.equal(await project.exists("sandbox/made"), false);
      assert.equal((await decisionOf(project, callOf(session, 0))).decision, "allow");
      assert.match(await ran(project, session, 1), /two/);
      await denied(project, session, callOf(session, 2), {
        rule: "subpath:{sandbox}",
        line: project.line("Read:"),
      });
      const answered = await stage.project({ ...plan, policy: policy() });
      const granted = await stage.play(answered, { turns, skipPermissions: false });
      await ran(answered, granted, 0);
      assert.equal(await answered.exists("sandbox/made"), true);
    },
  },
  {
    name: "With pinned paths the client opens the file that was checked",
    async run(stage) {
      const project = await stage.project({
        policy: policy({ top: ["pin_paths: true"], enforce: ['Write: "subpath:{sandbox}"'] }),
        files: FILES,
        links: { "sandbox/link": "deep", "sandbox/notes_link.txt": "notes.txt" },
      });
      await project.write("sandbox/deep/old.txt", "old\n");
      const calls = [read("sandbox/notes_link.txt"), write("sandbox/link/new.txt", "new\n")];
      const session = await stage.play(project, { turns: [turn(...calls)] });
      assert.match(await ran(project, session, 0), /two/);
      await ran(project, session, 1);
      assert.equal(await project.read("sandbox/deep/new.txt"), "new\n");
      const rows = (await project.receipts()).filter(({ kind }) => kind === "outcome");
      assert.equal(rows.length, 2);
    },
  },
  {
    name: "A subagent of a declared role has its tools, of an undeclared one nothing",
    async run(stage) {
      const top = ["subagents:", "  general-purpose: { tools: [Read] }"];
      const project = await stage.project({ policy: policy({ top }), files: FILES });
      const inner = [turn(read("sandbox/notes.txt"), bash("touch sandbox/made"))];
      const other = agent("not a role");
      const session = await stage.play(project, {
        turns: [
          turn(agent("inner script")),
          turn({ ...other, input: { ...other.input, subagent_type: "Explore" } }),
        ],
        agents: { "inner script": inner },
      });
      const [reading, touching] = session.agentCalls;
      assert.ok(reading && touching, "The subagent made its calls");
      assert.equal(resultOf(reading).isError, false);
      assert.equal(resultOf(touching).isError, true);
      assert.equal(await project.exists("sandbox/made"), false);
      const refusal = await decisionOf(project, touching);
      assert.equal(refusal.line, project.line("general-purpose:"));
      assert.equal(resultOf(callOf(session, 1)).isError, true);
      assert.equal((await decisionOf(project, callOf(session, 1))).decision, "deny");
    },
  },
];
