/** What runs a script that cannot start by itself, by the end of its name. */
import { extname } from "node:path";
import { thisProgram } from "../../claude/program.ts";
import { answerOf, findProgram, Unresolved } from "./find_program.ts";
import type { Environment } from "./server_environment.ts";

export interface Runtime {
  readonly command: string;
  /** Before the script. */
  readonly args: readonly string[];
}

const interpreters: { readonly [ending: string]: string } = {
  ".py": "python3",
  ".rb": "ruby",
  ".sh": "sh",
  ".pl": "perl",
  ".php": "php",
};

/** The first version of node that runs TypeScript as it stands. */
const [typesMajor, typesMinor] = [22, 18];

async function stripsTypes(node: string, cwd: string, environment: Environment): Promise<boolean> {
  const args = ["-p", "process.versions.node"];
  const question = { command: node, args, cwd, environment, milliseconds: 20_000 };
  const [major = 0, minor = 0] = ((await answerOf(question)) ?? "").split(".").map(Number);
  return major > typesMajor || (major === typesMajor && minor >= typesMinor);
}

/**
 * The runtime for a script.
 *
 * @throws {Unresolved} when there is none on this machine
 */
export async function runtimeOf(
  script: string,
  environment: Environment,
  cwd: string,
): Promise<Runtime> {
  const ending = extname(script);
  const other = interpreters[ending];
  if (other !== undefined) {
    const command = findProgram(other, environment, cwd);
    if (command === undefined) throw new Unresolved(`${script} needs ${other}; install it`);
    return { command, args: [] };
  }
  const isTyped = /^\.[cm]?tsx?$/.test(ending);
  const node = findProgram("node", environment, cwd);
  if (node !== undefined && (!isTyped || await stripsTypes(node, cwd, environment))) {
    return { command: node, args: [] };
  }
  const program = thisProgram();
  if (program.kind === "source") {
    const args = ["run", "--quiet", "--no-prompt", "--no-config", "--allow-all"];
    return { command: program.command, args };
  }
  const needed = isTyped ? `node ${typesMajor}.${typesMinor} or later` : "node";
  throw new Unresolved(`${script} needs ${needed}; install it, or name a command that runs it`);
}
