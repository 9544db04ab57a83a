/** The keys that the receipts of a project are made and verified with. */
import { openKey } from "../authorizer/authority.ts";
import { asDenial } from "../authorizer/denial.ts";
import { fromHex, isSoundPublicKey, type SigningKey } from "../protocol/keys.ts";
import { stateFiles, statePath } from "../state/layout.ts";
import { readRegularText, UnsafeFile } from "../state/read_file.ts";
import { CannotTell } from "./command.ts";

/** A public key of the state directory, hex. @throws {CannotTell} */
export function publicKeyIn(project: string, file: "receiptPublic" | "issuerPublic"): string {
  try {
    const key = readRegularText(statePath(project, file), 256);
    if (/^[0-9a-f]{64}$/.test(key) && isSoundPublicKey(fromHex(key))) return key;
    throw new CannotTell(`.state/${stateFiles[file]} is not an Ed25519 public key in hex`);
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    throw new CannotTell(`${error.message}${error.missing ? "; run tenuo-claude init" : ""}`);
  }
}

/** The receipt key, private half included. @throws {CannotTell} */
export function receiptKeyIn(project: string): SigningKey {
  try {
    const key = openKey({ project, root: "" }, "receiptKey");
    if (key.publicKey === publicKeyIn(project, "receiptPublic")) return key;
    throw new CannotTell("receipt_pub.hex is not the public half of receipt_key.b64");
  } catch (error) {
    const denial = asDenial(error);
    throw denial === undefined ? error : new CannotTell(denial.message);
  }
}
