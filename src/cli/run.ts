/** Finds the command, reads its options, runs it, and turns errors into exit codes. */
import { type Command, type Group, UsageError, UserError } from "./command.ts";
import { readCommandLine } from "./command_line.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

type Table = { readonly [name: string]: () => Promise<{ readonly command: Command | Group }> };

const commands: Table = {
  init: () => import("./init.ts"),
  refresh: () => import("./refresh.ts"),
  up: () => import("./up.ts"),
  down: () => import("./down.ts"),
  status: () => import("./status.ts"),
  check: () => import("./check_command.ts"),
  audit: () => import("./audit.ts"),
  receipts: () => import("./receipts_commands.ts"),
  explain: () => import("./explain_command.ts"),
  policy: () => import("./policy_commands.ts"),
  revoke: () => import("./revoke.ts"),
  mcp: () => import("./mcp_commands.ts"),
  demo: () => import("./demo.ts"),
  warrant: () => import("./warrant_commands.ts"),
  key: () => import("./key_commands.ts"),
};

/** Entry points of other programs; not in the list that people see. */
const hidden: Table = {
  _serve: () => import("./serve.ts"),
  "_mcp-proxy": () => import("./mcp_proxy.ts"),
  "_ops-server": () => import("./ops_server_command.ts"),
};

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
    return error.exitCode;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-V") {
    terminal.print(`tenuo-claude ${version}`);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const [topic, within] = rest;
    if (topic === undefined) {
      terminal.print(...await overview());
      return 0;
    }
    const found = await find(topic, commands);
    const command = isGroup(found) && within !== undefined
      ? await find(within, found.commands, topic)
      : found;
    terminal.print(...await help(command));
    return 0;
  }
  const found = await find(name, Object.hasOwn(hidden, name) ? hidden : commands);
  if (!isGroup(found)) return await runOne(found, rest, terminal);
  const [within, ...inner] = rest;
  if (within === "--help" || within === "-h") {
    terminal.print(...await help(found));
    return 0;
  }
  if (within === undefined) {
    throw new UsageError(`${name} takes one of ${Object.keys(found.commands).join(", ")}`);
  }
  const command = await find(within, found.commands, name);
  return await runOne(command as Command, inner, terminal);
}

async function runOne(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    terminal.print(...await help(command));
    return 0;
  }
  return await command.run({ ...readCommandLine(command, args), terminal });
}

function isGroup(command: Command | Group): command is Group {
  return "commands" in command;
}

/** @param under the group's name, for commands within one */
async function find(name: string, table: Table, under?: string): Promise<Command | Group> {
  const load = Object.hasOwn(table, name) ? table[name] : undefined;
  if (load !== undefined) return (await load()).command;
  const near = Object.keys(table).find((command) => command.startsWith(name.slice(0, 2)));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const [whole, topic] = under === undefined ? [name, ""] : [`${under} ${name}`, ` ${under}`];
  throw new UsageError(`Unknown command ${whole}.${hint} See tenuo-claude help${topic}`);
}

async function summaries(table: Table): Promise<string[]> {
  return await Promise.all(
    Object.entries(table).map(async ([name, load]) =>
      `  ${name.padEnd(10)} ${(await load()).command.summary}`
    ),
  );
}

async function overview(): Promise<string[]> {
  return [
    "tenuo-claude puts a signed, expiring warrant in front of every Claude Code tool call.",
    "",
    "Usage: tenuo-claude COMMAND [OPTIONS]",
    "",
    ...await summaries(commands),
    "",
    "tenuo-claude help COMMAND tells more. Start with: tenuo-claude demo",
  ];
}

async function help(command: Command | Group): Promise<string[]> {
  if (isGroup(command)) {
    const rows = await summaries(command.commands);
    return [`Usage: tenuo-claude ${command.name} COMMAND`, "", command.description, "", ...rows];
  }
  const rows = Object.entries(command.options).map(([name, { value, help }]) =>
    [value === undefined ? `--${name}` : `--${name} ${value}`, help] as const
  );
  const width = Math.max(18, ...rows.map(([form]) => form.length));
  const options = rows.map(([form, help]) => `  ${form.padEnd(width)} ${help}`);
  const operands = (command.operands ?? []).map((operand) => ` [${operand}]`).join("");
  const tail = options.length > 0 ? " [OPTIONS]" : "";
  const usage = `Usage: tenuo-claude ${command.name}${operands}${tail}`;
  return [usage, "", command.description, ...(options.length > 0 ? ["", ...options] : [])];
}
