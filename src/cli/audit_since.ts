/** Points in time as people give them: `2h`, `today`, or a date. */

const units: { readonly [unit: string]: number } = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const distance = /^(\d{1,9})([smhd])$/;
const written =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** What `readSince` takes, for messages and helps. */
export const sinceForms = "2026-03-01, 2026-03-01T12:00:00Z, 30m, 2h, 7d or today";

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * Milliseconds since 1970; undefined for what is no time. Without a zone a date is a local one.
 *
 * @param now milliseconds since 1970
 */
export function readSince(text: string, now: number): number | undefined {
  const [, count, unit] = distance.exec(text) ?? [];
  if (unit !== undefined) return now - Number(count) * (units[unit] as number);
  if (text === "today") return new Date(now).setHours(0, 0, 0, 0);
  const match = written.exec(text);
  if (match === null || !isDate(Number(match[1]), Number(match[2]), Number(match[3]))) {
    return undefined;
  }
  const isDay = match[4] === undefined;
  const time = Date.parse(isDay ? `${text}T00:00:00` : text.replace(" ", "T"));
  return Number.isNaN(time) ? undefined : time;
}
