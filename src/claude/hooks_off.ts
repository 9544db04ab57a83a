/** Settings that switch Claude Code's hooks off, and with them everything this program does. */

function switchesOff(path: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(Deno.readTextFileSync(path));
  } catch {
    return false; // missing, or dropped whole by the client
  }
  return typeof value === "object" && value !== null && "disableAllHooks" in value &&
    value.disableAllHooks === true;
}

/**
 * The settings files that say `disableAllHooks` and count for a project.
 *
 * @param userFolder the client's own folder, usually `~/.claude`
 */
export function hooksOff(project: string, userFolder: string): string[] {
  return [
    `${project}/.claude/settings.json`,
    `${project}/.claude/settings.local.json`,
    `${userFolder}/settings.json`,
  ].filter(switchesOff);
}

/** The client's own folder: CLAUDE_CONFIG_DIR, else `~/.claude`. */
export function userFolder(): string {
  const named = Deno.env.get("CLAUDE_CONFIG_DIR") ?? "";
  return named !== "" ? named : `${Deno.env.get("HOME") ?? ""}/.claude`;
}
