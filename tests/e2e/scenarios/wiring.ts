import assert from "node:assert/strict";
import { bash, read, turn, write } from "../calls.ts";
import { callOf, denied, pause, ran, until } from "../expect.ts";
import { fields, items, parseObject } from "../json.ts";
import { policy, RULES } from "../policy.ts";
import type { Scenario } from "../scenario.ts";

const SETTINGS = ".claude/settings.json";
const FILES = { "sandbox/notes.txt": "a note for the agent\n" };
const UNWIRED = JSON.stringify({ disableAllHooks: true });

/** The settings change in mid-session, by somebody else's hand, and the next calls are governed. */
function staysWired(name: string, change: Readonly<Record<string, string>>): Scenario {
  return {
    name,
    async run(stage) {
      const seen = { type: "command", command: "/usr/bin/touch", args: ["change_seen"] };
      const settings = { hooks: { ConfigChange: [{ hooks: [seen] }] } };
      const project = await stage.project({ policy: policy(), files: FILES, settings });
      const noticed = async () => await project.exists("change_seen") ? true : undefined;
      const chain = bash("touch sandbox/a; touch sandbox/b");
      const changed = {
        calls: [chain],
        async before() {
          for (const [file, content] of Object.entries(change)) await project.write(file, content);
          await until("A ConfigChange event", noticed);
          // The client goes by the new settings only after every hook of the event has ended.
          await pause(1);
        },
      };
      const session = await stage.play(project, {
        turns: [turn(read("sandbox/notes.txt")), changed, turn(chain)],
      });
      await ran(project, session, 0);
      const because = { rule: RULES.bash, line: project.line("Bash:") };
      for (const index of [1, 2]) await denied(project, session, callOf(session, index), because);
      assert.equal(await project.exists("sandbox/a"), false);
      assert.equal(await project.exists("sandbox/b"), false);
    },
  };
}

export const wiring: readonly Scenario[] = [
  {
    name: "The agent cannot unwire itself, whatever the policy grants",
    async run(stage) {
      const project = await stage.project({
        policy: policy({ sandbox: ".", verbs: "cp,rm", enforce: ['Write: "subpath:{sandbox}"'] }),
        files: { ...FILES, "empty.json": "{}\n" },
        links: { link: ".claude" },
      });
      const before = await project.read(SETTINGS);
      const attempts = [
        write(SETTINGS, "{}"),
        write(".claude/settings.local.json", UNWIRED),
        write("tenuo.yaml", "sandbox: /\n"),
        bash(`cp empty.json ${SETTINGS}`),
        bash(`rm ${SETTINGS}`),
        bash("cp empty.json link/settings.json"),
        bash("cp empty.json l*/settings.json"),
      ];
      const session = await stage.play(project, {
        // The client wants a file to be read before it is written over.
        turns: [turn(read(SETTINGS), read("tenuo.yaml")), turn(...attempts), turn(bash("id"))],
      });
      for (const index of [0, 1]) await ran(project, session, index);
      for (const index of attempts.keys()) {
        const because = { rule: RULES.governance, line: 0 };
        await denied(project, session, callOf(session, index + 2), because);
      }
      const because = { rule: RULES.bash, line: project.line("Bash:") };
      await denied(project, session, callOf(session, 2 + attempts.length), because);
      assert.equal(await project.read(SETTINGS), before);
      assert.equal(await project.exists(".claude/settings.local.json"), false);
    },
  },
  staysWired("Hooks stay in force when .claude/settings.json is emptied from outside", {
    [SETTINGS]: "{}\n",
  }),
  staysWired("Hooks stay in force when .claude/settings.local.json turns them off from outside", {
    ".claude/settings.local.json": UNWIRED,
  }),
  {
    name: "Hooks and keys that were there before init survive it, and the hooks still run",
    async run(stage) {
      const foreign = {
        matcher: "Read",
        hooks: [{ type: "command", command: "/usr/bin/touch", args: ["foreign_hook_ran"] }],
      };
      const stop = { hooks: [{ type: "command", command: "/usr/bin/touch", args: ["stop_ran"] }] };
      const kept = { permissions: { deny: ["Bash(rm:*)"] }, env: { OTHER: "1" } };
      const settings = { ...kept, hooks: { PreToolUse: [foreign], Stop: [stop] } };
      const project = await stage.project({ policy: policy(), files: FILES, settings });
      const once = await project.read(SETTINGS);
      assert.equal((await project.command("init")).code, 0);
      assert.equal(await project.read(SETTINGS), once, "A second init changed the settings");

      const wired = parseObject(once) ?? {};
      assert.deepEqual({ permissions: wired.permissions, env: wired.env }, kept);
      const hooks = fields(wired.hooks);
      assert.deepEqual(items(hooks.PreToolUse)[0], foreign);
      assert.deepEqual(hooks.Stop, [stop]);

      const session = await stage.play(project, {
        turns: [turn(read("sandbox/notes.txt"), read("/etc/hosts"))],
      });
      await ran(project, session, 0);
      const because = { rule: RULES.read, line: project.line("Read:") };
      await denied(project, session, callOf(session, 1), because);
      assert.equal(await project.exists("foreign_hook_ran"), true);
      assert.equal(await project.exists("stop_ran"), true);
    },
  },
];
