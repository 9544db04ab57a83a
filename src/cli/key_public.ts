/** `key public`: the public key of a key file. */
import type { Command } from "./command.ts";
import { readKey } from "./key_file.ts";
import { jsonLine } from "./warrant_refusal.ts";

export const command: Command = {
  name: "key public",
  summary: "Print the public key of a key file",
  description:
    "Prints 64 hex digits: what --root and --holder take. Exit code 2 for what is no key file.\n\n" +
    "Example:\n" +
    "  tenuo-claude key public holder.b64",
  operands: ["FILE|-"],
  options: { json: { help: "Print the public key as JSON" } },
  run: ({ options, operands: [operand], terminal }) => {
    const { publicKey } = readKey(operand, terminal);
    terminal.print(options.json === true ? jsonLine({ public_key: publicKey }) : publicKey);
    return 0;
  },
};
