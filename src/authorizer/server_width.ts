/** Which of two policies lets MCP servers do more. */
import type { ServerRule, Snapshot } from "../policy/snapshot.ts";

/** In what a server may do more, or is another one: what is different, before and after. */
export interface ServerChange {
  readonly server: string;
  readonly what: "new" | "launch" | "sampling" | "elicitation" | "redact" | "max_result_bytes";
  readonly before: unknown;
  readonly after: unknown;
}

/** Told by value: the compiler puts members in one order. */
function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

function changesOf(server: string, before: ServerRule, after: ServerRule): ServerChange[] {
  const rows: readonly (readonly [ServerChange["what"], unknown, unknown, boolean])[] = [
    ["launch", before.launch, after.launch, !isSame(before.launch, after.launch)],
    ["sampling", before.sampling, after.sampling, after.sampling && !before.sampling],
    [
      "elicitation",
      before.elicitation,
      after.elicitation,
      after.elicitation && !before.elicitation,
    ],
    ["redact", before.redact, after.redact, before.redact && !after.redact],
    [
      "max_result_bytes",
      before.resultBytes,
      after.resultBytes,
      after.resultBytes > before.resultBytes,
    ],
  ];
  return rows.filter(([, , , isWider]) => isWider)
    .map(([what, was, is]) => ({ server, what, before: was, after: is }));
}

/**
 * Every way in which servers may do more, or other programs are servers, under the second snapshot.
 * How long a call may take grants nothing.
 */
export function serverChanges(
  { servers: before = {} }: Pick<Snapshot, "servers">,
  { servers: after = {} }: Pick<Snapshot, "servers">,
): readonly ServerChange[] {
  return Object.entries(after).flatMap(([server, rule]) => {
    const held = Object.hasOwn(before, server) ? before[server] : undefined;
    return held === undefined
      ? [{ server, what: "new", before: undefined, after: rule.launch } as const]
      : changesOf(server, held, rule);
  });
}
