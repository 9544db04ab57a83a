/**
 * What the reader of command lines understands, bash, sh and zsh understand in the same way: random
 * lines are run in all three, with stubs that note their words.
 *
 * TENUO_SHELL_LINES sets how many lines are generated: 2,500 unless set, 100,000 in a full run, of
 * which at least 30,000 have to be accepted and run.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { type LineCommand, readShellLine } from "../../src/shell/shell_line.ts";
import { inertLine, programs, randomLine } from "./random_lines.ts";
import {
  isInstalled,
  type Shell,
  shells,
  type Started,
  startedBy,
  startedByScript,
  withStubs,
} from "./shells.ts";

const lineCount = Number(Deno.env.get("TENUO_SHELL_LINES") ?? "2500");
const acceptedShare = 0.3;
const scriptSample = 40;

interface Accepted {
  readonly line: string;
  readonly expected: readonly Started[];
}

function words({ words }: LineCommand): string[] {
  return words.map(({ text }) => text);
}

/** The commands a shell gets to: `p` succeeds, `q` fails, a pipeline ends as its last command does. */
function reached(commands: readonly LineCommand[]): Started[] {
  const started: Started[] = [];
  let succeeded = true;
  let isReached = true;
  for (const command of commands) {
    if (command.after === "&&") isReached = succeeded;
    else if (command.after === "||") isReached = !succeeded;
    else if (command.after !== "|") isReached = true;
    if (!isReached) continue;
    started.push(words(command));
    succeeded = words(command)[0] === "p";
  }
  return started;
}

function sorted(started: readonly Started[]): string[] {
  return started.map((words) => JSON.stringify(words)).sort();
}

function accept(line: string): Accepted | undefined {
  const commands = readShellLine(line);
  if (typeof commands === "string") return undefined;
  if (!commands.every(({ words }) => programs.includes(words[0]?.text ?? ""))) return undefined;
  return { line, expected: reached(commands) };
}

function skips(shell: Shell): boolean {
  if (isInstalled(shell)) return false;
  ok(Deno.env.get("CI") !== "true", `${shell.name} is not installed`);
  console.log(`${shell.name} is not installed: what it reads is not compared`);
  return true;
}

async function compare(shell: Shell, folder: string, accepted: readonly Accepted[]) {
  const started = await startedBy(shell, folder, accepted.map(({ line }) => line));
  for (const [at, { line, expected }] of accepted.entries()) {
    const actual = started[at];
    ok(actual !== undefined, `${shell.name} gave up at ${JSON.stringify(line)}`);
    const message = `${shell.name} reads ${JSON.stringify(line)} as ${JSON.stringify(actual)}`;
    deepEqual(sorted(actual), sorted(expected), message);
  }
}

Deno.test("Every shell reads an accepted line as it was judged", async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const lines = fc.sample(randomLine, { numRuns: lineCount, seed });
  const accepted = lines.flatMap((line) => accept(line) ?? []);
  ok(
    accepted.length >= lineCount * acceptedShare,
    `only ${accepted.length} of ${lineCount} lines are accepted (seed ${seed})`,
  );
  await withStubs(async (folder) => {
    for (const shell of shells.filter((shell) => !skips(shell))) {
      await compare(shell, folder, accepted);
    }
  });
});

Deno.test("A line by itself is read as it is among others", async () => {
  const accepted = fc.sample(randomLine, scriptSample * 4).flatMap((line) => accept(line) ?? []);
  await withStubs(async (folder) => {
    for (const shell of shells.filter((shell) => !skips(shell))) {
      for (const { line, expected } of accepted.slice(0, scriptSample)) {
        const actual = await startedByScript(shell, folder, line);
        deepEqual(sorted(actual), sorted(expected), `${shell.name}: ${JSON.stringify(line)}`);
      }
    }
  });
});

Deno.test("The comparison notices a line that shells read differently", async () => {
  const differing = { line: "p =p", expected: [["p", "=p"]] };
  await withStubs(async (folder) => {
    const [, , zsh] = shells as [Shell, Shell, Shell];
    if (skips(zsh)) return;
    const started = await startedBy(zsh, folder, [differing.line]);
    equal(started.length, 1);
    ok(JSON.stringify(started[0]) !== JSON.stringify(differing.expected));
    equal(accept(differing.line), undefined);
  });
});

Deno.test("A line without any active character is always accepted", () => {
  fc.assert(
    fc.property(inertLine, (line) => {
      const commands = readShellLine(line);
      ok(typeof commands !== "string", `${JSON.stringify(line)}: ${commands}`);
      deepEqual(commands.map(words), [line.split(" ")]);
    }),
    { numRuns: 2000 },
  );
});
