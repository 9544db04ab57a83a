/** Waiting in tests for what comes soon, without knowing when. */
import assert from "node:assert/strict";

/** Looks every 5 ms. @throws {AssertionError} when it is not true within 20 s */
export async function until(isTrue: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isTrue()) {
    assert.ok(performance.now() < end, "nothing happened");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
