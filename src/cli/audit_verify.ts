/** `audit --verify`: the project's receipts, verified with the key that lies beside them. */
import { printable } from "../receipts/printable.ts";
import { exitCodes, type Verification, verifyFile } from "../receipts/verify.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText } from "../state/read_file.ts";
import { findProject } from "./find_project.ts";
import type { Terminal } from "./terminal.ts";

/** Verifies a project's receipts with the key that lies beside them. Never throws. */
export function verifyProject(project: string): Verification {
  try {
    const key = readRegularText(statePath(project, "receiptPublic"), 256);
    return verifyFile(statePath(project, "receipts"), key);
  } catch (error) {
    return { outcome: "unknown", why: error instanceof Error ? error.message : String(error) };
  }
}

/** One line that says what came of a verification. */
export function summary(result: Verification, terminal: Terminal): string {
  if (result.outcome === "unknown") {
    return `${terminal.paint("yellow", "Cannot tell")} : ${printable(result.why)}`;
  }
  const { proven, masked, torn } = result.counts;
  if (result.outcome === "disproved") {
    const held = `the ${proven + masked} receipts before it hold`;
    return `${terminal.paint("red", "Disproved")}   : line ${result.line} ${result.why}; ${held}`;
  }
  const parts = [
    `${proven} proven`,
    ...(masked === 0 ? [] : [`${masked} masked (proof not checkable)`]),
    ...(torn === 0 ? [] : [`${torn} torn and named`]),
  ];
  return `${terminal.paint("green", "Verified")}    : ${
    proven + masked
  } receipts and their chain: ${parts.join(", ")}`;
}

/** Verifies the project's receipts, prints what came of it and returns the exit code. */
export function runVerification(terminal: Terminal, json: boolean): number {
  let result: Verification;
  try {
    result = verifyProject(findProject());
  } catch (error) {
    // Exit code 1 would say that something was disproved.
    result = { outcome: "unknown", why: error instanceof Error ? error.message : String(error) };
  }
  terminal.print(json ? JSON.stringify(result) : summary(result, terminal));
  return exitCodes[result.outcome];
}
