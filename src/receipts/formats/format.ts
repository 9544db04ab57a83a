/** What the formats of other systems have in common: one line for each receipt that they can tell. */
import type { Receipt } from "../receipt.ts";

export interface Format {
  /** The line before all others. */
  readonly head?: string;
  /**
   * The line of a receipt, without line feed; undefined for kinds that the format does not tell.
   *
   * @param text the line as it stands in the log
   */
  readonly line: (receipt: Receipt, text: string) => string | undefined;
}

/** Who made the events. */
export interface Product {
  readonly name: string;
  readonly version: string;
}

/** A member as text; empty when it is absent. Nothing says that a member has its type. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The receipt's time in milliseconds since 1970; 0 when it has none. */
export function millisecondsOf({ time }: Receipt): number {
  const milliseconds = Date.parse(textOf(time));
  return Number.isNaN(milliseconds) ? 0 : milliseconds;
}

/** True for a refusal that stopped nothing, since the policy only observed. */
export function wouldDeny({ decision, observed }: Receipt): boolean {
  return decision === "deny" && observed === true;
}

/** The object without its members that are undefined or empty. */
export function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.keys(value).length === 0;
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && !isEmpty(value)),
  );
}
