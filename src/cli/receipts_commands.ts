/** `receipts`: evidence for people who were not there. */
import type { Group } from "./command.ts";

export const command: Group = {
  name: "receipts",
  summary: "Verify, checkpoint and export the receipts",
  description: "Evidence that an outsider can check: the signed log of every decision.",
  commands: {
    verify: () => import("./receipts_verify.ts"),
    checkpoint: () => import("./receipts_checkpoint.ts"),
    export: () => import("./receipts_export.ts"),
  },
};
