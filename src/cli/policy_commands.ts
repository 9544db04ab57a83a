/** `policy`: what a policy says, before it is in force. */
import type { Group } from "./command.ts";

export const command: Group = {
  name: "policy",
  summary: "Check tenuo.yaml and try its examples, before it is in force",
  description:
    "Looks at the policy as it stands in the files, not at what is in force. Needs no .state and\n" +
    "writes nothing.",
  commands: {
    lint: () => import("./policy_lint.ts"),
    test: () => import("./policy_trial.ts"),
  },
};
