import { fields, items, parseObject, text } from "./json.ts";

/** One run of a hook, as the client reported it. */
export interface HookRun {
  readonly event: string;
  /** Event and what it matched, such as `PreToolUse:Read`. */
  readonly name: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  readonly outcome: string;
}

/** Who let a call run or stopped it, as the client reported it. */
export interface Ruling {
  readonly decision: string;
  readonly source: string;
}

/**
 * Follows what the client prints with `--output-format stream-json --include-hook-events`. Runs of
 * ConfigChange hooks are not among it.
 */
export class StreamLog {
  readonly hooks: HookRun[] = [];
  readonly rulings = new Map<string, Ruling>();
  raw = "";
  #rest = "";

  /** Takes the next piece of output. */
  feed(piece: string): void {
    this.raw += piece;
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(parseObject(line) ?? {});
  }

  #take(line: Record<string, unknown>): void {
    if (line.type === "system" && line.subtype === "hook_response") {
      this.hooks.push({
        event: text(line.hook_event),
        name: text(line.hook_name),
        stdout: text(line.stdout),
        stderr: text(line.stderr),
        exitCode: typeof line.exit_code === "number" ? line.exit_code : undefined,
        outcome: text(line.outcome),
      });
    }
    for (const meta of items(line.tool_result_meta).map(fields)) {
      const ruling = fields(meta.permission_decision);
      this.rulings.set(text(meta.id), {
        decision: text(ruling.decision),
        source: text(ruling.source),
      });
    }
  }
}
