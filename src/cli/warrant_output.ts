/** A warrant or stack that was made, printed as it was asked for. */
import { toBase64, toPem } from "../protocol/armor.ts";
import { readChain } from "../protocol/chain.ts";
import { revocationId } from "../protocol/revocation.ts";
import { type Invocation, UsageError } from "./command.ts";
import { jsonLine } from "./warrant_refusal.ts";

/** @throws {UsageError} when both forms were asked for */
export function requireOneForm({ options }: Invocation): void {
  if (options.pem === true && options.json === true) {
    throw new UsageError("--pem and --json exclude each other");
  }
}

/** Prints base64 on one line, or PEM, or JSON. */
export function printWarrant(bytes: Uint8Array, { options, terminal }: Invocation): void {
  if (options.pem === true) return terminal.print(toPem(bytes).trimEnd());
  const warrant = toBase64(bytes);
  if (options.json !== true) return terminal.print(warrant);
  const chain = readChain(bytes);
  const leaf = chain.at(-1);
  if (leaf === undefined) return;
  terminal.print(jsonLine({
    warrant_id: revocationId(leaf.id),
    warrant,
    issuer: leaf.issuer,
    holder: leaf.holder,
    issued_at: leaf.issuedAt,
    expires_at: leaf.expiresAt,
    depth: leaf.depth,
    tools: [...leaf.tools.keys()],
    issuable_tools: leaf.issuableTools ?? null,
  }));
}
