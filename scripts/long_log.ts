/** A long log with its keys and evidence, made fast: each line is what the hook would have written. */
import { hex, sha256, signingKey } from "../src/protocol/keys.ts";
import { prove } from "../src/protocol/pop.ts";
import { signWarrant } from "../src/protocol/warrant.ts";
import { signSnapshot } from "../src/policy/signed_snapshot.ts";
import { bindingKey, encodeBinding } from "../src/authorizer/authority.ts";
import { capabilitiesOf } from "../src/authorizer/capabilities.ts";
import { route, rule, snapshot } from "../src/authorizer/test_snapshot.ts";
import { keepEvidence } from "../src/receipts/evidence.ts";
import { genesis, lineDigest, type ReceiptDraft, sealReceipt } from "../src/receipts/receipt.ts";

const [issuer, holder] = [1, 2].map((seed) => signingKey(new Uint8Array(32).fill(seed)));
/** The key that signs the lines. */
export const receiptKey = signingKey(new Uint8Array(32).fill(3));
/** The root's key, hex. */
export const rootKey = issuer?.publicKey ?? "";
/** When the first call was judged, unix seconds. */
const start = 1_780_000_000;
/** Different calls; their proofs are made once. */
const calls = 500;

const sandbox = "/home/someone/project/sandbox";
const within = [17, { root: sandbox, case_sensitive: true, allow_equal: true }] as const;

/** The receipts that the log consists of, over and over. */
function drafts(log: string): ReceiptDraft[] {
  if (issuer === undefined || holder === undefined) throw new Error("No keys");
  const routes = { Read: route([rule("path", within, { field: "file_path", kind: "path" })]) };
  const plain = snapshot(routes, { project: "/home/someone/project" });
  const policy = { ...plain, receipts: { ...plain.receipts, key: receiptKey.publicKey } };
  const signed = signSnapshot(policy, issuer);
  const id = "0198c0ffee00700080000000000000aa";
  const warrant = signWarrant({
    id,
    type: "execution",
    tools: capabilitiesOf(policy),
    holder: holder.publicKey,
    issuer: issuer.publicKey,
    issuedAt: start - 10,
    expiresAt: start + 3600,
    maxDepth: 4,
    depth: 0,
    extensions: new Map([[bindingKey, encodeBinding({ ...policy, snapshot: signed.digest })]]),
  }, issuer);
  const chain = hex(sha256(warrant));
  keepEvidence(log, "policy", signed.digest, signed.text);
  keepEvidence(log, "warrant", chain, warrant);
  return Array.from({ length: calls }, (_, i) => {
    const path = `${sandbox}/src/module_${i}/source_file_with_a_usual_name.ts`;
    const args = new Map([["path", path]]);
    return {
      time: new Date(start * 1000 + i).toISOString(),
      kind: "decision",
      door: "hook",
      session: "5f0e5a52-5c7b-4c1e-9d8b-0f6f3a8a2b11",
      call: `toolu_01${String(i).padStart(22, "A")}`,
      tool: "Read",
      capability: "use_read",
      args: { path },
      input: hex(sha256(path)),
      rule: "enforce.Read",
      line: 15,
      decision: "allow",
      reason: "authorized",
      warrant: id,
      chain,
      proof: hex(prove(holder, id, "use_read", args, start)),
      proved: start,
      policy: signed.digest,
      serial: 1,
      revocation: 1,
    };
  });
}

/** Writes a log of `rows` lines to `path`, with its evidence and public keys beside it. */
export function writeLongLog(path: string, rows: number): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  Deno.writeTextFileSync(`${folder}/receipt_pub.hex`, `${receiptKey.publicKey}\n`);
  Deno.writeTextFileSync(`${folder}/issuer_pub.hex`, `${rootKey}\n`);
  const ring = drafts(path);
  const file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 });
  const encoder = new TextEncoder();
  try {
    let place = { seq: 1, prev: genesis };
    let text = "";
    for (let i = 0; i < rows; i++) {
      const line = sealReceipt(ring[i % calls] as ReceiptDraft, place, receiptKey);
      place = { seq: place.seq + 1, prev: lineDigest(line) };
      text += `${line}\n`;
      if (i % 1000 < 999 && i < rows - 1) continue;
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      text = "";
    }
  } finally {
    file.close();
  }
}
