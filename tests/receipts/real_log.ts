/** Logs that real calls made, in projects of their own, with segments as small as a test needs. */
import { mint } from "../../src/authorizer/mint.ts";
import type { Receipt } from "../../src/receipts/receipt.ts";
import { walkLog } from "../../src/receipts/sample_log.ts";
import type { Project } from "../hook/project.ts";
import { snapshotOf } from "../hook/forge.ts";

/** Puts the same policy in force again, with segments of this size, which no tenuo.yaml may ask for. */
export function limitSegments(project: Project, bytes: number): void {
  const { snapshot } = snapshotOf(project);
  const receipts = { ...snapshot.receipts, rotation: { bytes, daily: false } };
  mint(project.root, { ...snapshot, receipts }, "init");
}

/** The receipts of all segments, each signature and the chain verified. */
export function allReceipts(project: Project): readonly Receipt[] {
  const key = Deno.readTextFileSync(project.state("receiptPublic")).trim();
  return walkLog(project.state("receipts"), key);
}
