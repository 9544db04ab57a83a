/** Key files, good and bad, and the commands that make and read them. */
import { Buffer } from "node:buffer";
import { generateKeyPairSync } from "node:crypto";
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert/strict";
import { signingKey } from "../protocol/keys.ts";
import { UsageError, UserError } from "./command.ts";
import { keyText } from "./key_file.ts";
import { command as generate } from "./key_generate.ts";
import { command as publicKey } from "./key_public.ts";
import { inFolder, runProgram, within } from "./warrant_test_shell.ts";

const seed = new Uint8Array(32).fill(0xfb);
const expected = signingKey(seed).publicKey;

async function read(content: string | Uint8Array, mode = 0o600) {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(`${folder}/key`, bytes);
    Deno.chmodSync(`${folder}/key`, mode);
    return await within(publicKey, [`${folder}/key`]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** PKCS#8 as some libraries write it, with the public key behind the seed. */
function paired(key: string): string {
  const head = "3051020101300506032b657004220420";
  const der = Buffer.from(`${head}${Buffer.from(seed).toString("hex")}812100${key}`, "hex");
  const body = der.toString("base64").replace(/(.{64})/, "$1\n");
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
}

Deno.test("Base64 in either alphabet, padded or not, and PEM in both forms", async () => {
  const base64 = Buffer.from(seed).toString("base64");
  const plain = [base64, base64.replace("=", ""), Buffer.from(seed).toString("base64url")];
  const pem = keyText(seed, "pem");
  for (const text of [...plain, `\n${base64}\r\n`, pem, pem.replaceAll("\n", "\r\n")]) {
    deepEqual(await read(text), { code: 0, stdout: expected, stderr: "" });
  }
  equal((await read(paired(expected))).stdout, expected);
});

Deno.test("Whatever else is no key file, and nothing of it is repeated", async () => {
  const pemOf = (key: { export(options: { type: "pkcs8"; format: "pem" }): string | Uint8Array }) =>
    String(key.export({ type: "pkcs8", format: "pem" }));
  const others = [
    pemOf(generateKeyPairSync("x25519").privateKey),
    pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
    pemOf(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey),
    paired("00".repeat(32)),
    keyText(seed, "pem").replace("PRIVATE", "PUBLIC"),
    keyText(seed, "pem").slice(0, -10),
    keyText(seed.subarray(1), "base64"),
    keyText(new Uint8Array(33), "base64"),
    keyText(new Uint8Array(64), "base64"),
    Buffer.from(seed).toString("hex"),
    `${"A".repeat(42)}B`,
    "",
    "\0",
    new Uint8Array(32),
    new Uint8Array(1 << 20),
  ];
  for (const content of others) {
    await rejects(read(content), (error) => {
      ok(error instanceof UsageError);
      match(error.message, /is no Ed25519 key file: base64 of a 32-byte seed/);
      return true;
    });
  }
});

Deno.test("A file that others may read is used with a warning", async () => {
  const { code, stderr } = await read(keyText(seed, "base64"), 0o640);
  equal(code, 0);
  match(stderr, /^tenuo-claude: warning: others may read .*key \(mode 640\)$/);
});

Deno.test("key generate writes for its owner alone, never over a file, and prints no secret", async () => {
  await inFolder(async (folder) => {
    for (const form of [[], ["--pem"]]) {
      const path = `${folder}/key${form.length}`;
      const made = await within(generate, ["--out", path, ...form]);
      match(made.stdout, /^[0-9a-f]{64}$/);
      equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
      equal((await within(publicKey, [path])).stdout, made.stdout);
      const before = Deno.readTextFileSync(path);
      await rejects(within(generate, ["--out", path]), (error) => {
        return error instanceof UserError && !(error instanceof UsageError);
      });
      equal(Deno.readTextFileSync(path), before);
    }
    Deno.symlinkSync(`${folder}/elsewhere`, `${folder}/link`);
    await rejects(within(generate, ["--out", `${folder}/link`]), UserError);
    await rejects(within(generate, ["--out", `${folder}/none/key`]), UserError);
    const json = JSON.parse((await within(generate, ["--out", `${folder}/j`, "--json"])).stdout);
    deepEqual(Object.keys(json), ["file", "public_key"]);
  });
});

Deno.test("The real program reads a key from standard input", async () => {
  const { code, stdout } = await runProgram(["key", "public", "-"], keyText(seed, "pem"));
  deepEqual([code, stdout], [0, `${expected}\n`]);
  equal((await runProgram(["key", "public"], "nonsense")).code, 2);
});
