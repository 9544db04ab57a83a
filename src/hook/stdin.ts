/** Standard input as bytes, read to the end but never past a limit. */

/** At most `limit` + 1 bytes: one more than the limit tells that there was more. */
export function readStdin(limit: number): Uint8Array {
  let bytes = new Uint8Array(65536);
  let size = 0;
  for (;;) {
    if (size === bytes.length) {
      const larger = new Uint8Array(bytes.length * 4);
      larger.set(bytes);
      bytes = larger;
    }
    const count = Deno.stdin.readSync(bytes.subarray(size));
    if (count === null) return bytes.subarray(0, size);
    size += count;
    if (size > limit) return bytes.subarray(0, size);
  }
}
