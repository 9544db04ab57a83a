import assert from "node:assert/strict";
import { BackOff } from "./back_off.ts";

Deno.test("Failures in a row wait longer each time, up to half a minute; a steady run starts anew", () => {
  let now = 1_000_000;
  const backOff = new BackOff(() => now);
  assert.equal(backOff.wait, 0);
  const waits = Array.from({ length: 10 }, () => {
    backOff.failed(now);
    const { wait } = backOff;
    now += wait;
    assert.equal(backOff.wait, 0);
    return wait;
  });
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  assert.equal(backOff.isTired, true);
  backOff.failed(now - 60_000);
  assert.deepEqual([backOff.wait, backOff.isTired], [250, false]);
  backOff.failed();
  assert.equal(backOff.wait, 500);
  backOff.forget();
  assert.deepEqual([backOff.wait, backOff.isTired], [0, false]);
});
