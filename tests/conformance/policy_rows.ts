/** Rows of calls under a policy, decided from tenuo.yaml to verdict: what must pass and what must not. */
import { strictEqual as equal } from "node:assert/strict";
import { evaluate, type Evaluation } from "../../src/authorizer/evaluate.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import type { Snapshot } from "../../src/policy/snapshot.ts";

/** One call: what the tool is given, and why it is decided so. */
export type Row = readonly [input: Readonly<Record<string, unknown>> | string, why?: string];

/** Rows of one field each. */
export function rows(...texts: readonly string[]): Row[] {
  return texts.map((text) => [text]);
}

/** Calls of one tool under one policy. */
export interface Table {
  readonly name: string;
  readonly policy: string;
  readonly tool: string;
  /** The field that a text stands for. */
  readonly field?: string;
  readonly allow?: readonly Row[];
  readonly deny?: readonly Row[];
  readonly cwd?: string;
}

/** What the tool is given; `{project}` and `{sandbox}` in its texts are filled in. */
export function inputOf(table: Table, given: Row[0], project: string): Record<string, unknown> {
  const text = JSON.stringify(typeof given === "string" ? { [table.field ?? ""]: given } : given)
    .replaceAll("{project}", project)
    .replaceAll("{sandbox}", `${project}/sandbox`);
  return JSON.parse(text);
}

/** A project with files, folders and links to try paths on. */
export class Ground {
  readonly root: string;
  readonly #folder: string;

  constructor() {
    this.#folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "rows_" }));
    this.root = `${this.#folder}/project`;
    for (
      const file of [
        "project/sandbox/notes.txt",
        "project/sandbox/sub/a.txt",
        "project/sandbox/-dash.txt",
        "project/sandbox/name with blank.txt",
        "project/outside.txt",
        "project/sandbox-evil/x.txt",
        "project/.state/issuer_key.b64",
        "project/.claude/settings.json",
        "home/.ssh/id_rsa",
        "home/.tenuo/admin.env",
      ]
    ) {
      const path = `${this.#folder}/${file}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, "text\n");
    }
    for (
      const [name, to] of [
        ["out", ".."],
        ["etc", "/etc"],
        ["hosts", "/etc/hosts"],
        ["inner", "sub"],
        ["loop", "loop"],
        ["state", "../.state"],
        ["dangling", "../nowhere/file"],
      ] as const
    ) Deno.symlinkSync(to, `${this.root}/sandbox/${name}`);
    Deno.linkSync(`${this.root}/sandbox/notes.txt`, `${this.root}/sandbox/hard.txt`);
  }

  remove(): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }

  /** Compiles a policy for this project. */
  async compile(text: string): Promise<Snapshot> {
    Deno.writeTextFileSync(`${this.root}/tenuo.yaml`, text);
    const { snapshot } = await compilePolicy(await loadPolicy(this.root), {
      project: this.root,
      home: `${this.#folder}/home`,
      stateDir: `${this.root}/.state`,
      binary: "/opt/tenuo/tenuo-claude",
      sources: [],
      authority: "00",
      serial: 1,
      issuedAt: 1,
      sandboxRealPath: `${this.root}/sandbox`,
    });
    return snapshot;
  }

  /** Decides one row. */
  decide(table: Table, [given]: Row, snapshot: Snapshot): Promise<Evaluation> {
    const cwd = `${this.root}${table.cwd ?? ""}`;
    const input = inputOf(table, given, this.root);
    return evaluate({ door: "hook", tool: table.tool, input, cwd }, snapshot);
  }
}

/** Plays a table, each row as a step. Every refusal must name a code and a reason. */
export async function play(test: Deno.TestContext, table: Table, ground: Ground): Promise<void> {
  const snapshot = await ground.compile(table.policy);
  for (const verdict of ["allow", "deny"] as const) {
    for (const row of table[verdict] ?? []) {
      const [given, why] = row;
      const shown = typeof given === "string" ? JSON.stringify(given) : JSON.stringify(given);
      const name = `${verdict} ${shown.slice(0, 100)}${why === undefined ? "" : `: ${why}`}`;
      await test.step(name, async () => {
        const evaluation = await ground.decide(table, row, snapshot);
        equal(evaluation.verdict, verdict, evaluation.reason);
        if (verdict === "deny") equal(typeof evaluation.code, "number");
      });
    }
  }
}
