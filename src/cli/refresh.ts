/** `refresh`: put the edited policy in force. */
import { restart, ServiceError } from "../authorizer/service_control.ts";
import { type Command, UserError } from "./command.ts";
import { establish, requireSettings, wireProject } from "./establish.ts";
import { findProject } from "./find_project.ts";
import { localTime } from "./local_time.ts";
import { entriesLine, wireServers } from "./server_entries.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export const command: Command = {
  name: "refresh",
  summary: "Put the edited tenuo.yaml in force",
  description:
    "Compiles tenuo.yaml, mints a fresh warrant for it, writes the wiring anew (hooks and .mcp.json)\n" +
    "and restarts the service if it runs. A wider policy needs a person at a terminal, or --yes from\n" +
    "automation outside Claude Code. When tenuo.yaml has an error, or one of its examples does not\n" +
    "hold, nothing changes and the exit code is 1.",
  options: {
    "no-restart": { help: "Leave a running service as it is" },
    yes: { help: "Accept a wider policy without a terminal (for automation)" },
  },
  run: async ({ options, terminal }) => {
    const project = findProject();
    requireSettings(project);
    const done = await establish(project, "refresh", options.yes === true);
    const changed = wireProject(project, done.root);
    const entries = await wireServers(done.root, done.snapshot);
    for (const warning of [...done.warnings, ...entries.warnings]) {
      terminal.warn(`warning: ${warning}`);
    }
    terminal.print(
      `Refreshed   : ${project} (serial ${done.serial})`,
      `Warrant     : ${done.id} (expires ${localTime(done.expiresAt)})`,
      `Mode        : ${done.snapshot.mode}`,
      `Wired       : .claude/settings.json${changed ? "" : " (unchanged)"}`,
      ...entriesLine(entries),
    );
    if (done.revoked) terminal.print("Revoked     : still; tenuo-claude revoke --lift");
    if (options["no-restart"] !== true) await restartService(project, done.root, terminal);
    return 0;
  },
};

async function restartService(project: string, root: string, terminal: Terminal): Promise<void> {
  try {
    const service = await restart({ project, root, version });
    if (service !== undefined) {
      terminal.print(`Service     : restarted on 127.0.0.1:${service.record.port}`);
    }
  } catch (error) {
    if (error instanceof ServiceError) throw new UserError(error.message);
    throw error;
  }
}
