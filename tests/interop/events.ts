/**
 * Events made of receipts, beside the published library: it reads the warrants out of them, and its
 * own key of the same seed signs their payload alike. Ed25519 signatures are deterministic, so equal
 * ones mean the same bytes under the same domain.
 */
import { Buffer } from "node:buffer";
import { decode, encode } from "../../src/protocol/cbor.ts";
import { fromHex } from "../../src/protocol/keys.ts";
import { authorizerEvent, authorizerIdOf } from "../../src/receipts/formats/authorizer_event.ts";
import { parseReceipt, type Receipt } from "../../src/receipts/receipt.ts";
import { sampleDraft, sampleLines } from "../../src/receipts/sample_log.ts";
import { keyOf } from "../conformance/minted.ts";
import type { Library } from "./library.ts";
import { people, signed, soundChain } from "./situations.ts";
import type { Tally } from "./tally.ts";

/** The receipt key's seed byte. */
const signer = 7;
const context = Buffer.from("tenuo-warrant-v1");

/** Chains of one to four warrants, allowed and refused. */
export async function events(library: Library, tally: Tally, now: number): Promise<void> {
  const key = keyOf(signer);
  for (const length of [1, 2, 3, 4]) {
    const sound = soundChain(length, now, length);
    const envelopes = signed(sound).map(fromHex);
    const ids = sound.payloads.map(({ id }) => `tnu_wrt_${id}`);
    // The evidence of a single warrant is the warrant itself.
    const chain = length === 1 ? envelopes[0] as Uint8Array : encode(envelopes.map(decode));
    for (const decision of ["allow", "deny"] as const) {
      const leaf = sound.payloads.at(-1)?.id ?? "";
      const [line = ""] = sampleLines([{ draft: sampleDraft({ decision, warrant: leaf }) }]);
      const event = authorizerEvent(parseReceipt(line) as Receipt, {
        chain,
        key,
        authorizerId: authorizerIdOf(key.publicKey),
        rootPrincipal: keyOf(people.root).publicKey,
      });
      const payload = Buffer.from(event?.signing_payload ?? "", "base64");
      const there = await library.event(
        signer,
        Buffer.concat([context, payload]),
        event?.warrant_stack ?? "",
      );
      const same =
        there.signature === Buffer.from(event?.signature ?? "", "base64").toString("hex");
      tally.check(same, `the signature of an event with ${length} warrants is another there`);
      tally.check(
        there.ids.join() === ids.join() && event?.warrant_id === ids.at(-1),
        `the warrants of an event are ${there.ids} there`,
      );
    }
  }
}
