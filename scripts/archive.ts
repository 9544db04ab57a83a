/** Texts in the built file, compressed. */
import { brotliCompressSync, constants } from "node:zlib";

/** Where a text lies: its archive, and its first byte and the one after its last in there. */
export type Place = readonly [archive: string, start: number, end: number];

/** Compresses as far as it goes: it is done once, and undone in about a millisecond. */
export function compress(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** Several texts that are compressed as one. */
export class Archive {
  readonly name: string;
  readonly #texts: string[] = [];
  #length = 0;

  constructor(name: string) {
    this.name = name;
  }

  add(text: string): Place {
    const start = this.#length;
    this.#texts.push(text);
    this.#length += new TextEncoder().encode(text).length;
    return [this.name, start, this.#length];
  }

  write(folder: string): void {
    const packed = compress(new TextEncoder().encode(this.#texts.join("")));
    Deno.writeFileSync(`${folder}/${this.name}.packed`, packed);
  }
}
