/** Checks that who reads the receipts can look at what they name, and finds all that was written. */
import { missingEvidence } from "../authorizer/own_evidence.ts";
import { requireContinued } from "../receipts/kept_checkpoint.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText, UnsafeFile } from "../state/read_file.ts";
import { type Check, type CheckFinding, problem } from "./check_finding.ts";

const meant = { warrant: "warrant", policy: "policy snapshot" } as const;

/** The evidence of what is in force lies beside the receipts, and they go on from their checkpoint. */
export const checkEvidence: Check = ({ project, root }) => {
  if (root === undefined) return [];
  const missing = missingEvidence(project, root).map(({ kind, name }) => {
    const message = `The evidence of the ${meant[kind]} in force, ` +
      `.state/evidence/${name}.${kind}, is missing or changed; nobody can check its receipts.`;
    return problem("receipts", message, "tenuo-claude refresh");
  });
  return [...missing, ...checkpointFindings(project)];
};

function checkpointFindings(project: string): CheckFinding[] {
  try {
    const key = readRegularText(statePath(project, "receiptPublic"), 256);
    requireContinued(statePath(project, "receipts"), key);
    return [];
  } catch (error) {
    if (error instanceof UnsafeFile) return []; // told by the check of the receipts themselves
    if (!(error instanceof Error && error.name === "LogContradicted")) throw error;
    return [problem("receipts", `${error.message}.`, "tenuo-claude receipts verify tells more")];
  }
}
