/** `warrant pop` over the published proofs. */
import {
  deepStrictEqual as deepEqual,
  match,
  rejects,
  strictEqual as equal,
} from "node:assert/strict";
import { caseOf, pops } from "../../tests/conformance/vectors.ts";
import { UsageError, UserError } from "./command.ts";
import { inFolder, runProgram, unhex, within } from "./warrant_test_shell.ts";
import { command } from "./warrant_pop.ts";
import { keyText } from "./key_file.ts";

type Pop = (typeof pops.cases)[number];

async function withKey(body: (key: string, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const key = `${folder}/key`;
    Deno.writeTextFileSync(key, keyText(unhex(pops.holder_priv_hex), "base64"), { mode: 0o600 });
    await body(key, folder);
  });
}

function argsOf({ tool, args, timestamp }: Pop, key: string): string[] {
  const call = ["--tool", tool, "--args", JSON.stringify(args), "--at", String(timestamp)];
  return ["--key", key, ...call];
}

Deno.test("Every published proof, printed plain and as JSON", async () => {
  await withKey(async (key, folder) => {
    for (const one of pops.cases) {
      Deno.writeTextFileSync(`${folder}/warrant`, one.warrant_b64);
      const args = [`${folder}/warrant`, ...argsOf(one, key)];
      const plain = await within(command, args);
      deepEqual([plain.code, plain.stdout, plain.stderr], [0, one.expected_signature_hex, ""]);
      const json = JSON.parse((await within(command, [...args, "--json"])).stdout);
      equal(json.signature_hex, one.expected_signature_hex);
      match(json.warrant_id, /^tnu_wrt_[0-9a-f]{32}$/);
    }
  });
});

Deno.test("The real program signs what it reads from standard input", async () => {
  await withKey(async (key) => {
    const one = pops.cases[1] as Pop;
    const args = ["warrant", "pop", "-", ...argsOf(one, key)];
    const { code, stdout } = await runProgram(args, `${one.warrant_b64}\n`);
    deepEqual([code, stdout], [0, `${one.expected_signature_hex}\n`]);
  });
});

Deno.test("A key that is not the holder's signs nothing; missing options are usage errors", async () => {
  await withKey(async (key, folder) => {
    Deno.writeTextFileSync(`${folder}/warrant`, caseOf("A.1").chain[0] as string);
    const args = [`${folder}/warrant`, ...argsOf(pops.cases[0] as Pop, key)];
    await rejects(() => within(command, args), (error) => {
      return error instanceof UserError && /^PopSignatureInvalid \(1600\): /.test(error.message);
    });
    const { code, stdout } = await within(command, [...args, "--json"]);
    deepEqual([code, JSON.parse(stdout).error_code], [1, 1600]);
    for (const left of ["--key", "--tool", "--args"]) {
      const at = args.indexOf(left);
      await rejects(() => within(command, args.toSpliced(at, 2)), UsageError);
    }
    await rejects(() => within(command, ["-", "--key", "-", ...args.slice(3)]), UsageError);
  });
});
