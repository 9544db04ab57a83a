/** `warrant verify`: does this warrant hold, and does it admit this call? */
import { maxInputBytes } from "../protocol/armor.ts";
import { revocationId } from "../protocol/revocation.ts";
import { printable } from "../receipts/printable.ts";
import { type Command, type Invocation, UsageError, valuesOf } from "./command.ts";
import { localTime } from "./local_time.ts";
import type { Terminal } from "./terminal.ts";
import { readArguments } from "./warrant_arguments.ts";
import { readInput } from "./warrant_file.ts";
import { type AskedCall, judge, type Question, type Verdict } from "./warrant_judge.ts";
import { proofOption, publicKeyOption, timeOption } from "./warrant_options.ts";
import { jsonLine, refusalJson, refusalText } from "./warrant_refusal.ts";

const maxListBytes = 8 << 20;

function callOf({ options }: Invocation): AskedCall | undefined {
  const { tool, args, pop } = options;
  if (typeof tool !== "string") {
    if (args !== undefined || pop !== undefined) {
      throw new UsageError("--args and --pop belong to a --tool");
    }
    return undefined;
  }
  return {
    tool,
    args: readArguments(typeof args === "string" ? args : "{}"),
    ...(typeof pop === "string" ? { pop: proofOption(pop) } : {}),
  };
}

function questionOf(invocation: Invocation): Question {
  const { options } = invocation;
  const call = callOf(invocation);
  const list = typeof options.srl === "string" ? options.srl : undefined;
  if (list === "-" && (invocation.operands[0] ?? "-") === "-") {
    throw new UsageError("Standard input cannot be both the warrant and the revocation list");
  }
  return {
    roots: valuesOf(invocation, "root").map((root) => publicKeyOption(root, "root")),
    at: timeOption(invocation),
    strict: options.strict === true,
    allowSelfDelegation: options["allow-self-delegation"] === true,
    ...(list === undefined ? {} : { revocations: readInput(list, maxListBytes).bytes }),
    ...(call === undefined ? {} : { call }),
  };
}

/** The verdict as `--json` prints it. */
export function verdictJson({ valid, authorized, refusal, leaf }: Verdict) {
  return {
    valid,
    authorized: authorized ?? null,
    ...refusalJson(refusal),
    warrant_id: leaf === undefined ? null : revocationId(leaf.id),
    tools: valid && leaf !== undefined ? [...leaf.tools.keys()] : [],
  };
}

function lines(verdict: Verdict, terminal: Terminal): string[] {
  const { valid, authorized, refusal, leaf } = verdict;
  const word = (good: boolean, yes: string, no: string) =>
    good ? terminal.paint("green", yes) : terminal.paint("red", no);
  const rows = [word(valid, "Valid", "Invalid")];
  if (leaf !== undefined) rows.push(`Warrant     : ${revocationId(leaf.id)}`);
  if (valid && leaf !== undefined) {
    const tools = leaf.type === "issuer"
      ? `none; it issues ${(leaf.issuableTools ?? []).join(", ")}`
      : [...leaf.tools.keys()].join(", ");
    rows.push(`Tools       : ${printable(tools)}`, `Expires     : ${localTime(leaf.expiresAt)}`);
  }
  if (authorized !== undefined && valid) {
    rows.push(`Call        : ${word(authorized, "authorized", "not authorized")}`);
  }
  if (refusal !== undefined) rows.push(`Why         : ${refusalText(refusal)}`);
  return rows;
}

export const command: Command = {
  name: "warrant verify",
  summary: "Verify a warrant or a stack under trusted roots, and ask whether it admits a call",
  description:
    "Exit code 0: valid and, with --tool, authorized; 1: not; 2: unusable options or files.\n" +
    "Without --tool the exit code follows the chain alone. Without --pop, authorized covers tool and\n" +
    "constraints, not who calls. A warrant that its holder issued to itself is invalid, unless\n" +
    "--allow-self-delegation. 50 is an integer\n" +
    "and 50.0 is not: ranges compare by value, exact, oneof and proofs tell them apart.\n\n" +
    "Example:\n" +
    "  tenuo-claude warrant verify leaf.pem --root $(cat root.hex) \\\n" +
    `    --tool read_file --args '{"path":"/data/a.txt"}' --json`,
  operands: ["FILE|-"],
  options: {
    root: { value: "HEX", multiple: true, help: "A trusted root's public key; may be repeated" },
    at: { value: "UNIX", help: "Judge as of this time instead of now" },
    srl: { value: "FILE", help: "A revocation list that one of the roots signed" },
    strict: { help: "All warrants must be of the root's session" },
    "allow-self-delegation": { help: "Admit warrants whose holder narrowed them for itself" },
    tool: { value: "NAME", help: "Also ask about a call of this tool; * is the only one granted" },
    args: { value: "JSON", help: "The call's arguments, a JSON object" },
    pop: { value: "HEX|B64", help: "The holder's proof for this call at this time" },
    json: { help: "Print the verdict as JSON" },
  },
  run: async (invocation) => {
    const { options, operands: [operand], terminal } = invocation;
    const question = questionOf(invocation);
    const verdict = await judge(readInput(operand, maxInputBytes).bytes, question);
    const rows = options.json === true
      ? [jsonLine(verdictJson(verdict))]
      : lines(verdict, terminal);
    try {
      terminal.print(...rows);
    } catch (error) {
      // The exit code is the verdict, whether or not anybody reads the words.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
    return verdict.valid && verdict.authorized !== false ? 0 : 1;
  },
};
