/** `warrant`: what people and scripts do with warrants, without any project. */
import type { Group } from "./command.ts";

export const command: Group = {
  name: "warrant",
  summary: "Look at, verify, make and narrow warrants; made for scripts",
  description:
    "Works on warrants and stacks of them, as hex, base64, PEM or binary, from a file or, with - or\n" +
    "without a name, from standard input. Needs no project. Exit code 0: yes; 1: no, with the\n" +
    "published error code; 2: unusable options or files.",
  commands: {
    inspect: () => import("./warrant_inspect.ts"),
    verify: () => import("./warrant_verify.ts"),
    pop: () => import("./warrant_pop.ts"),
    mint: () => import("./warrant_mint.ts"),
    attenuate: () => import("./warrant_attenuate.ts"),
  },
};
