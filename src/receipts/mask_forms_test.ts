import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { corpus, filled, leftOf } from "../../tests/masking/forms.ts";
import { maskText } from "./mask.ts";

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
      equal(leftOf(one, line, value), undefined, `${one.text} became ${value}`);
    });
    await fc.assert(property, { numRuns: 20 });
  }
  for (const line of ordinary) {
    deepEqual(await maskText(inJson(line)), { value: inJson(line), changed: false });
  }
});
