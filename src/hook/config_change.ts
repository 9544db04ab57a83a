/**
 * The ConfigChange hook: a running session keeps its hooks when a settings file is changed so that
 * they would be gone. Exit code 2 makes the client keep what it had.
 */
import { thisProgram } from "../claude/program.ts";
import { isWired, settingsPath } from "../claude/settings.ts";
import { parseJson, type Reading } from "../protocol/json_reader.ts";
import { maxEventBytes, optionalText, parseEvent } from "./event.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

function switchesHooksOff(path: string): boolean {
  let settings: Reading;
  try {
    settings = parseJson(Deno.readTextFileSync(path));
  } catch (error) {
    // A file that is gone switches nothing off; one that does not parse is dropped whole.
    return !(error instanceof Deno.errors.NotFound);
  }
  const { value, repeated } = settings;
  if (repeated !== undefined) return true; // nobody knows which one the client takes
  return typeof value === "object" && value !== null && "disableAllHooks" in value &&
    value.disableAllHooks !== false;
}

async function verdict(args: readonly string[]): Promise<string | undefined> {
  const event = await parseEvent(readStdin(maxEventBytes));
  const place = locate(args);
  const changed = optionalText(event, "file_path");
  if (!isWired(settingsPath(place.project), place.project, place.root, thisProgram())) {
    return "the project's settings do not run tenuo-claude's hooks as init writes them";
  }
  return changed !== undefined && switchesHooksOff(changed)
    ? `${changed} switches hooks off or has no single reading`
    : undefined;
}

/** Judges the change on standard input. Returns the exit code: 2 refuses it. */
export async function configChange(args: readonly string[]): Promise<number> {
  let why: string | undefined;
  try {
    why = await verdict(args);
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
