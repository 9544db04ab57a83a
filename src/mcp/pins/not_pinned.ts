/** The refusal of a server, or of one of its tools, that is not what a person approved. */
import { Denial } from "../../authorizer/denial.ts";
import { lockFileName } from "./pin.ts";

/**
 * @param what how it differs, one sentence without its end
 * @param command what a person can run next, without the program's name
 */
export function notPinned(what: string, command: string): Denial {
  const message = `${what}; a person can run tenuo-claude ${command}`;
  return new Denial("NotPinned", message, { rule: lockFileName, line: 0 });
}
