/** Wall times of one case, in milliseconds, one a round. */
export type Times = readonly number[];

/** One line of the result: a case against the reference of the same job. */
export interface Ratio {
  readonly name: string;
  readonly milliseconds: number;
  /** The median of the rounds' own ratios, which is steadier than a ratio of medians. */
  readonly ratio: number;
  /** The same against the program that also ends with an exit. */
  readonly ratioToExit: number;
  readonly limit: number | undefined;
}

/**
 * The middle value; of an even number of values the mean of the two in the middle.
 * @throws {Error} when there is none
 */
export function median(values: Times): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error("No values to take a median of");
  return (lower + upper) / 2;
}

/** The median of `times` divided, round by round, by `reference`. */
export function pairedRatio(times: Times, reference: Times): number {
  return median(times.map((time, round) => time / (reference[round] ?? NaN)));
}

/** Whether a ratio is above its limit. */
export function isOver({ ratio, limit }: Ratio): boolean {
  return limit !== undefined && !(ratio <= limit);
}

/** The ratios as a table for people. */
export function table(ratios: readonly Ratio[]): string[] {
  const width = Math.max(...ratios.map(({ name }) => name.length));
  const head = `${"case".padEnd(width)}   median ms   to hello   to hello + exit   limit`;
  const rows = ratios.map((row) =>
    [
      row.name.padEnd(width),
      row.milliseconds.toFixed(1).padStart(9),
      row.ratio.toFixed(3).padStart(8),
      row.ratioToExit.toFixed(3).padStart(15),
      row.limit === undefined ? "-".padStart(5) : row.limit.toFixed(2).padStart(5),
    ].join("   ") + (isOver(row) ? "   over the limit" : "")
  );
  return [head, ...rows];
}
