import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { corpus, filled, leftOf } from "../../../tests/masking/forms.ts";
import { isOrdinary, maskText } from "./mask.ts";
import { type SecretForm, secretForms } from "./mask_forms.ts";
import * as rules from "./mask_secrets.ts";

const forms = corpus("secrets.txt");
const ordinary = corpus("ordinary.txt");

Deno.test("A secret in each of the forms is not in what is written, nor any piece of it", async () => {
  ok(forms.length >= 150);
  for (const line of forms) {
    const property = fc.asyncProperty(filled(line), async (one) => {
      ok(one.secrets.length > 0, line);
      const { value, changed } = await maskText(one.text);
      ok(changed, `Nothing is masked in ${one.text}`);
      equal(leftOf(one, line, value), undefined, `${one.text} became ${value}`);
      deepEqual(await maskText(value), { value, changed: false });
    });
    await fc.assert(property, { numRuns: 60 });
  }
});

Deno.test("A web token whose part begins like another token is masked whole", async () => {
  const rest = "A".repeat(20);
  const { value } = await maskText(`echo eyJhbGciOiJub25lIn0.r8_${rest}.${rest} done`);
  equal(value, "echo [secret] done");
});

Deno.test("Ordinary commands, paths, code, addresses and prose are left as they are", async () => {
  ok(new Set(ordinary).size >= 300);
  for (const line of ordinary) {
    deepEqual(await maskText(line), { value: line, changed: false }, line);
  }
});

Deno.test("The same within JSON text, where quotes and line feeds are escaped", async () => {
  const inJson = (text: string) => JSON.stringify({ command: text });
  for (const line of forms) {
    const property = fc.asyncProperty(filled(line), async (one) => {
      const { value } = await maskText(inJson(one.text));
      equal(leftOf(one, inJson(line), value), undefined, `${one.text} became ${value}`);
    });
    await fc.assert(property, { numRuns: 20 });
  }
  for (const line of ordinary) {
    deepEqual(await maskText(inJson(line)), { value: inJson(line), changed: false });
  }
});

/** True when the form finds a secret, whatever its hints say. */
function finds({ pattern, within }: SecretForm, text: string): boolean {
  const parts = within === undefined ? [text] : text.match(within) ?? [];
  return parts.some((part) => part.search(pattern) >= 0);
}

Deno.test("Hints keep no form from a text in which it finds something", async () => {
  const texts = [...ordinary];
  for (const line of forms) for (const { text } of fc.sample(filled(line), 10)) texts.push(text);
  let found = 0;
  for (const text of texts.flatMap((text) => [text, JSON.stringify({ text })])) {
    for (const form of secretForms) {
      if (!finds(form, text)) continue;
      found++;
      ok(form.hints.every((hint) => hint.test(text)), `${form.pattern.source} in ${text}`);
    }
    const masked = await rules.maskText(text);
    deepEqual(await maskText(text), masked, text);
    if (isOrdinary(text)) equal(masked.changed, false, text);
  }
  ok(found > 3000, `${found}`);
});
