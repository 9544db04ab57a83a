import { type Command, UserError } from "./command.ts";

export const command: Command = {
  name: "receipts verify",
  summary: "Under construction",
  description: "Under construction.",
  options: {},
  run: () => {
    throw new UserError("Not there yet");
  },
};
