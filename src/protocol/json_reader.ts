/**
 * Reads valid JSON member by member. `JSON.parse` takes a name with an escape in it for another one,
 * or loses the member, once it has read certain other texts (V8 14.7, https://crbug.com/521080746),
 * and it does not tell when a name stands twice. Whatever is concerned by either is read here.
 */
import { isExact } from "./exact_json.ts";

export interface Reading {
  readonly value: unknown;
  /** The first name that its object has already; the value has the last of its members. */
  readonly repeated?: string;
}

/** Far beyond what anybody looks into, and far from the end of the stack. */
const deepest = 1000;

const blanks = /[ \t\r\n]*/y;
const scalar = /[^,\]} \t\r\n]+/y;

/** The position of the quote that ends the text which begins at `open`; the end when none does. */
export function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (before > open && text.charCodeAt(before) === 0x5c) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}

/** Reads what is neither text nor list nor object, from how it is written. */
export type ReadScalar = (source: string) => unknown;

class Reader {
  repeated: string | undefined;
  readonly #text: string;
  readonly #readScalar: ReadScalar;
  #at = 0;
  #depth = 0;

  constructor(text: string, readScalar: ReadScalar) {
    this.#text = text;
    this.#readScalar = readScalar;
  }

  /** The character after blanks, which is not passed yet. */
  #next(): string | undefined {
    blanks.lastIndex = this.#at;
    blanks.test(this.#text);
    this.#at = blanks.lastIndex;
    return this.#text[this.#at];
  }

  value(): unknown {
    switch (this.#next()) {
      case "{":
        return this.#object();
      case "[":
        return this.#list();
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #string(): string {
    const start = this.#at;
    this.#at = closingQuote(this.#text, start) + 1;
    const text = this.#text.slice(start, this.#at);
    return text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
  }

  #scalar(): unknown {
    scalar.lastIndex = this.#at;
    const text = scalar.exec(this.#text)?.[0] ?? "";
    this.#at += text.length;
    return this.#readScalar(text);
  }

  #open(): void {
    this.#at++;
    if (++this.#depth > deepest) throw new RangeError(`JSON of more than ${deepest} levels`);
  }

  #close(): void {
    this.#at++;
    this.#depth--;
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    this.#open();
    while (this.#next() !== "]") {
      items.push(this.value());
      if (this.#next() === ",") this.#at++;
    }
    this.#close();
    return items;
  }

  #object(): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.#open();
    while (this.#next() !== "}") {
      const name = this.#string();
      if (Object.hasOwn(members, name)) this.repeated ??= name;
      this.#next();
      this.#at++; // the colon
      // An assignment would set the prototype where the name is that of its setter.
      Object.defineProperty(members, name, {
        value: this.value(),
        writable: true,
        enumerable: true,
        configurable: true,
      });
      if (this.#next() === ",") this.#at++;
    }
    this.#close();
    return members;
  }
}

/**
 * @param text what `JSON.parse` takes
 * @throws {RangeError} for more levels than 1,000
 */
export function readJson(
  text: string,
  readScalar: ReadScalar = (source) => JSON.parse(source),
): Reading {
  const reader = new Reader(text, readScalar);
  const value = reader.value();
  return reader.repeated === undefined ? { value } : { value, repeated: reader.repeated };
}

/**
 * The same for any text. Most are read by `JSON.parse` alone.
 *
 * @throws {SyntaxError} for what is no JSON, {RangeError} for more levels than 1,000
 */
export function parseJson(text: string): Reading {
  const value: unknown = JSON.parse(text);
  return isExact(value, text) ? { value } : readJson(text);
}
