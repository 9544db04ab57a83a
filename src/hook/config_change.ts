/**
 * The ConfigChange hook: a running session keeps its hooks when a settings file is changed so that
 * they would be gone. Exit code 2 makes the client keep what it had.
 */
import { thisProgram } from "../claude/program.ts";
import { isWired, settingsPath } from "../claude/settings.ts";
import { maxEventBytes, optionalText, parseEvent } from "./event.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

function switchesHooksOff(path: string): boolean {
  let settings: unknown;
  try {
    settings = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    // A file that is gone switches nothing off; one that does not parse is dropped whole.
    return !(error instanceof Deno.errors.NotFound);
  }
  return typeof settings === "object" && settings !== null && "disableAllHooks" in settings &&
    settings.disableAllHooks !== false;
}

function verdict(args: readonly string[]): string | undefined {
  const event = parseEvent(readStdin(maxEventBytes));
  const place = locate(args);
  const changed = optionalText(event, "file_path");
  if (!isWired(settingsPath(place.project), place.project, place.root, thisProgram())) {
    return "the project's settings do not run tenuo-claude's hooks as init writes them";
  }
  return changed !== undefined && switchesHooksOff(changed)
    ? `${changed} switches hooks off or cannot be read`
    : undefined;
}

/** Judges the change on standard input. Returns the exit code: 2 refuses it. */
export function configChange(args: readonly string[]): number {
  let why: string | undefined;
  try {
    why = verdict(args);
  } catch (error) {
    why = error instanceof Error ? error.message : "unknown error";
  }
  if (why === undefined) return 0;
  try {
    const text =
      `Tenuo refused a settings change: ${why}. Run tenuo-claude init to wire it again\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // The exit code alone refuses the change.
  }
  return 2;
}
