/** Pieces of a stream in, whole lines out. */
import { LineId } from "./line_id.ts";
import { errorCodes, type FrameProblem } from "./message.ts";
import { tooLong } from "./read_frame.ts";

const [lineFeed, carriageReturn] = [0x0a, 0x0d];
const smallBuffer = 4096;
/** A line that never ends is reported after this many times the limit. */
const patience = 4;

/** A line that is not kept. */
interface LongLine {
  readonly id: LineId;
  size: number;
  isReported: boolean;
}

export interface LineListener {
  /** A line without its end. The bytes are only valid during the call. */
  line(bytes: Uint8Array): void;
  problem(problem: FrameProblem): void;
}

/**
 * Lines end with a line feed, or with carriage return and line feed; empty ones are left out unless
 * they are asked for. Of a line that is too long nothing is kept but its id; it is reported once, at
 * its end.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #listener: LineListener;
  readonly #tellsEmpty: boolean;
  #buffer: Uint8Array = new Uint8Array(smallBuffer);
  #size = 0;
  #long: LongLine | undefined;

  /** @param limit bytes of the longest line @param tellsEmpty for formats where empty lines count */
  constructor(limit: number, listener: LineListener, tellsEmpty = false) {
    this.#limit = limit;
    this.#listener = listener;
    this.#tellsEmpty = tellsEmpty;
  }

  /** The next bytes; they may be changed afterwards. */
  push(piece: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(lineFeed, start);
      if (end === -1) break;
      this.#endLine(piece.subarray(start, end));
      start = end + 1;
    }
    if (start < piece.length) this.#keep(piece.subarray(start));
  }

  /** The stream has ended. What stands after the last line feed is reported, not read. */
  end(): void {
    if (this.#long !== undefined) this.#reportLong(this.#long);
    else if (this.#size > 0) {
      this.#listener.problem({ code: errorCodes.parse, why: "The stream ended within a line" });
    }
    this.#forget();
  }

  #endLine(rest: Uint8Array): void {
    if (this.#size === 0 && this.#long === undefined && rest.length <= this.#limit) {
      this.#tell(rest); // a line within one piece is not copied
      return;
    }
    this.#keep(rest);
    if (this.#long !== undefined) this.#reportLong(this.#long);
    else this.#tell(this.#buffer.subarray(0, this.#size));
    this.#forget();
  }

  #tell(line: Uint8Array): void {
    const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
    if (end > 0 || this.#tellsEmpty) this.#listener.line(line.subarray(0, end));
  }

  #keep(piece: Uint8Array): void {
    if (this.#long === undefined && this.#size + piece.length > this.#limit) {
      this.#long = { id: new LineId(), size: 0, isReported: false };
      this.#skip(this.#long, this.#buffer.subarray(0, this.#size));
      this.#buffer = new Uint8Array(smallBuffer);
      this.#size = 0;
    }
    if (this.#long !== undefined) return this.#skip(this.#long, piece);
    const size = this.#size + piece.length;
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#size);
    this.#size = size;
  }

  #skip(long: LongLine, piece: Uint8Array): void {
    long.size += piece.length;
    if (long.isReported) return;
    if (long.size > patience * this.#limit) this.#reportLong(long);
    else long.id.push(piece);
  }

  #reportLong(long: LongLine): void {
    if (long.isReported) return;
    long.isReported = true;
    const isWhole = long.size <= patience * this.#limit;
    const id = isWhole ? long.id.id : undefined;
    this.#listener.problem({ ...tooLong(this.#limit), ...(id === undefined ? {} : { id }) });
  }

  #forget(): void {
    this.#long = undefined;
    this.#size = 0;
    // A buffer that once held a large line is not kept for small ones.
    if (this.#buffer.length > 16 * smallBuffer) this.#buffer = new Uint8Array(smallBuffer);
  }
}
