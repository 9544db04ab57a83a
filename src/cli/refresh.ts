/** `refresh`: put the edited policy in force. */
import { restart, ServiceError } from "../authorizer/service_control.ts";
import { thisProgram } from "../claude/program.ts";
import { SettingsError, wire } from "../claude/settings.ts";
import { writeAtomic } from "../state/write_file.ts";
import { type Command, UserError } from "./command.ts";
import { establish, requireSettings } from "./establish.ts";
import { findProject } from "./find_project.ts";
import { localTime } from "./local_time.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export const command: Command = {
  name: "refresh",
  summary: "Put the edited tenuo.yaml in force",
  description: "Compiles tenuo.yaml, mints a fresh warrant for it, writes the wiring anew and\n" +
    "restarts the service if it runs. A wider policy needs a person at a terminal, or --yes from\n" +
    "automation outside Claude Code. When tenuo.yaml has an error nothing changes.",
  options: {
    "no-restart": { help: "Leave a running service as it is" },
    yes: { help: "Accept a wider policy without a terminal (for automation)" },
  },
  run: async ({ options, terminal }) => {
    const project = findProject();
    requireSettings(project);
    const done = await establish(project, "refresh", options.yes === true);
    let changed: boolean;
    try {
      changed = wire(thisProgram(), project, done.root, writeAtomic);
    } catch (error) {
      if (error instanceof SettingsError) throw new UserError(error.message);
      throw error;
    }
    for (const warning of done.warnings) terminal.warn(`warning: ${warning}`);
    terminal.print(
      `Refreshed   : ${project} (serial ${done.serial})`,
      `Warrant     : ${done.id} (expires ${localTime(done.expiresAt)})`,
      `Mode        : ${done.snapshot.mode}`,
      `Wired       : .claude/settings.json${changed ? "" : " (unchanged)"}`,
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
