/**
 * tenuo-claude: one program, several doors. The hook comes first and loads nothing else; every other
 * command is loaded when it is asked for. Whatever goes wrong in the hook denies the call.
 */
import { preToolUse, refuse } from "./src/hook/pre_tool_use.ts";

const [command, ...args] = Deno.args;

if (command === "_hook") {
  Error.stackTraceLimit = 0; // refusals are exceptions; nobody reads their stacks
  const fail = (why: unknown) =>
    refuse(
      `Tenuo hook error (fail-closed): ${why instanceof Error ? why.message : "unknown error"}`,
    );
  globalThis.addEventListener("unhandledrejection", (event) => fail(event.reason));
  globalThis.addEventListener("error", (event) => fail(event.error));
  try {
    await preToolUse(args);
  } catch (error) {
    fail(error);
  }
} else if (command === "_post") {
  const { postToolUse } = await import("./src/hook/post_tool_use.ts");
  Deno.exit(await postToolUse(args));
} else if (command === "_session_end") {
  const { sessionEnd } = await import("./src/hook/session_end.ts");
  Deno.exit(await sessionEnd(args));
} else if (command === "_config") {
  const { configChange } = await import("./src/hook/config_change.ts");
  Deno.exit(await configChange(args));
} else {
  const { runCommand } = await import("./src/cli/run.ts");
  Deno.exit(await runCommand(Deno.args));
}
