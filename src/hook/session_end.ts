/**
 * The SessionEnd hook: records which calls of the session were let run without anybody telling what
 * became of them, for example since the client was stopped, and keeps a checkpoint. It prints nothing and stops nothing;
 * what cannot be recorded goes to `.state/hook.log`.
 */
import type { Place } from "../authorizer/authority.ts";
import { openOutcomeLog, type OutcomeLog } from "../authorizer/outcome_log.ts";
import { maskCaller } from "../receipts/masking/mask.ts";
import { withoutOutcome } from "../receipts/outcome.ts";
import { logLine } from "../state/hook_log.ts";
import { statePath } from "../state/layout.ts";
import { lockUntil } from "../state/lock.ts";
import { openRegular } from "../state/read_file.ts";
import { type HookEvent, maxEventBytes, member, optionalText, parseEvent } from "./event.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

const lockMilliseconds = 3000;
/**
 * So many rows wait for the disk together: each by itself would take a slow disk longer than the
 * client waits. What a power cut may leave of them an append still reads over.
 */
const rowsTogether = 256;

/**
 * Runs one end of a session at a time, so that none writes what another has just written. What is
 * locked nobody else locks. Whoever waits too long goes on: a row too many harms nobody.
 */
async function inTurn(place: Place, work: () => Promise<void>): Promise<void> {
  const { file } = openRegular(statePath(place.project, "receiptPublic"), { read: true });
  try {
    lockUntil(performance.now() + lockMilliseconds, file, true, 5);
    await work();
  } finally {
    file.close(); // releases the lock
  }
}

/** The session as receipts name it. */
async function sessionOf(session: string, { key, mask }: OutcomeLog): Promise<string> {
  const { value } = await maskCaller({ session, tool: "" }, key.seed, mask);
  return value.session as string;
}

async function recordEnd(place: Place, event: HookEvent): Promise<void> {
  const told = optionalText(event, "session_id");
  if (member(event, "hook_event_name") !== "SessionEnd" || told === undefined) {
    throw new Error("The event is not SessionEnd");
  }
  const log = openOutcomeLog(place);
  const session = await sessionOf(told, log);
  await inTurn(place, async () => {
    const decisions = withoutOutcome(log.path, log.key.publicKey, session);
    for (const [index, decision] of decisions.entries()) {
      const count = index + 1;
      await log.append({
        session,
        call: decision.call,
        agent: decision.agent,
        agentId: decision.agentId,
        tool: decision.tool,
        outcome: "unknown",
        reason: "The session ended without an outcome",
        of: decision.seq,
      }, count < decisions.length && count % rowsTogether > 0);
    }
    const { keepCheckpoint } = await import("../receipts/kept_checkpoint.ts");
    keepCheckpoint(log.path, log.key);
  });
}

/** Records the end on standard input. Returns the exit code, always 0. */
export async function sessionEnd(args: readonly string[]): Promise<number> {
  let place: Place | undefined;
  try {
    const bytes = readStdin(maxEventBytes);
    place = locate(args);
    await recordEnd(place, await parseEvent(bytes));
  } catch (error) {
    const what = error instanceof Error ? error.message : "unknown error";
    if (place !== undefined) logLine(place.project, `end of the session not recorded: ${what}`);
  }
  return 0;
}
