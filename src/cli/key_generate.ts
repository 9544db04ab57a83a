/** `key generate`: a new key file, and its public key on standard output. */
import { randomBytes } from "node:crypto";
import { signingKey } from "../protocol/keys.ts";
import { type Command, UserError } from "./command.ts";
import { keyText } from "./key_file.ts";
import { jsonLine } from "./warrant_refusal.ts";

/** Creates the file for its owner alone. @throws {UserError} when there is one */
function create(path: string, text: string): void {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    const exists = error instanceof Deno.errors.AlreadyExists;
    throw new UserError(exists ? `${path} exists; it stays as it is` : `Cannot create ${path}`);
  }
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    file.syncSync();
  } catch {
    Deno.removeSync(path);
    throw new UserError(`Cannot write ${path}`);
  } finally {
    file.close();
  }
}

export const command: Command = {
  name: "key generate",
  summary: "Make a key file and print its public key",
  description:
    "Writes a new Ed25519 key for its owner alone (0600) and never over an existing file. Prints the\n" +
    "public key, 64 hex digits.\n\n" +
    "Example:\n" +
    "  tenuo-claude key generate --out holder.b64 > holder.hex",
  options: {
    out: { value: "FILE", help: "The key file; tenuo_key.b64 or tenuo_key.pem when not given" },
    pem: { help: "Write PKCS#8 PEM instead of base64" },
    json: { help: "Print file and public key as JSON" },
  },
  run: ({ options, terminal }) => {
    const form = options.pem === true ? "pem" : "base64";
    const path = typeof options.out === "string"
      ? options.out
      : `tenuo_key.${form === "pem" ? "pem" : "b64"}`;
    const seed = randomBytes(32);
    create(path, keyText(seed, form));
    const { publicKey } = signingKey(seed);
    terminal.print(
      options.json === true ? jsonLine({ file: path, public_key: publicKey }) : publicKey,
    );
    return 0;
  },
};
