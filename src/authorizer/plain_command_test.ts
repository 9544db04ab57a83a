import { equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import type { Governance } from "../policy/snapshot.ts";
import { shlexProblem } from "../shell/judge_shlex.ts";
import { requireCommandUngoverned } from "./command_reach.ts";
import { judgePlainCommand, plainProgram } from "./plain_command.ts";

async function withTree(body: (root: string, governance: Governance) => void | Promise<void>) {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  Deno.mkdirSync(`${root}/.state`);
  Deno.mkdirSync(`${root}/src`);
  Deno.writeTextFileSync(`${root}/.state/key`, "k");
  Deno.writeTextFileSync(`${root}/notes.txt`, "n");
  Deno.symlinkSync(".state/key", `${root}/x`);
  Deno.symlinkSync("../.state", `${root}/src/s`);
  try {
    await body(root, { sealed: [`${root}/.state`], readonly: [`${root}/tenuo.yaml`] });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("a plain reading command is judged at a glance", async () => {
  await withTree((root, governance) => {
    for (const line of ["ls", "ls -la", "cat notes.txt", "  head -n 5 src/../notes.txt", "pwd"]) {
      equal(judgePlainCommand(line, root, governance), true, line);
    }
  });
});

Deno.test("anything a shell would act on, or another program, is left to the full look", async () => {
  await withTree((root, governance) => {
    const lines = [
      "ls *",
      "cat 'a'",
      "cat ~",
      "ls; id",
      "cat $HOME",
      "find .",
      "cp a b",
      "",
      "./ls",
    ];
    for (const line of lines) equal(judgePlainCommand(line, root, governance), false, line);
  });
});

Deno.test("a sealed file is denied with GovernanceFile, through links and short options too", async () => {
  await withTree((root, governance) => {
    const lines = ["cat .state/key", "cat x", "date -fx", "ls src/s", "cat ./src/../.state/key"];
    for (const line of lines) {
      throws(() => judgePlainCommand(line, root, governance), { name: "GovernanceFile" }, line);
    }
    throws(() => judgePlainCommand("cat key", `${root}/.state`, governance), {
      name: "GovernanceFile",
    });
  });
});

Deno.test("what passes at a glance passes the full look as well", async () => {
  await withTree(async (root, governance) => {
    const word = fc.constantFrom(
      ...["ls", "cat", "date", "-la", "-fx", "x", ".", "..", "src", "s/key", "src/s", "notes.txt"],
      ...[".state", ".state/key", "/etc/hosts", "-", "--", "find", "key", "*", "a=b"],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 4 }), async (words) => {
        const line = words.join(" ");
        let glance = false;
        try {
          glance = judgePlainCommand(line, root, governance);
        } catch {
          return;
        }
        if (glance) await requireCommandUngoverned(line, root, "/home/nobody", governance);
      }),
      { numRuns: 500 },
    );
  });
});

Deno.test("a line that is plain for its program is one that the judge of programs grants", () => {
  const word = fc.string({ unit: fc.constantFrom(..."ab/.-_0: ="), maxLength: 6 });
  const program = fc.constantFrom("ls", "cat", "date", "uname", "sudo", "env", "if", "./ls", "-");
  let granted = 0;
  fc.assert(
    fc.property(program, fc.array(word, { maxLength: 4 }), (first, rest) => {
      const line = [first, ...rest].join(" ");
      const found = plainProgram(line);
      if (found === undefined) return;
      granted++;
      equal(found, first);
      equal(shlexProblem(line, [[first]]), undefined, line);
    }),
    { numRuns: 3000 },
  );
  ok(granted > 300, String(granted));
  for (const line of ["", " ", "git status", "ls;id", "ls\n", "ls\u00a0a", "ls *", "sudo ls"]) {
    equal(plainProgram(line), undefined, JSON.stringify(line));
  }
});
