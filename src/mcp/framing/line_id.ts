/**
 * The id of a message that is not read: of a line that is too long to be kept, too deep, or whose
 * members stand twice. Goes over its bytes once, in pieces, and keeps next to nothing of them.
 */
import { isRequestId } from "./message_shape.ts";
import type { RequestId } from "./message.ts";

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
// The longest way to write "id" is twelve characters in quotes, an id 1,024 of them six each.
const longestName = 14;
const longestValue = 6 * 1024 + 2;

export class LineId {
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #isName = false;
  /** What is being copied: a member's name or the value of "id"; undefined when it is of no use. */
  #copy: number[] | undefined;
  #value: number[] | undefined;
  #count = 0;
  #found: unknown;

  /** The next bytes of the line. */
  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#isText) this.#text(byte);
      else this.#structure(byte);
    }
  }

  /** The id, when the object has exactly one and it can be one. */
  get id(): RequestId | undefined {
    return this.#count === 1 && isRequestId(this.#found) ? this.#found : undefined;
  }

  #keep(byte: number): void {
    if (this.#value !== undefined && this.#value.length <= longestValue) this.#value.push(byte);
    if (this.#copy !== undefined && this.#copy.length <= longestName) this.#copy.push(byte);
  }

  #text(byte: number): void {
    this.#keep(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) this.#isText = false;
  }

  #structure(byte: number): void {
    switch (byte) {
      case quote:
        this.#isText = true;
        if (this.#depth === 1 && this.#isName) this.#copy = [];
        break;
      case colon:
        if (this.#depth === 1 && this.#isName) this.#endName();
        return;
      case comma:
        if (this.#depth === 1) this.#endValue();
        return;
      case 0x7b:
      case 0x5b:
        this.#isName = ++this.#depth === 1 && byte === 0x7b;
        break;
      case 0x7d:
      case 0x5d:
        if (--this.#depth === 0) this.#endValue();
        this.#isName = false;
    }
    this.#keep(byte);
  }

  #endName(): void {
    this.#isName = false;
    if (this.#copy !== undefined && parsed(this.#copy) === "id") {
      this.#count++;
      this.#value = [];
    }
    this.#copy = undefined;
  }

  #endValue(): void {
    this.#isName = true;
    if (this.#value !== undefined) this.#found = parsed(this.#value);
    this.#value = undefined;
  }
}

function parsed(bytes: readonly number[]): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes)));
  } catch {
    return undefined;
  }
}

/** The id of the message in a whole line. */
export function idInLine(line: Uint8Array): RequestId | undefined {
  const found = new LineId();
  found.push(line);
  return found.id;
}
