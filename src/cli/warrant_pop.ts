/** `warrant pop`: the holder's proof of possession for one call. */
import { Buffer } from "node:buffer";
import { maxInputBytes, unwrap } from "../protocol/armor.ts";
import { readChain } from "../protocol/chain.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { hex } from "../protocol/keys.ts";
import { prove } from "../protocol/pop.ts";
import { revocationId } from "../protocol/revocation.ts";
import { type Command, UsageError } from "./command.ts";
import { readKey } from "./key_file.ts";
import { readArguments } from "./warrant_arguments.ts";
import { readInput } from "./warrant_file.ts";
import { required, timeOption } from "./warrant_options.ts";
import { jsonLine, orRefuse } from "./warrant_refusal.ts";

export const command: Command = {
  name: "warrant pop",
  summary: "Sign one call as the holder of a warrant",
  description:
    "Prints the proof in hex: the holder's signature over the last warrant's id, the tool, the\n" +
    "arguments and the time, good for about a minute. It is not asked whether the warrant admits the\n" +
    "call. Exit code 1 when the input is no warrant or the key is not its holder's. Numbers are\n" +
    "signed as written: 50 is an integer, 50.0 is not.\n\n" +
    "Example:\n" +
    "  tenuo-claude warrant pop leaf.pem --key holder.b64 \\\n" +
    `    --tool read_file --args '{"path":"/data/a.txt"}'`,
  operands: ["FILE|-"],
  options: {
    key: { value: "FILE", help: "The holder's key file" },
    tool: { value: "NAME", help: "The tool that is called" },
    args: { value: "JSON", help: "The call's arguments, a JSON object" },
    at: { value: "UNIX", help: "Sign for this time instead of now" },
    json: { help: "Print JSON: signature_hex, signature_base64, warrant_id, tool, at" },
  },
  run: (invocation) => {
    const { options, operands: [operand], terminal } = invocation;
    const tool = required(invocation, "tool");
    const args = readArguments(required(invocation, "args"));
    const at = timeOption(invocation);
    const path = required(invocation, "key");
    if (path === "-" && (operand ?? "-") === "-") {
      throw new UsageError("Standard input cannot be both the warrant and the key");
    }
    const key = readKey(path, terminal);
    const { bytes } = readInput(operand, maxInputBytes);
    return orRefuse(invocation, () => {
      const leaf = readChain(unwrap(bytes)).at(-1);
      if (leaf === undefined) throw new ProtocolError("ChainBroken", "Warrant chain is empty");
      if (leaf.holder !== key.publicKey) {
        throw new ProtocolError("PopSignatureInvalid", "The key is not the holder's");
      }
      const proof = prove(key, leaf.id, tool, args, at);
      const signature = hex(proof);
      terminal.print(
        options.json === true
          ? jsonLine({
            signature_hex: signature,
            signature_base64: Buffer.from(proof).toString("base64url"),
            warrant_id: revocationId(leaf.id),
            tool,
            at,
          })
          : signature,
      );
      return 0;
    });
  },
};
