/**
 * What a server writes on its standard error: passed on for people, line by line and not faster than
 * they read, with nothing in it that a terminal would act on. The end of it is kept for messages.
 */

const keptCharacters = 4096;
const longestLine = 500;
/** Lines that may come at once, and how many more each second. */
const [burst, eachSecond] = [20, 10];

// deno-lint-ignore no-control-regex
const terminalCommand = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;
const unprintable = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text without what would move a cursor, change a colour or turn the order of letters. */
export function withoutControls(text: string): string {
  return text.replace(terminalCommand, "").replace(unprintable, "");
}

export class StderrLines {
  readonly #print: (line: string) => void;
  readonly #now: () => number;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #kept = "";
  #allowance = burst;
  #time: number;
  #left = 0;

  /** @param now milliseconds of a clock that does not go back */
  constructor(print: (line: string) => void, now: () => number = () => performance.now()) {
    this.#print = print;
    this.#now = now;
    this.#time = now();
  }

  /** The next bytes of any encoding. */
  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** There are no more. */
  end(): void {
    this.#take(`${this.#decoder.decode()}\n`);
    if (this.#left > 0) this.#print(`(${this.#left} more lines)`);
    this.#left = 0;
  }

  /** The last 4,096 characters, without what a terminal would act on. */
  get kept(): string {
    return this.#kept;
  }

  /** The last line that is not empty, at most 500 characters; empty when there is none. */
  get lastLine(): string {
    return this.#kept.trimEnd().split("\n").at(-1)?.trim() ?? "";
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    // A line that does not end is passed on as far as it goes, and the rest of it left out.
    if (this.#rest.length > keptCharacters) this.#rest = this.#rest.slice(0, keptCharacters);
    for (const line of lines) this.#line(line);
  }

  #line(raw: string): void {
    const line = withoutControls(raw.slice(0, keptCharacters)).trimEnd().slice(0, longestLine);
    if (line === "") return;
    this.#kept = `${this.#kept}${line}\n`.slice(-keptCharacters);
    const now = this.#now();
    this.#allowance = Math.min(burst, this.#allowance + (now - this.#time) * eachSecond / 1000);
    this.#time = now;
    if (this.#allowance < 1) {
      this.#left++;
      return;
    }
    if (this.#left > 0) this.#print(`(${this.#left} more lines)`);
    this.#left = 0;
    this.#allowance--;
    this.#print(line);
  }
}

const unprinted: string[] = [];
const mostUnprinted = 100;
let isPrinting = false;

/** Writes a line on our own standard error. While nobody reads there, some wait and more are lost. */
export function printOnStderr(line: string): void {
  if (unprinted.length < mostUnprinted) unprinted.push(`${line}\n`);
  if (!isPrinting) void printAll();
}

async function printAll(): Promise<void> {
  isPrinting = true;
  try {
    while (unprinted.length > 0) {
      let rest = new TextEncoder().encode(unprinted.splice(0).join(""));
      while (rest.length > 0) rest = rest.subarray(await Deno.stderr.write(rest));
    }
  } catch {
    unprinted.length = 0; // nobody is there
  }
  isPrinting = false;
}
