/**
 * Reads valid JSON member by member. `JSON.parse` takes a name with an escape in it for another one,
 * or loses the member, once it has read certain other texts (V8 14.7, https://crbug.com/521080746),
 * and it does not tell when a name stands twice. Whatever is concerned by either is read here.
 */
import { closingQuote } from "./json_outline.ts";

export interface Reading {
  readonly value: unknown;
  /** The first name that its object has already; the value is of no use then. */
  readonly repeated?: string;
}

const blanks = /[ \t\r\n]*/y;
const scalar = /[^,\]} \t\r\n]+/y;

class Reader {
  repeated: string | undefined;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
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
    return JSON.parse(text);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    while (this.#next() !== "]") {
      items.push(this.value());
      if (this.#next() === ",") this.#at++;
    }
    this.#at++;
    return items;
  }

  #object(): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.#at++;
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
    this.#at++;
    return members;
  }
}

/** @param text what `JSON.parse` takes, of few levels */
export function readJson(text: string): Reading {
  const reader = new Reader(text);
  const value = reader.value();
  return reader.repeated === undefined ? { value } : { value, repeated: reader.repeated };
}
