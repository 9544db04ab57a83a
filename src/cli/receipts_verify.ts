/** `receipts verify`: proves or disproves logs, offline and with public keys alone. */
import { logsOf } from "../receipts/verification/verify_files.ts";
import type { Verification } from "../receipts/verify.ts";
import { statePath } from "../state/layout.ts";
import { cannotTell, report, verifyOne } from "./audit_verify.ts";
import { type Command, type Invocation, valuesOf } from "./command.ts";
import { findProject } from "./find_project.ts";

/** The files of each log that is named; the project's own when none is. @throws {UserError} */
function logsNamed(operands: readonly string[]): string[][] {
  return operands.length > 0 ? logsOf(operands) : [[statePath(findProject(), "receipts")]];
}

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const { key, root } = options;
  const given = {
    ...(typeof key === "string" ? { key } : {}),
    ...(typeof root === "string" ? { root } : {}),
    checkpoints: valuesOf(invocation, "checkpoint"),
  };
  const results: Verification[] = [];
  try {
    for (const paths of logsNamed(operands)) results.push(await verifyOne({ ...given, paths }));
  } catch (error) {
    results.push(cannotTell(error));
  }
  return report(results, terminal, options.json === true, given.checkpoints.length > 0);
}

export const command: Command = {
  name: "receipts verify",
  summary: "Prove or disprove a log, offline and with public keys alone",
  description:
    "Verifies each line's form, signature and place in the chain, the joins of segments, the\n" +
    "checkpoints, each warrant chain up to the root, each policy, each proof of possession, and\n" +
    "that each decision follows from warrant and policy. A FILE is a log or one segment of it, a\n" +
    "FOLDER a copy of .state; without any it is the project's own log. Writes nothing.\n" +
    "Keys that lie beside the log are used where none is given; they vouch for nothing by\n" +
    "themselves, so give those that you got another way. So it is with a checkpoint there: only\n" +
    "one that was kept elsewhere shows what was cut off.\n" +
    "Exit code 0: all is proven. 1: something is disproved; the first bad line is named. 2: it\n" +
    "cannot be told: no log, no key, no root, missing evidence, or an earlier segment is missing.",
  options: {
    key: { value: "HEX", help: "The receipt key" },
    root: { value: "HEX", help: "The root's public key" },
    checkpoint: {
      value: "FILE",
      help: "A checkpoint that was kept; may be given again",
      multiple: true,
    },
    json: { help: "Print one JSON object" },
  },
  operands: ["FILE|FOLDER..."],
  run,
};
