/**
 * What the client adds to a tool's input for its PreToolUse hooks alone. Seen with 2.1.330: of all
 * its tools only SendMessage's input differs between the events. Before the call it has members that
 * the client makes of `to` and `message`; they are not run, and PostToolUse does not show them. What
 * else the client changes (paths made absolute, defaults, texts read as numbers) it changes before
 * the first hook.
 */

const derived: { readonly [tool: string]: readonly string[] } = {
  SendMessage: ["type", "recipient", "recipient_kind", "content", "request_id", "approve"],
};

/** The input as it will run and as every event shows it. */
export function withoutDerived<Input extends object>(tool: string, input: Input): Input {
  const names = Object.hasOwn(derived, tool) ? derived[tool] : undefined;
  // The client takes them off such inputs only.
  if (names === undefined || !("to" in input)) return input;
  if (!("message" in input) && !("notify_when_idle" in input)) return input;
  const kept = Object.entries(input).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept) as Input;
}
