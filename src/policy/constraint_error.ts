/** Why a constraint cannot be used. */
export class ConstraintTextError extends Error {
  override readonly name = "ConstraintTextError";

  constructor(
    /** The part of the text that is wrong. */
    readonly offending: string,
    /** Follows the word "expected". */
    readonly expected: string,
    readonly suggestion?: string,
  ) {
    super(`Expected ${expected}`);
  }
}

/** @throws {ConstraintTextError} always */
export function refuseText(offending: string, expected: string, suggestion?: string): never {
  throw new ConstraintTextError(offending, expected, suggestion);
}
