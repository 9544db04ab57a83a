/** `.state/hook.log`: what a hook could not say anywhere else. Losing a line of it changes nothing. */
import { statePath } from "./layout.ts";

const limit = 1 << 20;

/** Appends one line with the time; silent when it cannot. */
export function logLine(project: string, text: string): void {
  try {
    const path = statePath(project, "hookLog");
    try {
      const found = Deno.lstatSync(path);
      if (!found.isFile || found.size > limit) return;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return;
    }
    const line = `${new Date().toISOString()} ${JSON.stringify(text.slice(0, 1000))}\n`;
    Deno.writeTextFileSync(path, line, { append: true, mode: 0o600 });
  } catch {
    // Nothing depends on this log.
  }
}
