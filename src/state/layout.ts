/** Where a project's authority lives: the files of `.state/`. */

/** Names of the files in `.state/`. No common search glob (`*.json`, `*.ts`) meets one of them. */
export const stateFiles = {
  holderKey: "holder_key.b64",
  issuerKey: "issuer_key.b64",
  issuerPublic: "issuer_pub.hex",
  receiptKey: "receipt_key.b64",
  receiptPublic: "receipt_pub.hex",
  warrant: "warrant.b64",
  roleWarrants: "role_warrants.cbor",
  snapshot: "policy.snapshot",
  revocations: "revocations.cbor",
  receipts: "receipts.jsonl",
  checkpoint: "receipts.checkpoint",
  service: "service.state",
  serviceLog: "service.log",
  hookLog: "hook.log",
} as const;

export type StateFile = keyof typeof stateFiles;

/** The state directory of a project. */
export function stateDirectory(project: string): string {
  return project === "/" ? "/.state" : `${project}/.state`;
}

/** The path of one file of the state directory. */
export function statePath(project: string, file: StateFile): string {
  return `${stateDirectory(project)}/${stateFiles[file]}`;
}
