/** Runs every short option of reading programs that is granted, beside a file that must not be read. */
import { ok } from "node:assert/strict";
import { resolvePath } from "../../src/authorizer/resolve_path.ts";
import { commandProblem } from "../../src/shell/judge_command.ts";
import type { CommandRule } from "../../src/shell/command_rule.ts";

const secret = "kept-from-readers";
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/** Program -> what has to stand before its files. */
const programs: { readonly [program: string]: string } = {
  ...Object.fromEntries(
    "cat tac rev head tail sort uniq cut nl comm paste join fold fmt expand column more strings diff cmp"
      .split(" ").map((program) => [program, ""]),
  ),
  grep: "kept ",
  sed: "p ",
  awk: "'{print}' ",
  jq: ". ",
};

/** Lines that put the file `far` in each place where an option could take it or leave it. */
function linesOf(program: string, far: string): string[] {
  const lead = programs[program] ?? "";
  return [...letters].flatMap((letter) => [
    `${program} -${letter} ${far} near`,
    `${program} -${letter} ${lead}${far} near`,
    `${program} ${lead}near -${letter} ${far}`,
    `${program} -${letter}${far} ${lead}near`,
    `${program} -n${letter} ${lead}${far}`,
    `${program} -${letter}a ${lead}${far} near`,
    `${program} -${letter} 1 -${letter} ${lead}${far}`,
    `${program} -r${letter} ${lead}links`,
    `${program} -${letter} ${lead}links links`,
  ]);
}

async function outputOf(shell: string, cwd: string, lines: readonly string[]): Promise<string> {
  const each = 'for line in "$@"; do echo "RUN $line"; eval "$line" </dev/null 2>/dev/null; done';
  const args = ["-k", "5", "120", shell, "-c", each, shell, ...lines];
  const env = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8" };
  const { stdout } = await new Deno.Command("timeout", {
    args,
    cwd,
    clearEnv: true,
    env,
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("No option of a reading program that is granted leads to a file outside", async () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "canary_" }));
  try {
    const cwd = `${root}/srv`;
    Deno.mkdirSync(`${cwd}/links`, { recursive: true });
    Deno.writeTextFileSync(`${root}/far`, `${secret}\n`);
    Deno.writeTextFileSync(`${cwd}/near`, "1 2\n");
    for (const name of ["-F", "-n", "a"]) Deno.writeTextFileSync(`${cwd}/${name}`, "1\n");
    Deno.symlinkSync("../../far", `${cwd}/links/far`);
    const rule: CommandRule = {
      form: "verbs",
      verbs: Object.fromEntries(
        Object.keys(programs).map((program) => [program, { paths: [cwd], rule: program, line: 1 }]),
      ),
      compose: [],
    };
    const lines = Object.keys(programs).flatMap((program) => [
      ...linesOf(program, `${root}/far`),
      ...linesOf(program, "../far"),
    ]);
    const granted = lines.filter((line) =>
      commandProblem(line, rule, { cwd, resolve: resolvePath }) === undefined &&
      !line.startsWith("tail -f") && !/^tail.* -\w*[fF]/.test(line)
    );
    ok(granted.length > 1000, `only ${granted.length} of ${lines.length} lines are granted`);
    const output = await outputOf("bash", cwd, [...new Set(granted)]);
    ok(output.includes(`RUN ${granted.at(-1)}\n`), "not every line was run");
    const read = output.split("RUN ").filter((part) =>
      part.split("\n").slice(1).join().includes(secret)
    );
    ok(read.length === 0, read.join("\n"));
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
