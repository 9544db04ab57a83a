/** One message to one line. JSON as it is written here has no line feed in it. */
import type { Message } from "./message.ts";

const encoder = new TextEncoder();

/** UTF-8, the line feed included. */
export function writeFrame(message: Message): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${JSON.stringify(message)}\n`);
}
