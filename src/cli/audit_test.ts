import { deepEqual, equal, match, rejects } from "node:assert/strict";
import {
  fileBytes,
  plainLines,
  sampleDraft,
  sampleKey,
  sampleLines,
} from "../receipts/sample_log.ts";
import { command } from "./audit.ts";
import { UsageError, UserError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

interface Ran {
  readonly code: number;
  readonly printed: readonly string[];
  readonly warned: readonly string[];
}

/** Runs `audit` for a project with these receipts; `undefined` for none. */
async function audit(
  content: Uint8Array | undefined,
  options: Readonly<Record<string, string | boolean>> = {},
  key: string | undefined = sampleKey.publicKey,
): Promise<Ran> {
  const project = Deno.makeTempDirSync({ prefix: "tenuo-" });
  const before = Deno.env.get("TENUO_PROJECT_DIR");
  const printed: string[] = [];
  const warned: string[] = [];
  const terminal: Terminal = {
    colour: false,
    print: (...lines) => void printed.push(...lines),
    warn: (...lines) => void warned.push(...lines),
    paint: (_, text) => text,
  };
  try {
    Deno.writeTextFileSync(`${project}/tenuo.yaml`, "name: test\n");
    Deno.mkdirSync(`${project}/.state`);
    if (content !== undefined) Deno.writeFileSync(`${project}/.state/receipts.jsonl`, content);
    if (key !== "") Deno.writeTextFileSync(`${project}/.state/receipt_pub.hex`, `${key}\n`);
    Deno.env.set("TENUO_PROJECT_DIR", project);
    return { code: await command.run({ options, operands: [], terminal }), printed, warned };
  } finally {
    if (before === undefined) Deno.env.delete("TENUO_PROJECT_DIR");
    else Deno.env.set("TENUO_PROJECT_DIR", before);
    Deno.removeSync(project, { recursive: true });
  }
}

const five = plainLines(5);
const row = "ALLOW      [gov] Read           -> read_file  authorized  path=/project/sandbox/";

Deno.test("audit prints one row for each receipt, oldest first", async () => {
  const { code, printed } = await audit(fileBytes(five));
  equal(code, 0);
  deepEqual(printed, [0, 1, 2, 3, 4].map((at) => `${row}${at}.txt`));
});

Deno.test("audit --tail prints the last rows", async () => {
  deepEqual((await audit(fileBytes(five), { tail: "2" })).printed, [`${row}3.txt`, `${row}4.txt`]);
  equal((await audit(fileBytes(five), { tail: "2000" })).printed.length, 5);
  equal((await audit(fileBytes([]), { tail: "1" })).printed.length, 0);
});

Deno.test("audit prints logs of more rows than it writes at once", async () => {
  equal((await audit(fileBytes(plainLines(1100)))).printed.length, 1100);
});

Deno.test("audit --json prints the receipts as they stand, and leaves torn lines out", async () => {
  const lines = sampleLines([{ draft: sampleDraft() }, { draft: sampleDraft(), tornAfter: 30 }]);
  const { printed, warned } = await audit(fileBytes(lines), { json: true });
  deepEqual(printed, [lines[0], lines[2], lines[3]]);
  deepEqual(warned, ["1 line is not JSON; left out"]);
});

Deno.test("audit --verify tells proven from disproved in its exit code", async () => {
  const proven = await audit(fileBytes(five), { verify: true });
  deepEqual([proven.code, proven.printed], [0, [
    "Verified    : 5 receipts and their chain: 5 proven",
  ]]);
  const altered = five.with(2, (five[2] as string).replace("allow", "deny "));
  const disproved = await audit(fileBytes(altered), { verify: true });
  deepEqual([disproved.code, disproved.printed], [1, [
    "Disproved   : line 3 is not signed by the receipt key as it stands; the 2 receipts before it hold",
  ]]);
});

Deno.test("audit --verify counts masked and torn apart", async () => {
  const lines = sampleLines([
    { draft: sampleDraft({ masked: true }) },
    { draft: sampleDraft(), tornAfter: 30 },
  ]);
  const { printed } = await audit(fileBytes(lines), { verify: true });
  deepEqual(printed, [
    "Verified    : 2 receipts and their chain: 1 proven, 1 masked (proof not checkable), 1 torn and named",
  ]);
});

Deno.test("audit --verify without key, with a bad key or without file cannot tell: exit code 2", async () => {
  for (
    const [content, key] of [[fileBytes(five), ""], [fileBytes(five), "00"], [undefined]] as const
  ) {
    const { code, printed } = await audit(content, { verify: true }, key);
    equal(code, 2);
    equal(printed.length, 1);
    match(printed[0] as string, /^Cannot tell : /);
  }
});

Deno.test("audit --verify outside any project cannot tell either", async () => {
  const before = Deno.env.get("TENUO_PROJECT_DIR");
  try {
    Deno.env.set("TENUO_PROJECT_DIR", "/nowhere\x1b[2J");
    const printed: string[] = [];
    const terminal: Terminal = {
      colour: false,
      print: (...lines) => void printed.push(...lines),
      warn: () => {},
      paint: (_, text) => text,
    };
    equal(await command.run({ options: { verify: true }, operands: [], terminal }), 2);
    match(printed.join("\n"), /^Cannot tell : .*nowhere\\x1b\[2J/);
  } finally {
    if (before === undefined) Deno.env.delete("TENUO_PROJECT_DIR");
    else Deno.env.set("TENUO_PROJECT_DIR", before);
  }
});

Deno.test("audit --verify --json prints the result as JSON", async () => {
  const { printed } = await audit(fileBytes(five), { verify: true, json: true });
  deepEqual(JSON.parse(printed.join("")), {
    outcome: "proven",
    counts: { proven: 5, masked: 0, torn: 0 },
  });
});

Deno.test("audit explains a missing file and refuses options that make no sense", async () => {
  await rejects(
    async () => await audit(undefined),
    (error) =>
      error instanceof UserError && /receipts\.jsonl\. Run tenuo-claude init/.test(error.message),
  );
  for (const options of [{ tail: "0" }, { tail: "x" }, { tail: "2", verify: true }]) {
    await rejects(async () => await audit(fileBytes(five), options), UsageError);
  }
});
