/** `audit`: the receipts as rows, as JSON lines or in the format of another system; or one of them. */
import { statePath } from "../state/layout.ts";
import { UnsafeFile } from "../state/read_file.ts";
import { filterOptions, readFilter } from "./audit_filter.ts";
import { formatNames, outputOf, rows } from "./audit_output.ts";
import { followReceipts, printLog } from "./audit_print.ts";
import { type Command, type Invocation, UsageError, UserError, wholeNumber } from "./command.ts";
import { findProject } from "./find_project.ts";

/** Rows that `--follow` begins with, unless it is told otherwise. */
const firstRows = 10;

export const command: Command = {
  name: "audit",
  summary: "Show the receipts of every decision, or verify them",
  description:
    "Prints one row for each receipt, oldest first, through all segments of the log: the\n" +
    "decision, [gov] for a governed call, [aud] for a tool allowed without constraints, [mcp] for a\n" +
    "server's tool or [prx] for what the MCP proxy decided, the tool, the capability and the reason.\n" +
    "Outcomes have a dot; a red ! says that what ran is not what was decided, a ? that nobody told\n" +
    "the outcome. A dash stands before what people did, TORN before lines that were never finished.\n" +
    "Options that choose rows combine, and --tail counts what is left by them. --long begins each\n" +
    "row with the receipt's number and its time in UTC. --since takes dates and times without a\n" +
    "zone as local ones.\n" +
    "audit show SEQ prints the receipt of that number whole, with what each member means; --json\n" +
    "its line.\n" +
    "--verify is receipts verify for this project: exit code 0: all proven; 1: something\n" +
    "disproved; 2: cannot tell.\n" +
    "Formats: jsonl, the lines as they stand; csv for spreadsheets, with an apostrophe before\n" +
    "texts that begin like a formula; ocsf, API Activity events; otlp-json, OpenTelemetry log\n" +
    "requests; authorizer, the events of published authorizers, decisions only.",
  options: {
    tail: { value: "N", help: "Only the last N rows" },
    follow: { help: "Go on with rows as they come, until Ctrl-C; begins with the last ten" },
    ...filterOptions,
    long: { help: "Begin each row with the receipt's number and time" },
    format: { value: "F", help: `One of ${formatNames}` },
    json: { help: "The same as --format jsonl; with --verify, the result as JSON" },
    verify: { help: "Verify instead of printing rows" },
  },
  operands: ["show", "SEQ"],
  run: async (invocation) => {
    const { options, operands } = invocation;
    if (options.verify === true) {
      requireAlone(invocation, "--verify reads all receipts", ["verify", "json"]);
      const { runVerification } = await import("./audit_verify.ts");
      return await runVerification(invocation.terminal, options.json === true);
    }
    try {
      return await (operands.length > 0 ? show(invocation) : list(invocation));
    } catch (error) {
      if (!(error instanceof UnsafeFile)) throw error;
      throw new UserError(`${error.message}${error.missing ? ". Run tenuo-claude init" : ""}`);
    }
  },
};

/** @throws {UsageError} for options or operands beside those that make sense */
function requireAlone(
  { options, operands }: Invocation,
  why: string,
  taken: readonly string[],
  words = 0,
): void {
  const more = Object.entries(options).find(([name, value]) =>
    value !== undefined && value !== false && !taken.includes(name)
  );
  if (more !== undefined) throw new UsageError(`${why}; leave out --${more[0]}`);
  const word = operands[words];
  if (word !== undefined) throw new UsageError(`${why}; leave out ${word}`);
}

async function show(invocation: Invocation): Promise<number> {
  const { options, operands: [verb, text = ""], terminal } = invocation;
  if (verb !== "show") {
    throw new UsageError(`audit takes options, or show SEQ; not ${JSON.stringify(verb)}`);
  }
  requireAlone(invocation, "audit show prints one receipt", ["json"], 2);
  const seq = Number(text);
  if (!/^\d{1,15}$/.test(text) || seq < 1) {
    throw new UsageError("audit show takes the number of a receipt, its seq, counted from 1");
  }
  const { showReceipt } = await import("./audit_show.ts");
  showReceipt(findProject(), seq, options.json === true, terminal);
  return 0;
}

/** Where each row goes: what is asked for, and the form. */
async function list({ options, terminal }: Invocation): Promise<number> {
  const follows = options.follow === true;
  const filter = readFilter(options, Date.now());
  const tail = wholeNumber(options.tail, "tail", follows ? 0 : 1);
  const format = formatOf(options);
  const project = findProject();
  const path = statePath(project, "receipts");
  const isRows = format === undefined;
  if (!isRows && options.long === true) {
    throw new UsageError("--long is for rows; leave it out beside --format and --json");
  }
  const output = isRows ? rows(terminal, options.long === true) : await outputOf(format, project);
  if (!follows) {
    const printed = await printLog(path, { filter, tail, output, terminal });
    if (printed === 0 && isRows) terminal.warn(nothing(options));
    return 0;
  }
  const first = tail ?? (filter.since === undefined ? firstRows : undefined);
  const stop = new AbortController();
  const end = () => stop.abort();
  Deno.addSignalListener("SIGINT", end);
  try {
    const { signal } = stop;
    await followReceipts(path, { filter, tail: first, output, terminal, signal });
  } finally {
    Deno.removeSignalListener("SIGINT", end);
  }
  return 0;
}

/** Why there are no rows. */
function nothing(options: Invocation["options"]): string {
  return Object.keys(filterOptions).some((name) => options[name] !== undefined)
    ? "No receipt fits these options"
    : "No receipts yet: the first tool call leaves one";
}

function formatOf({ format, json }: Invocation["options"]): string | undefined {
  if (json === true && format !== undefined && format !== "jsonl") {
    throw new UsageError("--json is --format jsonl; leave out one of them");
  }
  return typeof format === "string" ? format : json === true ? "jsonl" : undefined;
}
