import { strictEqual as equal } from "node:assert/strict";
import {
  envelopeOf,
  fieldsOf,
  minted,
  payloadOf,
  readRefusal,
  refusal,
  root,
  rule,
  toolsOf,
} from "../../tests/conformance/minted.ts";
import { type Cbor, encode } from "./cbor.ts";
import { type Constraint, encodePayload, signWarrant } from "./warrant.ts";

/** The code by which a payload with this set of constraints is refused. */
function withSet(set: Cbor): string {
  return readRefusal(envelopeOf(encode(fieldsOf().set(3, rule({ read_file: set })))));
}

Deno.test("Sizes: tools, constraints, names and the whole", () => {
  const tools = (count: number) =>
    refusal(() =>
      minted({ tools: new Map(Array.from({ length: count }, (_, i) => [`t${i}`, new Map()])) })
    );
  equal(tools(256), "accepted");
  equal(tools(257), "TooManyTools");
  const set = (count: number) => {
    const names = Array.from(
      { length: count },
      (_, i): [string, Constraint] => [`a${i}`, [16, null]],
    );
    return refusal(() => minted({ tools: new Map([["t", new Map(names)]]) }));
  };
  equal(set(64), "accepted");
  equal(set(65), "TooManyConstraints");
  const named = (name: string) => refusal(() => minted({ tools: toolsOf({ [name]: {} }) }));
  equal(named("n".repeat(256)), "accepted");
  equal(named("n".repeat(257)), "InvalidPayloadStructure");
  equal(named("\u{1f600}".repeat(64)), "accepted");
  equal(named("\u{1f600}".repeat(65)), "InvalidPayloadStructure");
});

Deno.test("WarrantTooLarge: beyond 64 KB, to the byte", () => {
  // Nine extensions; the last one is fitted. A zero takes one byte.
  const padded = (last: number) => {
    const sizes = [...new Array<number>(8).fill(8000), last];
    return payloadOf({
      extensions: new Map(sizes.map((size, i) => [`com.example.${i}`, new Uint8Array(size)])),
    });
  };
  const size = (last: number) => signWarrant(padded(last), root).length;
  const most = 1000 + 64 * 1024 - size(1000);
  equal(size(most), 64 * 1024);
  equal(readRefusal(signWarrant(padded(most), root)), "accepted");
  equal(refusal(() => signWarrant(padded(most + 1), root)), "WarrantTooLarge");
  equal(readRefusal(envelopeOf(encodePayload(padded(most + 1)))), "WarrantTooLarge");
  // Judged by its size alone: nothing in it is looked at.
  equal(readRefusal(envelopeOf(new Uint8Array(64 * 1024).fill(0xff))), "WarrantTooLarge");
});

Deno.test("ValueTooLarge: text or bytes beyond 4 KB in a constraint, at any level", () => {
  const judged = (value: Cbor, type = 1) =>
    withSet(rule({ constraints: rule({ path: [type, rule({ value })] }) }));
  const [most, more] = ["v".repeat(4096), "v".repeat(4097)];
  equal(judged(most), "accepted");
  equal(judged(more), "ValueTooLarge");
  equal(judged([most, [more]], 4), "ValueTooLarge");
  equal(judged(rule({ a: rule({ b: more }) }), 99), "ValueTooLarge");
  equal(judged("\u{1f600}".repeat(1024)), "accepted");
  equal(judged("\u{1f600}".repeat(1025)), "ValueTooLarge");
  equal(judged(new Uint8Array(4096), 200), "accepted");
  equal(judged(new Uint8Array(4097), 200), "ValueTooLarge");
  equal(withSet(rule({ constraints: rule({ path: [8, more] }) })), "ValueTooLarge");
});

Deno.test("ExtensionTooLarge: more than 64, or one beyond 8 KB", () => {
  const extended = (count: number, size: number) =>
    refusal(() =>
      minted({
        extensions: new Map(
          Array.from({ length: count }, (_, i) => [`com.example.${i}`, new Uint8Array(size)]),
        ),
      })
    );
  equal(extended(64, 1), "accepted");
  equal(extended(65, 1), "ExtensionTooLarge");
  equal(extended(1, 8192), "accepted");
  equal(extended(1, 8193), "ExtensionTooLarge");
});
