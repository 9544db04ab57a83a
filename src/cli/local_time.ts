/** Times as people read them: local, with the distance from now. */

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

function distance(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < minute) return `${Math.round(size)} s`;
  if (size < hour) return `${Math.round(size / minute)} min`;
  if (size < 2 * day) return `${Math.round(size / hour)} h`;
  return `${Math.round(size / day)} d`;
}

/** For example `2026-03-01 14:05:09, in 52 min`. @param time unix seconds */
export function localTime(time: number, now = Date.now() / 1000): string {
  const date = new Date(time * 1000);
  const pad = (number: number) => String(number).padStart(2, "0");
  const text = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ` +
    `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  const ahead = time - now;
  return ahead >= 0 ? `${text}, in ${distance(ahead)}` : `${text}, ${distance(ahead)} ago`;
}
