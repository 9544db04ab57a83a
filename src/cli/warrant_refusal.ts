/** Refusals of the protocol, as people and scripts are told of them. */
import { codes } from "../protocol/errors.ts";
import { printable, printableJson } from "../receipts/printable.ts";
import { type Invocation, UserError } from "./command.ts";

/** A published error. */
export interface Refusal {
  readonly code: number;
  /** The code's published name. */
  readonly name: string;
  readonly message: string;
}

/** The published error that `error` is; throws anything else. Told by name: bundles repeat classes. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Error) || !Object.hasOwn(codes, error.name)) throw error;
  const code = codes[error.name as keyof typeof codes];
  return { code, name: error.name, message: printable(error.message) };
}

/** The members that every refusal has in JSON; null where there is none. */
export function refusalJson(refusal: Refusal | undefined) {
  return {
    error_code: refusal?.code ?? null,
    error: refusal === undefined ? null : `${refusal.name}: ${refusal.message}`,
  };
}

/** For example `WarrantExpired (1300): Warrant ... has expired`. */
export function refusalText({ name, code, message }: Refusal): string {
  return `${name} (${code}): ${message}`;
}

/** JSON on one line that a terminal obeys nothing of. */
export function jsonLine(value: unknown): string {
  return printableJson(JSON.stringify(value));
}

/**
 * Runs what may be refused. A refusal ends the command with exit code 1: as JSON on standard output
 * where JSON was asked for, else as a message.
 */
export async function orRefuse(
  { options, terminal }: Invocation,
  body: () => number | Promise<number>,
): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const refusal = refusalOf(error);
    if (options.json !== true) throw new UserError(refusalText(refusal));
    terminal.print(jsonLine(refusalJson(refusal)));
    return 1;
  }
}
