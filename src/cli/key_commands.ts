/** `key`: Ed25519 key files for the `warrant` commands. */
import type { Group } from "./command.ts";

export const command: Group = {
  name: "key",
  summary: "Make a key file, or print the public key of one",
  description:
    "Key files hold the base64 of a 32-byte Ed25519 seed, or PKCS#8 PEM. Private keys are neither\n" +
    "taken from the command line nor printed.",
  commands: {
    generate: () => import("./key_generate.ts"),
    public: () => import("./key_public.ts"),
  },
};
