/**
 * Whether a text says of itself that it was read right. `JSON.parse` misreads some names that are
 * written with an escape (see `json_reader.ts`) and keeps the last of those that stand twice; either
 * shows when the value is written again. What `JSON.stringify` wrote, as the client does, is exact.
 */

/** @param value what `JSON.parse` made of the text */
export function isExact(value: unknown, text: string): boolean {
  try {
    return JSON.stringify(value) === text.trimEnd();
  } catch (error) {
    if (error instanceof RangeError) return false; // too deep to be written
    throw error;
  }
}
