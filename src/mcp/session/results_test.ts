/** Secrets are found wherever a result has text, and what is no text of people's stays as it is. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ServerRule } from "../../policy/snapshot.ts";
import type { Members } from "../framing/message.ts";
import { presentable } from "./results.ts";

const secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const rule = { redact: true, line: 1 } as ServerRule;

function shown(result: Members): Promise<Members> {
  return presentable(result, rule, undefined);
}

Deno.test("Text that is called data is text", async () => {
  const places: readonly Members[] = [
    { content: [{ type: "text", text: secret }] },
    { content: [], structuredContent: { data: secret, blob: secret } },
    { content: [], structuredContent: { rows: [{ type: "image", data: secret }] } },
    { level: "info", data: secret },
    { level: "info", data: { deep: [secret] } },
    { error: { code: 1, message: "no", data: secret } },
  ];
  for (const place of places) {
    const text = JSON.stringify(await shown(place));
    ok(!text.includes(secret), text);
  }
});

Deno.test("A secret that only its name tells is one in structured content as in text", async () => {
  const named = {
    password: "correct-horse-battery",
    user: "ann",
    nested: [{ api_key: "zzz-yyy-1" }],
  };
  const text = JSON.stringify(await shown({ content: [], structuredContent: named }));
  ok(!text.includes("correct-horse") && !text.includes("zzz-yyy"), text);
  ok(text.includes("ann"), text);
});

Deno.test("Images, sounds, files, and what has to come back as it is", async () => {
  const cursor = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
  const kept: readonly Members[] = [
    { content: [{ type: "image", data: secret, mimeType: "image/png" }] },
    { content: [{ type: "audio", data: secret, mimeType: "audio/wav" }] },
    { contents: [{ uri: "test://a", blob: secret }] },
    { resources: [], nextCursor: cursor },
    { progressToken: cursor, progress: 1 },
  ];
  for (const result of kept) deepEqual(await shown(result), result);
});

Deno.test("Without redact nothing is looked at", async () => {
  const result = { content: [{ type: "text", text: secret }] };
  equal(await presentable(result, { ...rule, redact: false }, undefined), result);
});
