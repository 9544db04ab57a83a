/** Prints what is asked for of a log, and what comes to it. */
import { followLog } from "../receipts/follow.ts";
import { firstNotBefore, startOfLast } from "../receipts/log_position.ts";
import { beginning, LogReader } from "../receipts/log_reader.ts";
import { parseReceipt, type Receipt } from "../receipts/receipt.ts";
import type { Filter } from "./audit_filter.ts";
import { type Output, rows } from "./audit_output.ts";
import type { Terminal } from "./terminal.ts";

/** What is printed of a log, and how. */
export interface Request {
  readonly filter: Filter;
  /** How many rows, counted from the end; all when undefined. */
  readonly tail?: number | undefined;
  readonly output: Output;
  readonly terminal: Terminal;
  /** Ends the printing. */
  readonly signal?: AbortSignal;
}

/** Lines printed by one write. */
const batchSize = 512;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Prints all rows of the log at `path`.
 *
 * @throws {UnsafeFile} when it cannot be read
 */
export async function printReceipts(path: string, terminal: Terminal): Promise<void> {
  const filter: Filter = { newTest: () => () => true };
  await printLog(path, { filter, terminal, output: rows(terminal) });
}

/** Prints what the log has now. @returns how many rows @throws {UnsafeFile} if it cannot be read */
export async function printLog(path: string, request: Request): Promise<number> {
  const log = LogReader.open(path);
  try {
    const printer = new Printer(request);
    await printer.printHeld(log);
    printer.finish();
    return printer.printed;
  } finally {
    log.close();
  }
}

/** The same, and then what comes to it, until the signal. @throws {UnsafeFile} */
export async function followReceipts(
  path: string,
  request: Request & { readonly signal: AbortSignal },
): Promise<void> {
  const log = LogReader.open(path);
  try {
    const printer = new Printer(request);
    await printer.printHeld(log);
    for await (const one of followLog(path, log, request.signal)) {
      if ("notice" in one) request.terminal.warn(one.notice);
      else printer.print(one.line);
    }
    printer.finish();
  } finally {
    log.close();
  }
}

class Printer {
  readonly #request: Request;
  readonly #test: (receipt: Receipt | undefined) => boolean;
  #batch: string[] = [];
  #leftOut = 0;
  #printed = 0;

  constructor(request: Request) {
    this.#request = request;
    this.#test = request.filter.newTest();
    if (request.output.head !== undefined) request.terminal.print(request.output.head);
  }

  /** How many rows were printed. */
  get printed(): number {
    return this.#printed;
  }

  async printHeld(log: LogReader): Promise<void> {
    const { filter: { since }, tail, signal } = this.#request;
    const floor = since === undefined
      ? beginning
      : firstNotBefore(log, ({ time }) => Date.parse(time) < since);
    const { from, skip } = tail === undefined
      ? { from: floor, skip: 0 }
      : startOfLast(log, tail, () => this.#counter(signal !== undefined), floor);
    let left = skip;
    for (const { bytes, fault } of log.lines(from)) {
      // Whoever follows sees it when it has come to its end.
      if (fault === "unfinished" && signal !== undefined) continue;
      const told = this.#tell(bytes);
      if (told === undefined || left-- > 0) continue;
      this.#batch.push(told);
      if (this.#batch.length < batchSize) continue;
      this.#write();
      if (signal === undefined) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
    }
    this.#write();
  }

  /** Prints a line of its own. */
  print(bytes: Uint8Array): void {
    const told = this.#tell(bytes);
    if (told === undefined) return;
    this.#printed++;
    this.#request.terminal.print(told);
  }

  /** Says how much could not be told. */
  finish(): void {
    const count = this.#leftOut;
    if (count === 0) return;
    const { terminal } = this.#request;
    terminal.warn(`${count} ${count === 1 ? "line is" : "lines are"} not JSON; left out`);
  }

  #tell(bytes: Uint8Array): string | undefined {
    const text = decoder.decode(bytes);
    const receipt = parseReceipt(text);
    if (!this.#test(receipt)) return undefined;
    const told = this.#request.output.render(text, receipt);
    if (told === null) this.#leftOut++;
    return told ?? undefined;
  }

  /** Says of each line whether it will be a row. */
  #counter(isFollowed: boolean) {
    const test = this.#request.filter.newTest();
    return ({ bytes, fault }: { readonly bytes: Uint8Array; readonly fault?: string }) => {
      if (fault === "unfinished" && isFollowed) return false;
      const text = decoder.decode(bytes);
      const receipt = parseReceipt(text);
      return test(receipt) && typeof this.#request.output.render(text, receipt) === "string";
    };
  }

  #write(): void {
    this.#printed += this.#batch.length;
    if (this.#batch.length > 0) this.#request.terminal.print(...this.#batch);
    this.#batch = [];
  }
}
