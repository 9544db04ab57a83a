/** Why the other side cannot be reached. The message is a sentence for people. */
export class WireError extends Error {
  override readonly name = "WireError";
}
