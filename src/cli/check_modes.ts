/** Checks who else on this machine can read keys and receipts, or change what decides. */
import { stateDirectory, statePath } from "../state/layout.ts";
import { type Check, type CheckFinding, problem } from "./check_finding.ts";
import { shellWord } from "./text_columns.ts";

const secrets = [
  "issuerKey",
  "holderKey",
  "receiptKey",
  "receipts",
  "snapshot",
  "warrant",
] as const;
const shown = ["issuerPublic", "receiptPublic", "revocations"] as const;

function bits(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, "0");
}

/** @param forbidden permission bits that must not be set */
function open(path: string, forbidden: number, wanted: string): CheckFinding[] {
  let mode: number | null;
  try {
    mode = Deno.lstatSync(path).mode;
  } catch {
    return []; // what is missing is another check's
  }
  if (mode === null || (mode & forbidden) === 0) return [];
  const message = `${path} is open to other users (mode ${bits(mode)}, not ${wanted}).`;
  return [problem("modes", message, `chmod ${wanted} ${shellWord(path)}`)];
}

/** The state directory and the files in it. */
export const checkModes: Check = ({ project }) => [
  ...open(stateDirectory(project), 0o077, "700"),
  ...secrets.flatMap((file) => open(statePath(project, file), 0o077, "600")),
  ...shown.flatMap((file) => open(statePath(project, file), 0o022, "644")),
];
