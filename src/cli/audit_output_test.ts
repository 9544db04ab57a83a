import { Buffer } from "node:buffer";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { envelopeOf, payloadOf, root } from "../../tests/conformance/minted.ts";
import { hex, sha256, verifyWith } from "../protocol/keys.ts";
import { encodePayload } from "../protocol/warrant.ts";
import { keepEvidence } from "../receipts/evidence.ts";
import { authorizerIdOf } from "../receipts/formats/authorizer_event.ts";
import { sampleDraft, sampleKey, sampleLines } from "../receipts/sample_log.ts";
import { AuditProject } from "./audit_test_project.ts";

const chain = envelopeOf(encodePayload(payloadOf()));
const digest = hex(sha256(chain));
const lines = sampleLines([
  { draft: sampleDraft({ chain: digest }) },
  { draft: sampleDraft({ kind: "outcome", outcome: "ok", of: 1 }) },
  { draft: sampleDraft({ decision: "deny" }) },
]);

function authorizerProject(): AuditProject {
  const project = new AuditProject(lines);
  keepEvidence(project.log, "warrant", digest, chain);
  const state = `${project.path}/.state`;
  Deno.writeTextFileSync(`${state}/issuer_pub.hex`, `${root.publicKey}\n`);
  const seed = Buffer.from(sampleKey.seed).toString("base64");
  Deno.writeTextFileSync(`${state}/receipt_key.b64`, `${seed}\n`, { mode: 0o600 });
  return project;
}

Deno.test("--format tells every receipt in each format, or decisions only", async () => {
  using project = authorizerProject();
  const count = async (format: string) => (await project.audit({ format })).printed.length;
  deepEqual(
    [await count("jsonl"), await count("csv"), await count("ocsf"), await count("otlp-json")],
    [3, 4, 3, 3],
  );
  equal(await count("authorizer"), 2);
  deepEqual((await project.audit({ format: "jsonl" })).printed, lines);
  const last = await project.audit({ format: "authorizer", tail: "2" });
  equal(last.printed.length, 2, "--tail counts what the format tells");
  deepEqual(last.warned, []);
});

Deno.test("Events of authorizers have the evidence's chain and the receipt key's signature", async () => {
  using project = authorizerProject();
  const events = async () =>
    (await project.audit({ format: "authorizer" })).printed.map((line) => JSON.parse(line));
  const [event, denied] = await events();
  equal(event.authorizer_id, authorizerIdOf(sampleKey.publicKey));
  equal(event.root_principal, root.publicKey);
  equal(event.warrant_stack, Buffer.from(`81${hex(chain)}`, "hex").toString("base64"));
  for (const { signature, signing_payload } of [event, denied]) {
    const [bytes, payload] = [signature, signing_payload].map((it) => Buffer.from(it, "base64"));
    ok(verifyWith(sampleKey.publicKey, bytes as Buffer, "", payload as Buffer));
  }

  // Without the private key there is the payload only.
  Deno.removeSync(`${project.path}/.state/receipt_key.b64`);
  const [unsigned] = await events();
  deepEqual([unsigned.signature, unsigned.signing_payload], [undefined, event.signing_payload]);

  // Bytes that are not those which the receipt names are none.
  const path = `${project.path}/.state/evidence/${digest}.warrant`;
  Deno.chmodSync(path, 0o600);
  Deno.writeFileSync(path, envelopeOf(encodePayload(payloadOf({ depth: 0, maxDepth: 1 }))));
  const [swapped] = await events();
  deepEqual([swapped.warrant_stack, swapped.root_principal], [undefined, undefined]);
});

Deno.test("What a format cannot tell is left out and counted", async () => {
  const deep = `{"seq":9,"prev":"","args":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  using project = new AuditProject([...lines, deep, "rubbish"]);
  const { printed, warned } = await project.audit({ format: "ocsf" });
  equal(printed.length, 3);
  match(warned.join(), /^2 lines are not JSON; left out$/);
});
