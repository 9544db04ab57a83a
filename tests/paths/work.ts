/** How much work something is, in a way that other processes do not disturb. */
import { cpuUsage } from "node:process";

/** The least processor time of a few runs, in milliseconds. */
export function timeOf(body: () => void): number {
  let least = Infinity;
  for (let run = 0; run < 7; run++) {
    const start = cpuUsage();
    body();
    const { user, system } = cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

const looks = ["lstatSync", "statSync", "readLinkSync", "realPathSync", "readDirSync"] as const;

/** How often the file system is asked. */
export function looksOf(body: () => void): number {
  const system = Deno as unknown as Record<string, (...args: unknown[]) => unknown>;
  const real = looks.map((name) => [name, system[name]] as const);
  let count = 0;
  for (const [name, ask] of real) {
    system[name] = (...args) => {
      count++;
      return ask?.(...args);
    };
  }
  try {
    body();
  } finally {
    for (const [name, ask] of real) if (ask !== undefined) system[name] = ask;
  }
  return count;
}
