/**
 * The attack list, second part: keys, evidence and repairs. Each test is named after its attack. The
 * verifier is given the true root, and the true receipt key unless the attack says otherwise.
 */
import { equal, match, ok } from "node:assert/strict";
import { signSnapshot } from "../../src/policy/signed_snapshot.ts";
import type { SigningKey } from "../../src/protocol/keys.ts";
import { sealCheckpoint } from "../../src/receipts/checkpoint.ts";
import {
  genesis,
  lineDigest,
  type Receipt,
  type ReceiptDraft,
  sealReceipt,
} from "../../src/receipts/receipt.ts";
import { otherKey } from "../../src/receipts/sample_log.ts";
import { attackedLog, changed, type Files, type Given, linesOf, verified } from "./attacked_log.ts";

const { files, checkpoint, earlier, receiptKey, issuerKey, root } = await attackedLog();
const keys: Given = { key: receiptKey.publicKey, root };
const names = ["receipts.000001.jsonl", "receipts.000002.jsonl", "receipts.000003.jsonl"] as const;
const [first, , third] = names;
const active = "receipts.jsonl";
const notSigned = "is not signed by the receipt key as it stands";

const evidence = [...files.keys()].filter((name) => name.startsWith("evidence/"));
const warrantFile = evidence.find((name) => name.endsWith(".warrant")) as string;
const policyFile = evidence.find((name) => name.endsWith(".policy")) as string;
const digestOf = (name: string) => name.slice("evidence/".length, name.lastIndexOf("."));

function attack(name: string, attacked: Files, finding: string | RegExp, given: Given = keys) {
  Deno.test(`Attack: ${name}`, async () => {
    const found = await verified(attacked, given);
    if (typeof finding === "string") equal(found, finding);
    else match(found, finding);
  });
}

/** The log written anew by another key, each line with what `change` makes of it. */
function resealed(key: SigningKey, change = (draft: ReceiptDraft): ReceiptDraft => draft): Files {
  let place = { seq: 1, prev: genesis };
  const reseal = (line: string): string => {
    const { seq: _seq, prev: _prev, signature: _signature, ...draft } = JSON.parse(line) as Receipt;
    const sealed = sealReceipt(change(draft), place, key);
    place = { seq: place.seq + 1, prev: lineDigest(sealed) };
    return sealed;
  };
  const changes = [...names, active].map((name) => [name, linesOf(files, name).map(reseal)]);
  return changed(files, Object.fromEntries(changes));
}

const public_ = (key: SigningKey) => `${key.publicKey}\n`;
const rewritten = resealed(otherKey);
const stranger = changed(rewritten, { "receipt_pub.hex": public_(otherKey) });
const policyText = new TextDecoder().decode(files.get(policyFile));

attack("swap the receipt key beside the log", stranger, `${first}:1 ${notSigned}`);
attack(
  "swap the receipt key beside the log, the root given alone",
  stranger,
  `${first}:1 names the policy ${digestOf(policyFile)}, by which the receipt key is ` +
    receiptKey.publicKey,
  { root },
);
attack(
  "swap the receipt key for one that the policy does not name, given to the verifier",
  rewritten,
  `${first}:1 names the policy ${digestOf(policyFile)}, by which the receipt key is ` +
    receiptKey.publicKey,
  { key: otherKey.publicKey, root },
);
attack(
  "swap the root beside the log: what is given counts",
  changed(files, { "issuer_pub.hex": public_(otherKey) }),
  "proven: 12",
);
attack(
  "swap the root beside the log, no root given",
  changed(files, { "issuer_pub.hex": public_(otherKey) }),
  new RegExp(
    `^${first}:1 names the warrant ${digestOf(warrantFile)}, which does not verify to the `,
  ),
  { key: receiptKey.publicKey },
);

/** Everything anew, the policy and the receipts, under keys of the attacker's. */
function madeUp(): Files {
  const body = JSON.parse(policyText.slice(policyText.indexOf("\n") + 1));
  const { text, digest } = signSnapshot(
    { ...body, receipts: { ...body.receipts, key: otherKey.publicKey } },
    otherKey,
  );
  return changed(resealed(otherKey, (draft) => ({ ...draft, policy: digest })), {
    [`evidence/${digest}.policy`]: text,
    "receipt_pub.hex": public_(otherKey),
    "issuer_pub.hex": public_(otherKey),
  });
}

attack(
  "swap receipt key, root and policies at once",
  madeUp(),
  new RegExp(`^${first}:1 names the policy [0-9a-f]{64}, which does not verify to the root: `),
  { root },
);

const flipped = (name: string) => {
  const bytes = Uint8Array.from(files.get(name) as Uint8Array);
  bytes[bytes.length - 3] = (bytes.at(-3) as number) ^ 1;
  return bytes;
};
const nine = 9;

attack(
  "replace a warrant's evidence",
  changed(files, { [warrantFile]: flipped(warrantFile) }),
  `${first}:1 names the warrant ${digestOf(warrantFile)}, whose evidence has another digest`,
);
attack(
  "replace a policy's evidence by an edited one",
  changed(files, { [policyFile]: flipped(policyFile) }),
  new RegExp(`^${first}:1 names the policy ${digestOf(policyFile)}, which does not verify to the `),
);
attack(
  "replace a policy's evidence by another one that the root signed",
  changed(files, {
    [policyFile]: signSnapshot(
      { ...JSON.parse(policyText.slice(policyText.indexOf("\n") + 1)), mode: "observe" },
      issuerKey,
    ).text,
  }),
  `${first}:1 names the policy ${digestOf(policyFile)}, whose evidence has another digest`,
);
attack(
  "remove a warrant's evidence: cannot be told",
  changed(files, { [warrantFile]: undefined }),
  new RegExp(`^unknown: ${warrantFile} is missing or unreadable, and \\d+ receipts need it$`),
);
attack(
  "remove a policy's evidence: cannot be told",
  changed(files, { [policyFile]: undefined }),
  new RegExp(`^unknown: ${policyFile} is missing or unreadable, and \\d+ receipts need it$`),
);
attack(
  "remove the receipt key: the root's policy names it",
  changed(files, { "receipt_pub.hex": undefined }),
  "proven: 12",
  { root },
);
attack(
  "remove the root: cannot be told",
  changed(files, { "issuer_pub.hex": undefined }),
  "unknown: No root: nobody's authority can be judged; give it with --root HEX",
  { key: receiptKey.publicKey },
);

attack(
  "edit the kept checkpoint",
  files,
  "kept:1 is no checkpoint that the receipt key signed",
  { ...keys, checkpoint: checkpoint.replace('"count":12', '"count":11') },
);
attack(
  "put a checkpoint of another key in place of the kept one",
  files,
  "kept:1 is no checkpoint that the receipt key signed",
  { ...keys, checkpoint: sealCheckpoint(JSON.parse(earlier), otherKey) },
);

/** The ninth line edited, and a repair after it that names its bytes. */
function hidden(ninth: string, key: SigningKey): Files {
  const lines = linesOf(files, third).slice(0, 2);
  const before = lines[1] as string;
  const repair: ReceiptDraft = {
    time: JSON.parse(before).time,
    kind: "repair",
    door: "hook",
    reason: "A line before this one was never finished",
    torn: lineDigest(ninth),
    bytes: new TextEncoder().encode(ninth).length,
  };
  const sealed = sealReceipt(repair, { seq: nine, prev: lineDigest(before) }, key);
  return changed(files, { [third]: [...lines, ninth, sealed], [active]: "" });
}

const ninth = linesOf(files, third)[2] as string;

attack(
  "forge a repair that hides a row, with another key",
  hidden(ninth.slice(0, 200), otherKey),
  `${third}:3 is not a receipt, and no repair after it names it`,
);
attack(
  "forge a repair that hides a whole row, with the receipt key itself",
  hidden(ninth, receiptKey),
  `${third}:4 names torn bytes that do not stand before it`,
);
attack(
  "forge a repair that hides an edited row, with the receipt key itself",
  hidden(ninth.replace("deny", "okay"), receiptKey),
  `${third}:3 ${notSigned}`,
);
attack(
  "forge a repair that hides a row that is no JSON any more, with the receipt key itself",
  hidden(ninth.replace("{", "("), receiptKey),
  `${third}:3 is not a receipt, and no repair after it names it`,
);
attack(
  "cut a row and name what is left with the receipt key itself, with a kept checkpoint",
  hidden(ninth.slice(0, 200), receiptKey),
  new RegExp(
    `^${active}:1 is missing: the tail was cut off; .* there were 12 receipts \\(kept\\)$`,
  ),
  { ...keys, checkpoint },
);
attack(
  "cut a row and name what is left with the receipt key itself, without a checkpoint: not proved",
  hidden(ninth.slice(0, 200), receiptKey),
  "proven: 9",
);

Deno.test("The log that is attacked has both decisions, an outcome, and its evidence", () => {
  const rows = [...names, active].flatMap((name) => linesOf(files, name))
    .map((line) => JSON.parse(line) as Receipt);
  const kinds = new Set<string>(rows.map(({ kind, decision }) => decision ?? kind));
  ok(["allow", "deny", "outcome"].every((kind) => kinds.has(kind)));
  equal(evidence.length, 2);
});
