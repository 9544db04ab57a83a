/**
 * Authority is widened by people. Inside the client, or without a terminal, commands that widen it
 * stop unless `--yes` is given by automation outside the client. A speed bump, not a boundary: who
 * can run this program as the same user can read its keys.
 */
import { UserError } from "./command.ts";

/** True in a session of the client. */
export function inSession(): boolean {
  return (Deno.env.get("CLAUDECODE") ?? "") !== "";
}

/** @throws {UserError} when nobody outside the client asks for it */
export function requirePerson(what: string, yes: boolean): void {
  if (inSession()) {
    throw new UserError(`${what} widens authority and is refused inside Claude Code`);
  }
  if (yes || (Deno.stdin.isTerminal() && Deno.stdout.isTerminal())) return;
  throw new UserError(`${what} widens authority: run it in a terminal, or give --yes`);
}
