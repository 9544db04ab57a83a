/** The body of an answer over HTTP, read as far as somebody wants it. */
import { concatenate } from "./concatenate.ts";
import { turn } from "./event_turn.ts";

export type Body = ReadableStream<Uint8Array>;

export interface BodyReader {
  /** The next bytes; undefined at the end. @throws when the connection breaks */
  read(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

/**
 * Reads a body until the signal, which `fetch` is given as well: there it was seen to have no effect
 * on a body that is read after its response has been forgotten.
 */
export function readerOf(body: Body, signal: AbortSignal | null | undefined): BodyReader {
  const reader = body.getReader();
  const cancel = () => reader.cancel().catch(() => {});
  signal?.addEventListener("abort", cancel, { once: true });
  const forget = () => signal?.removeEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  return {
    read: async () => {
      await turn();
      try {
        const { value } = await reader.read();
        if (value === undefined) forget();
        return value;
      } catch (error) {
        forget();
        throw error;
      }
    },
    cancel: () => {
      forget();
      return cancel();
    },
  };
}

/** The bytes up to somewhat over `limit`; the rest is not asked for. */
export async function readUpTo(
  response: Response,
  limit: number,
  { signal }: RequestInit,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  if (response.body === null) return concatenate(pieces);
  const reader = readerOf(response.body, signal);
  let size = 0;
  while (size <= limit) {
    const piece = await reader.read();
    if (piece === undefined) return concatenate(pieces);
    pieces.push(piece);
    size += piece.length;
  }
  await reader.cancel();
  return concatenate(pieces);
}
