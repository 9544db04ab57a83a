/**
 * Finds places in a log without reading what lies before them: numbers and times only grow, so that
 * halving the bytes again and again leads there; and the last rows are found from the end.
 */
import type { LogLine } from "./read.ts";
import { beginning, type LogReader, type Position } from "./log_reader.ts";
import { parseReceipt, type Receipt } from "./receipt.ts";

/** What is read line by line rather than halved on. */
const smallest = 64 << 10;
/** How far a look goes for a receipt; further on there is only rubbish. */
const farthest = 1 << 20;
const firstLook = 256 << 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A place that everything before lies behind for which `isBefore` holds, but for a few lines.
 *
 * @param isBefore holds for a first part of the log and for nothing after it
 * @throws {UnsafeFile}
 */
export function firstNotBefore(
  log: LogReader,
  isBefore: (receipt: Receipt) => boolean,
): Position {
  const isPassed = (place: Position) => {
    const receipt = receiptAfter(log, place);
    return receipt !== undefined && isBefore(receipt);
  };
  let index = log.count - 1;
  while (index > 0 && !isPassed({ ...beginning, index })) index--;
  let low = 0;
  let high = log.sizeOf(index);
  while (high - low > smallest) {
    const middle = low + Math.floor((high - low) / 2);
    if (isPassed({ index, start: middle, isInside: true })) low = middle;
    else high = middle;
  }
  return { index, start: low, isInside: low > 0 };
}

/** The first receipt of the file after a place. */
function receiptAfter(log: LogReader, place: Position): Receipt | undefined {
  let looked = 0;
  for (const { bytes } of log.linesOf(place)) {
    const receipt = parseReceipt(decoder.decode(bytes));
    looked += bytes.length + 1;
    if (receipt !== undefined || looked > farthest) return receipt;
  }
  return undefined;
}

/** The last rows of a log: where they begin, and how many rows from there on are not among them. */
export interface Last {
  readonly from: Position;
  readonly skip: number;
}

/**
 * Where the last `count` lines begin that count.
 *
 * @param newCounts makes a function that says of each line, in order, whether it counts
 * @param floor nothing before this counts
 * @throws {UnsafeFile}
 */
export function startOfLast(
  log: LogReader,
  count: number,
  newCounts: () => (line: LogLine) => boolean,
  floor: Position = beginning,
): Last {
  for (let size = firstLook;; size *= 4) {
    const from = later(back(log, size), floor);
    const counts = newCounts();
    let found = 0;
    for (const line of log.lines(from)) if (counts(line)) found++;
    if (found >= count || from === floor) return { from, skip: Math.max(0, found - count) };
  }
}

/** So many bytes before the end. */
function back(log: LogReader, size: number): Position {
  let left = size;
  for (let index = log.count - 1; index >= 0; index--) {
    const held = log.sizeOf(index);
    if (held > left) return { index, start: held - left, isInside: true };
    left -= held;
  }
  return beginning;
}

function later(place: Position, floor: Position): Position {
  const isLater = place.index > floor.index ||
    (place.index === floor.index && place.start > floor.start);
  return isLater ? place : floor;
}
