import assert from "node:assert/strict";
import { glob, grep, read, turn, WITH_SEARCH_TOOLS } from "../calls.ts";
import { callOf, denied, ran } from "../expect.ts";
import { policy, RULES } from "../policy.ts";
import type { Scenario } from "../scenario.ts";

const PLAN = {
  policy: policy(),
  files: { "sandbox/notes.txt": "a note for the agent\n", "secret.txt": "kept from the agent\n" },
};

export const reads: readonly Scenario[] = [
  {
    name: "Read of a file in the sandbox returns it",
    async run(stage) {
      const project = await stage.project(PLAN);
      const session = await stage.play(project, { turns: [turn(read("sandbox/notes.txt"))] });
      assert.match(await ran(project, session, 0), /a note for the agent/);
    },
  },
  {
    name: "Read of /etc/hosts is blocked",
    async run(stage) {
      const project = await stage.project(PLAN);
      const session = await stage.play(project, { turns: [turn(read("/etc/hosts"))] });
      const because = { rule: RULES.read, line: project.line("Read:") };
      const content = await denied(project, session, callOf(session, 0), because);
      assert.doesNotMatch(content, /localhost/);
    },
  },
  {
    name: "Read through a link out of the sandbox is blocked",
    async run(stage) {
      const project = await stage.project({
        ...PLAN,
        links: { "sandbox/file_link.txt": "../secret.txt", "sandbox/folder_link": "/etc" },
      });
      const calls = [read("sandbox/file_link.txt"), read("sandbox/folder_link/hosts")];
      const session = await stage.play(project, { turns: [turn(...calls)] });
      const because = { rule: RULES.read, line: project.line("Read:") };
      for (const index of [0, 1]) {
        const content = await denied(project, session, callOf(session, index), because);
        assert.doesNotMatch(content, /kept from the agent|localhost/);
      }
    },
  },
  {
    // Unlike Read's, the path of Grep reaches the hook as the model wrote it: the client takes
    // blanks off and expands a tilde only afterwards.
    name: "Grep by a path that the client rewrites after the hook is blocked",
    async run(stage) {
      const project = await stage.project({ ...PLAN, policy: policy({ sandbox: "." }) });
      await Deno.writeTextFile(`${project.home}/private.txt`, "kept from the agent\n");
      await Deno.writeTextFile(project.outside("near.txt"), "kept from the agent\n");
      const paths = ["~", "~/private.txt", " ~/private.txt", ` ${project.outside("near.txt")} `];
      const session = await stage.play(project, {
        turns: [turn(...paths.map((path) => grep("kept", { path })))],
        args: WITH_SEARCH_TOOLS,
      });
      const because = { rule: RULES.read, line: project.line("Grep:") };
      for (const index of paths.keys()) {
        const content = await denied(project, session, callOf(session, index), because);
        assert.doesNotMatch(content, /kept from the agent/);
      }
    },
  },
  {
    // The client takes an absolute pattern for what it says and forgets the path beside it.
    name: "Glob out of the sandbox is blocked, by its path and by its pattern",
    async run(stage) {
      const enforce = ['Glob: "subpath:{sandbox}"'];
      const project = await stage.project({ ...PLAN, policy: policy({ sandbox: ".", enforce }) });
      const inside = [glob("*.txt"), glob("sandbox/*", { path: project.root })];
      const outside = [
        glob("*", { path: "/etc" }),
        glob("*", { path: " ~ " }),
        glob("/etc/host*"),
        glob("/etc/host*", { path: "sandbox" }),
        glob(`${project.root}/../home/*`),
      ];
      const session = await stage.play(project, {
        turns: [turn(...inside), turn(...outside)],
        args: WITH_SEARCH_TOOLS,
      });
      assert.match(await ran(project, session, 0), /secret\.txt/);
      assert.match(await ran(project, session, 1), /notes\.txt/);
      const because = { rule: RULES.read, line: project.line("Glob:") };
      for (const index of outside.keys()) {
        await denied(project, session, callOf(session, inside.length + index), because);
      }
    },
  },
];
