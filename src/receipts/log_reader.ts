/**
 * A whole log, opened for reading as far as it reached at that moment: the finished segments and the
 * file that is written to, wherever one wants to begin, without ever holding more than a part of it.
 */
import { UnsafeFile } from "../state/read_file.ts";
import { type LogLine, ReceiptsFile } from "./read.ts";
import { segmentsOf } from "./segments.ts";

/** A place in a log. */
export interface Position {
  /** Which file, counted from 0, the oldest. */
  readonly index: number;
  /** A byte of it. */
  readonly start: number;
  /** True when that byte may stand within a line, which is left out then. */
  readonly isInside: boolean;
}

export const beginning: Position = { index: 0, start: 0, isInside: false };

/** How often writers may change the files while they are opened. */
const maxTurns = 64;

export class LogReader {
  readonly #segments: readonly string[];
  readonly #active: ReceiptsFile | undefined;

  private constructor(segments: readonly string[], active: ReceiptsFile | undefined) {
    this.#segments = segments;
    this.#active = active;
  }

  /**
   * Opens the log for as long as `use` runs, which must not keep it.
   *
   * @param path the file that is written to
   * @throws {UnsafeFile} missing, when there is none of its files; or when one cannot be read
   */
  static use<T>(path: string, use: (log: LogReader) => T): T {
    const log = LogReader.open(path);
    try {
      return use(log);
    } finally {
      log.close();
    }
  }

  /** Opens the log; the caller closes it. @throws {UnsafeFile} as `use` */
  static open(path: string): LogReader {
    for (let turn = 0; turn < maxTurns; turn++) {
      const segments = segmentsOf(path);
      const active = openActive(path, segments.length > 0);
      // A file that became a segment between the two looks would be in neither.
      if (segmentsOf(path).length === segments.length) return new LogReader(segments, active);
      active?.close();
    }
    throw new UnsafeFile(`${path} is replaced again and again`);
  }

  close(): void {
    this.#active?.close();
  }

  /** The finished segments, oldest first. */
  get segments(): readonly string[] {
    return this.#segments;
  }

  /** The file that is written to; absent in the moment between two segments. */
  get active(): ReceiptsFile | undefined {
    return this.#active;
  }

  /** How many files there are. */
  get count(): number {
    return this.#segments.length + (this.#active === undefined ? 0 : 1);
  }

  /** How many bytes a file has. @throws {UnsafeFile} */
  sizeOf(index: number): number {
    const segment = this.#segments[index];
    if (segment === undefined) return this.#active?.end ?? 0;
    return ReceiptsFile.use(segment, ({ end }) => end);
  }

  /** The lines of the one file from a place on. @throws {UnsafeFile} */
  *linesOf({ index, start, isInside }: Position): Generator<LogLine> {
    const segment = this.#segments[index];
    const file = segment === undefined ? this.#active : ReceiptsFile.open(segment);
    let skips = isInside;
    try {
      for (const line of file?.lines(start) ?? []) {
        if (!skips) yield line;
        skips = false;
      }
    } finally {
      if (segment !== undefined) file?.close();
    }
  }

  /** The lines of the whole log from a place on. @throws {UnsafeFile} */
  *lines(from: Position = beginning): Generator<LogLine> {
    yield* this.linesOf(from);
    for (let index = from.index + 1; index < this.count; index++) {
      yield* this.linesOf({ ...beginning, index });
    }
  }
}

/** Undefined in the moment between two segments, when the file is not there. */
function openActive(path: string, hasSegments: boolean): ReceiptsFile | undefined {
  try {
    return ReceiptsFile.open(path);
  } catch (error) {
    if (error instanceof UnsafeFile && error.missing && hasSegments) return undefined;
    throw error;
  }
}
