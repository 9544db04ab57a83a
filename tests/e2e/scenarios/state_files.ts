import assert from "node:assert/strict";
import { bash, glob, grep, read, turn, WITH_SEARCH_TOOLS } from "../calls.ts";
import { callOf, denied, ran } from "../expect.ts";
import type { ToolCall } from "../messages_api.ts";
import { policy, RULES } from "../policy.ts";
import type { Project } from "../project.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** The whole project is the sandbox, so nothing but the rule for governance files is in the way. */
const PLAN = {
  policy: policy({ sandbox: ".", verbs: "cat,ls", enforce: ['Glob: "subpath:{sandbox}"'] }),
  links: { notes: ".state" },
};
const BECAUSE = { rule: RULES.governance, line: 0 };

/** Globs of Grep that match governance files, in the several spellings ripgrep knows. */
const REACHING = [
  "*",
  "**",
  "**/*.hex",
  ".state/*",
  "/.state/**",
  "\\.state/*",
  "[.]state/**",
  "?state/*",
  ".s*/**/*.hex",
  "*.{b64,hex}",
  "{*.hex}",
  "[^z]*",
  "[!z]*",
  "*.txt *.hex",
  "*.txt,*.hex",
];

/** Strings that stand in the governance files and nowhere else. */
async function secretsOf(project: Project): Promise<readonly string[]> {
  const names = ["issuer_key.b64", "holder_key.b64", "receipt_key.b64", "issuer_pub.hex"];
  return await Promise.all(
    names.map(async (name) => (await project.read(`.state/${name}`)).trim()),
  );
}

async function allDenied(stage: Stage, calls: (project: Project) => readonly ToolCall[]) {
  const project = await stage.project(PLAN);
  const secrets = await secretsOf(project);
  const made = calls(project);
  const session = await stage.play(project, { turns: [turn(...made)], args: WITH_SEARCH_TOOLS });
  for (const index of made.keys()) {
    const content = await denied(project, session, callOf(session, index), BECAUSE);
    assert.ok(!secrets.some((secret) => content.includes(secret)), "A secret came back");
  }
}

export const stateFiles: readonly Scenario[] = [
  {
    name: "Read of .state is blocked though the sandbox is the whole project",
    run: (stage) =>
      allDenied(stage, (project) => [
        read(".state/issuer_key.b64"),
        read(project.path(".state/holder_key.b64")),
        read("notes/receipt_key.b64"),
      ]),
  },
  {
    name: "Bash `cat` of .state is blocked though cat is granted",
    run: (stage) =>
      allDenied(stage, (project) => [
        bash("cat .state/issuer_key.b64"),
        bash(`cat ${project.path(".state/issuer_key.b64")}`),
        bash("cat notes/issuer_key.b64"),
        bash("cat .state/../.state/./issuer_key.b64"),
      ]),
  },
  {
    name: "Bash `cat` of .state spelled in another way is blocked too",
    run: (stage) =>
      allDenied(stage, () => [
        bash('cat ".state"/issuer_key.b64'),
        bash("cat .st\\ate/issuer_key.b64"),
        bash("cat .s''tate/issuer_key.b64"),
        bash("cat .sta*/issuer_key.b64"),
        bash("cat .stat?/issuer_key.b64"),
        bash("cat .[s]tate/issuer_key.b64"),
        bash("cat .{state,x}/issuer_key.b64"),
        bash("cat ../*/.st*/issuer_key.b64"),
        bash("cat not*/issuer_key.b64"),
        bash("cat n[o]tes/issuer_key.b64"),
        bash("cat */issuer_key.b64"),
      ]),
  },
  {
    name: "Grep in .state is blocked though the sandbox is the whole project",
    run: (stage) =>
      allDenied(stage, (project) => [
        grep("[0-9a-f]", { path: ".state" }),
        grep("[0-9a-f]", { path: project.path(".state/issuer_pub.hex") }),
        grep("[0-9a-f]", { path: " .state/issuer_pub.hex " }),
        grep("[0-9a-f]", { path: "notes" }),
      ]),
  },
  {
    // A glob given to Grep overrides the .ignore file that keeps the search out of .state.
    name: "Grep over the project with a glob that reaches into .state is blocked",
    run: (stage) => allDenied(stage, () => REACHING.map((glob) => grep("[0-9a-f]", { glob }))),
  },
  {
    name: "Glob in .state is blocked, by its path and by its pattern",
    run: (stage) =>
      allDenied(
        stage,
        () => [glob("*", { path: ".state" }), glob("*", { path: "notes" }), glob(".state/*")],
      ),
  },
  {
    name: "Grep over the project without such a glob runs and finds nothing in .state",
    async run(stage) {
      const project = await stage.project(PLAN);
      const secret = (await project.read(".state/issuer_pub.hex")).trim();
      await project.write("src/copy.txt", `${secret}\n`);
      const searches = [grep(secret), grep(secret, { path: project.root, output_mode: "count" })];
      const session = await stage.play(project, {
        turns: [turn(...searches)],
        args: WITH_SEARCH_TOOLS,
      });
      for (const index of searches.keys()) {
        const content = await ran(project, session, index);
        assert.match(content, /^src\/copy\.txt:1/m, "The search found nothing at all");
        assert.doesNotMatch(content, /^\.state|issuer_pub/m);
      }
    },
  },
];
