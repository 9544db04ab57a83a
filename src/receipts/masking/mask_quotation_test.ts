import { deepEqual } from "node:assert/strict";
import { quotation } from "./mask_quotation.ts";

const secret = "hush-4711-hush";

Deno.test("A quotation of the input is masked by what the input tells", () => {
  const rows: readonly (readonly [text: string, input: object, left: string])[] = [
    [
      `The word "${secret}" is not granted`,
      { command: `mysql -p${secret} db` },
      'The word "[secret]" is not granted',
    ],
    ["hush-4711 is cut here", { command: `PGPASSWORD=${secret} psql` }, "[secret] is cut here"],
    ['"a\\"b hush" is refused', { command: `x --password 'a"b hush'` }, '"[secret]" is refused'],
    [`${secret} is not below /project`, { password: secret }, "[secret] is not below /project"],
    ["4711 is out of range", { pin_token: 4711 }, "[secret] is out of range"],
    [
      "PGPASSWORD=other9 is an assignment",
      { command: "ls" },
      "PGPASSWORD=[secret] is an assignment",
    ],
    [
      "/etc/hosts is not below /project",
      { command: `PGPASSWORD=${secret} psql` },
      "/etc/hosts is not below /project",
    ],
  ];
  for (const [text, input, left] of rows) {
    deepEqual(quotation(text, input, { longest: 500 }), {
      value: left,
      changed: text !== left,
    });
  }
});

Deno.test("Input of any depth and width is searched as far as it is kept", () => {
  let deep: unknown = secret;
  for (let level = 0; level < 200_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
  const wide = Array.from({ length: 200_000 }, (_, at) => `--token hush${at}-${at}`);
  const input = { password: deep, deep, wide };
  deepEqual(quotation("hush1-1 is refused", input, {}), {
    value: "[secret] is refused",
    changed: true,
  });
});
