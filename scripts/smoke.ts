import { spawnSync } from "node:child_process";
import type { HookEvent, SmokeRow } from "./smoke_rows.ts";

/** A throw-away folder with a project in it, and an environment that knows nothing else. */
export interface Playground {
  readonly project: string;
  readonly outside: string;
  /** A TMPDIR in which no file may stay. */
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

/** What one run answered. */
export interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a playground. */
export function makePlayground(): Playground {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-" }));
  const [project, outside, home, temporary] = ["project", "outside", "home", "tmp"]
    .map((name) => `${folder}/${name}`) as [string, string, string, string];
  for (const path of [project, outside, home, temporary]) Deno.mkdirSync(path);
  return {
    project,
    outside,
    temporary,
    environment: {
      HOME: home,
      CLAUDE_CONFIG_DIR: `${home}/.claude`,
      TMPDIR: temporary,
      PATH: "/usr/bin:/bin",
      NO_COLOR: "1",
    },
    remove: () => Deno.removeSync(folder, { recursive: true }),
  };
}

interface Wiring {
  readonly hooks?: Partial<
    Record<HookEvent, readonly { readonly hooks: readonly { readonly args?: string[] }[] }[]>
  >;
}

/** The arguments with which the project's settings call the hook of an event. */
export function wiredArguments(project: string, event: HookEvent): readonly string[] {
  const text = Deno.readTextFileSync(`${project}/.claude/settings.json`);
  const { hooks } = JSON.parse(text) as Wiring;
  const args = hooks?.[event]?.[0]?.hooks[0]?.args;
  if (args === undefined) throw new Error(`.claude/settings.json wires no ${event} in exec form`);
  return args;
}

/**
 * Runs the file at `path` once and waits for its answer.
 * @throws {Error} when it cannot be started or takes over a minute
 */
export function run(
  path: string,
  args: readonly string[],
  playground: Playground,
  { cwd = playground.project, input = "" }: { readonly cwd?: string; readonly input?: string } = {},
): Answer {
  const { error, status, stdout, stderr } = spawnSync(path, [...args], {
    cwd,
    env: { ...playground.environment },
    input: input.replaceAll("{project}", playground.project),
    encoding: "utf8",
    timeout: 60_000,
  });
  if (error !== undefined) throw error;
  return { exit: status, stdout, stderr };
}

function differences(row: SmokeRow, answer: Answer): string[] {
  const found: string[] = [];
  if (answer.exit !== row.exit) found.push(`exit ${answer.exit}, expected ${row.exit}`);
  for (const name of ["stdout", "stderr"] as const) {
    const expected = row[name];
    if (expected !== undefined && !expected.test(answer[name].trim())) {
      found.push(`${name} does not match ${expected}`);
    }
    if (/\n {4}at .*:\d+:\d+/.test(answer[name])) found.push(`${name} holds a stack trace`);
  }
  if (found.length === 0) return found;
  return [...found, ...`${answer.stdout}\n${answer.stderr}`.split("\n").filter((line) => line)];
}

/** Names a row as it is typed. */
export function rowName({ as = "tenuo-claude", args, input }: SmokeRow): string {
  const told = input === undefined
    ? ""
    : ` < ${(/"tool_name".*$/.exec(input) ?? /"hook_event_name".*$/.exec(input))?.[0] ?? input}`;
  return `${[as, ...args].join(" ")}${told}`.slice(0, 100);
}

/** Runs one row with the built file; returns what is wrong, nothing when all is as expected. */
export function runRow(row: SmokeRow, path: string, port: number, place: Playground): string[] {
  const link = `${place.outside}/${row.as}`;
  try {
    if (row.as !== undefined) Deno.symlinkSync(path, link);
    const args = row.wired === undefined
      ? row.args.map((argument) => argument.replace("{port}", `${port}`))
      : wiredArguments(place.project, row.wired);
    const cwd = row.outside === true ? place.outside : place.project;
    const options = row.input === undefined ? { cwd } : { cwd, input: row.input };
    return differences(row, run(row.as === undefined ? path : link, args, place, options));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    if (row.as !== undefined) Deno.removeSync(link);
  }
}
