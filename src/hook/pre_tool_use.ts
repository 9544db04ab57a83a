/**
 * The PreToolUse hook: reads the event, asks the pipeline, answers the client. A refusal is deny
 * JSON on standard output, the reason on standard error and exit code 2, since the client lets a
 * call run on anything less clear.
 */
import { type Answer, authorize } from "../authorizer/pipeline.ts";
import { maxEventBytes, parseEvent, toolCallOf } from "./event.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

function writeAll(to: typeof Deno.stdout, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

function output(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", ...members } });
}

function verdict(decision: "allow" | "deny", reason: string) {
  return { permissionDecision: decision, permissionDecisionReason: reason };
}

/** What a grant prints: nothing where the client's own rules shall decide and nothing is rewritten. */
function grant({ reason, defers, updatedInput }: Extract<Answer, { verdict: "allow" }>): string {
  if (defers && updatedInput === undefined) return "";
  return output({
    ...(defers ? {} : verdict("allow", reason)),
    // It replaces the whole input.
    ...(updatedInput === undefined ? {} : { updatedInput }),
  });
}

/** Denies and ends the process. What cannot be printed still exits 2. */
export function refuse(reason: string): never {
  try {
    writeAll(Deno.stdout, output(verdict("deny", reason)));
  } catch {
    // The exit code alone blocks the call.
  }
  try {
    writeAll(Deno.stderr, `${reason}\n`);
  } catch {
    // As above.
  }
  Deno.exit(2);
}

/** Judges the event on standard input and ends the process. */
export async function preToolUse(args: readonly string[]): Promise<never> {
  let bytes: Uint8Array | undefined;
  const answer = await authorize({
    locate: () => locate(args),
    decode: async () => toolCallOf(await parseEvent(bytes ??= readStdin(maxEventBytes))),
  });
  if (answer.verdict === "deny") refuse(answer.reason);
  if (answer.verdict === "allow") writeAll(Deno.stdout, grant(answer));
  Deno.exit(0);
}
