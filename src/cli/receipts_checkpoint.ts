/** `receipts checkpoint`: a signed line about how long the log is now, to keep elsewhere. */
import { advanceCheckpoint } from "../receipts/kept_checkpoint.ts";
import { statePath } from "../state/layout.ts";
import { UnsafeFile } from "../state/read_file.ts";
import { CannotTell, type Command, UserError } from "./command.ts";
import { findProjectOrTell } from "./find_project.ts";
import { receiptKeyIn } from "./receipt_keys.ts";

/** @throws {CannotTell} without log or key, {UserError} when the log contradicts what it was */
function advance(project: string): ReturnType<typeof advanceCheckpoint> {
  const key = receiptKeyIn(project);
  try {
    return advanceCheckpoint(statePath(project, "receipts"), key);
  } catch (error) {
    if (error instanceof UnsafeFile) {
      throw new CannotTell(`${error.message}${error.missing ? "; run tenuo-claude init" : ""}`);
    }
    if (error instanceof Error && error.name === "LogContradicted") {
      throw new UserError(error.message);
    }
    throw error;
  }
}

export const command: Command = {
  name: "receipts checkpoint",
  summary: "Print a signed line that says how long the log is, to keep elsewhere",
  description:
    "Prints one line and nothing else: the number and the digest of the newest receipt, signed by\n" +
    "the receipt key. Who keeps it where the agent's user cannot write can tell later that nothing\n" +
    "up to there was changed or cut off:\n\n" +
    "  tenuo-claude receipts checkpoint >> /mnt/elsewhere/checkpoints\n" +
    "  tenuo-claude receipts verify --checkpoint /mnt/elsewhere/checkpoints\n\n" +
    "The newest one lies beside the log too, as .state/receipts.checkpoint; it only moves forward.\n" +
    "Exit code 0: printed. 1: the log does not go on from that one, or its newest line is not\n" +
    "signed by the receipt key, and nothing is printed. 2: no receipts yet, or no key.",
  options: { json: { help: "The same: the line is JSON" } },
  run: ({ terminal }) => {
    const advanced = advance(findProjectOrTell());
    if (advanced === undefined) {
      throw new CannotTell("There are no receipts yet, so there is nothing to say about them");
    }
    const { line, unkept } = advanced;
    if (unkept !== undefined) {
      terminal.warn(`warning: .state/receipts.checkpoint stays as it was: ${unkept}`);
    }
    terminal.print(line);
    return 0;
  },
};
