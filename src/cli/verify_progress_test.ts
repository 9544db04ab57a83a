import { deepEqual, equal } from "node:assert/strict";
import { barOf, openProgress } from "./verify_progress.ts";

/** What is written when progress is told at these milliseconds. */
function written(isTerminal: boolean, times: readonly number[]): string[] {
  const texts: string[] = [];
  let now = 0;
  const progress = openProgress(isTerminal, (text) => void texts.push(text), () => now);
  for (const time of times) {
    now = time;
    progress.show(time, 10_000);
  }
  progress.end();
  return texts;
}

Deno.test("The bar is drawn on a terminal after a second, now and then, and taken away", () => {
  deepEqual(written(true, [10, 500, 999]), []);
  deepEqual(written(false, [10, 2000, 5000]), []);
  deepEqual(written(true, [500, 1500, 1510, 1599, 1600]), [
    `\r${barOf(1500, 10_000)}`,
    `\r${barOf(1600, 10_000)}`,
    "\r\x1b[K",
  ]);
});

Deno.test("The bar says how far it is", () => {
  equal(barOf(0, 3e6), `Verifying [${".".repeat(30)}]   0 % of 3 MB`);
  equal(barOf(1.5e6, 3e6), `Verifying [${"#".repeat(15)}${".".repeat(15)}]  50 % of 3 MB`);
  equal(barOf(3e6, 3e6), `Verifying [${"#".repeat(30)}] 100 % of 3 MB`);
  equal(barOf(0, 0), `Verifying [${"#".repeat(30)}] 100 % of 0 MB`);
});
