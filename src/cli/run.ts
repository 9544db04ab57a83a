/** Finds the command, reads its options, runs it, and turns errors into exit codes. */
import { parseArgs } from "node:util";
import { type Command, UsageError, UserError } from "./command.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

const commands: { readonly [name: string]: () => Promise<{ readonly command: Command }> } = {
  init: () => import("./init.ts"),
  refresh: () => import("./refresh.ts"),
  up: () => import("./up.ts"),
  down: () => import("./down.ts"),
  status: () => import("./status.ts"),
  audit: () => import("./audit.ts"),
  revoke: () => import("./revoke.ts"),
  demo: () => import("./demo.ts"),
};

/** Entry points of other programs; not in the list that people see. */
const hidden: typeof commands = { _serve: () => import("./serve.ts") };

/** Runs `args` as a command line and returns the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return 0; // the reader has seen enough
    if (!(error instanceof UserError)) {
      const what = error instanceof Error ? error.message : String(error);
      terminal.warn(`tenuo-claude: internal error: ${what}`);
      return 1;
    }
    terminal.warn(`tenuo-claude: ${error.message}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-V") {
    terminal.print(`tenuo-claude ${version}`);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const topic = rest[0];
    terminal.print(...(topic === undefined ? await overview() : help(await find(topic))));
    return 0;
  }
  const command = await find(name);
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.print(...help(command));
    return 0;
  }
  return await command.run({ options: optionsOf(command, rest), terminal });
}

async function find(name: string): Promise<Command> {
  const known = Object.hasOwn(hidden, name) ? hidden : commands;
  const load = Object.hasOwn(known, name) ? known[name] : undefined;
  if (load !== undefined) return (await load()).command;
  const near = Object.keys(commands).find((command) => command.startsWith(name.slice(0, 2)));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new UsageError(`Unknown command ${name}.${hint} See tenuo-claude help`);
}

function optionsOf(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? "boolean" as const : "string" as const },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as {
      [name: string]: string | boolean | undefined;
    };
  } catch (error) {
    const what = error instanceof Error ? error.message.split(". ")[0] : "";
    throw new UsageError(`${what}. See tenuo-claude help ${command.name}`);
  }
}

async function overview(): Promise<string[]> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  return [
    "tenuo-claude puts a signed, expiring warrant in front of every Claude Code tool call.",
    "",
    "Usage: tenuo-claude COMMAND [OPTIONS]",
    "",
    ...loaded.map(({ command }) => `  ${command.name.padEnd(10)} ${command.summary}`),
    "",
    "tenuo-claude help COMMAND tells more. Start with: tenuo-claude demo",
  ];
}

function help(command: Command): string[] {
  const options = Object.entries(command.options).map(([name, { value, help }]) => {
    const form = value === undefined ? `--${name}` : `--${name} ${value}`;
    return `  ${form.padEnd(18)} ${help}`;
  });
  const usage = `Usage: tenuo-claude ${command.name}${options.length > 0 ? " [OPTIONS]" : ""}`;
  return [usage, "", command.description, ...(options.length > 0 ? ["", ...options] : [])];
}
