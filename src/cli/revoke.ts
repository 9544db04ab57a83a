/** `revoke`: the current warrant ends now, and its successors are born revoked until it is lifted. */
import {
  addRevoked,
  currentIsRevoked,
  currentWarrant,
  liftRevoked,
  note,
  readHeld,
} from "../authorizer/mint.ts";
import { requirePerson } from "./authority_of_people.ts";
import { type Command, UserError } from "./command.ts";
import { findProject } from "./find_project.ts";

function heldBy(project: string) {
  try {
    return readHeld(project);
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : "No state"}`);
  }
}

export const command: Command = {
  name: "revoke",
  summary: "Revoke the current warrant, until the revocation is lifted",
  description:
    "Puts the current warrant on the signed revocation list. It takes effect on the very\n" +
    "next call. Warrants minted later are born revoked until a person lifts the revocation.\n" +
    "Commands that are running already, monitors and scheduled jobs are not stopped by it.",
  options: {
    lift: { help: "Lift the revocation" },
    yes: { help: "Lift without a terminal (for automation)" },
  },
  run: ({ options, terminal }) => {
    const project = findProject();
    const held = heldBy(project);
    const current = currentWarrant(project);
    if (current === undefined) throw new UserError("No warrant here; run tenuo-claude init");
    const isRevoked = currentIsRevoked(project, held);
    if (options.lift === true) {
      if (!isRevoked) {
        terminal.print("Nothing to lift: the current warrant is not revoked");
        return 0;
      }
      requirePerson("Lifting a revocation", options.yes === true);
      const { version } = liftRevoked(project, current.id);
      note(project, `revocation lifted: warrant ${current.id}`, {
        ...serialOf(held),
        revocation: version,
      });
      terminal.print(`Lifted      : warrant ${current.id} holds again`);
      return 0;
    }
    if (!isRevoked) {
      const { version } = addRevoked(project, current.id);
      note(project, `revoked: warrant ${current.id}`, { ...serialOf(held), revocation: version });
    }
    terminal.print(
      `Revoked     : warrant ${current.id}${isRevoked ? " (it was already)" : ""}`,
      "Every call is denied from now on, also after refresh or up",
      "Next        : tenuo-claude revoke --lift, when that is meant",
    );
    return 0;
  },
};

function serialOf(held: ReturnType<typeof readHeld>): { serial?: number } {
  return held.snapshot === undefined ? {} : { serial: held.snapshot.serial };
}
