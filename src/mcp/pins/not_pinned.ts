/** The refusal of a server, or of one of its tools, that is not what a person approved. */
import { Denial } from "../../authorizer/denial.ts";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { serverWord } from "../../policy/tools.ts";
import { programChange } from "../programs/pinned_program.ts";
import type { PinnedProgram } from "../programs/program_pin.ts";
import { lockFileName } from "./pin.ts";

/**
 * @param what how it differs, one sentence without its end
 * @param command what a person can run next, without the program's name
 */
export function notPinned(what: string, command: string): Denial {
  const message = `${what}; a person can run tenuo-claude ${command}`;
  return new Denial("NotPinned", message, { rule: lockFileName, line: 0 });
}

/**
 * Holds a program to what a person trusted, before it is started.
 *
 * @param server the server's name in the policy
 * @throws {Denial} 9014, which names what changed
 */
export function verifyProgram(server: string, program: PinnedProgram, launch: ServerLaunch): void {
  const change = programChange(program, launch);
  if (change === undefined) return;
  const what = `The MCP server ${server} is not what was approved: ${change}`;
  throw notPinned(what, `mcp approve ${serverWord(server)}`);
}
