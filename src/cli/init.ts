/** `init`: keys, warrant, snapshot and wiring for the project at hand. */
import { thisProgram } from "../claude/program.ts";
import { hooksOff, userFolder } from "../claude/hooks_off.ts";
import type { Command } from "./command.ts";
import { establish, requireSettings, wireProject } from "./establish.ts";
import { findProject } from "./find_project.ts";
import { localTime } from "./local_time.ts";
import { entriesLine, wireServers } from "./server_entries.ts";
import type { Terminal } from "./terminal.ts";

export const command: Command = {
  name: "init",
  summary: "Mint keys and a warrant, and wire Claude Code's hooks",
  description:
    "Reads tenuo.yaml, makes .state/ with its keys, mints a warrant for the policy and\n" +
    "writes the hooks into .claude/settings.json beside whatever stands there, and into .mcp.json an\n" +
    "entry for each MCP server of the policy, so that it is reached through the proxy. From then on\n" +
    "every tool call in this project is decided; nothing else needs to run. Running it again re-mints.\n" +
    "Exit code 1 when the policy has an error or one of its examples does not hold; what was in force\n" +
    "before stays in force.",
  options: { yes: { help: "Accept a wider policy without a terminal (for automation)" } },
  run: async ({ options, terminal }) => {
    const project = findProject();
    requireSettings(project);
    const done = await establish(project, "init", options.yes === true);
    const changed = wireProject(project, done.root);
    const entries = await wireServers(done.root, done.snapshot);
    const { kind } = thisProgram();
    for (const warning of [...done.warnings, ...entries.warnings]) {
      terminal.warn(`warning: ${warning}`);
    }
    terminal.print(
      `Initialized : ${project}`,
      `Warrant     : ${done.id} (expires ${localTime(done.expiresAt)})`,
      `Sandbox     : ${done.snapshot.sandbox}`,
      `Wired       : .claude/settings.json${changed ? "" : " (unchanged)"}` +
        (kind === "source" ? ", running from source (slower than the compiled file)" : ""),
      ...entriesLine(entries),
      done.revoked
        ? "Next        : the warrant is still revoked; tenuo-claude revoke --lift"
        : "Next        : start claude here, or tenuo-claude status",
    );
    return reportHooksOff(project, terminal);
  },
};

/** Wiring that the client is told to ignore governs nothing. Returns the exit code. */
function reportHooksOff(project: string, terminal: Terminal): number {
  const files = hooksOff(project, userFolder());
  for (const file of files) {
    terminal.warn(
      `problem: ${file} sets disableAllHooks, so Claude Code runs no hooks and nothing is ` +
        "checked; remove it",
    );
  }
  return files.length === 0 ? 0 : 1;
}
