/** Reads a command's options and operands from the words after its name. */
import { parseArgs } from "node:util";
import { type Command, type Invocation, UsageError } from "./command.ts";

/** What was given, by the command's own table. @throws {UsageError} */
export function readCommandLine(
  command: Command,
  args: readonly string[],
): Omit<Invocation, "terminal"> {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value, multiple }]) => [
      name,
      {
        type: value === undefined ? "boolean" as const : "string" as const,
        multiple: multiple === true,
      },
    ]),
  );
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: command.operands !== undefined,
      tokens: true,
    });
    const given = tokens.flatMap((token) =>
      token.kind === "option" && token.value !== undefined
        ? [{ name: token.name, value: token.value }]
        : []
    );
    const isOpen = command.operands?.at(-1)?.endsWith("...") === true;
    const tooMany = isOpen ? undefined : positionals[command.operands?.length ?? 0];
    if (tooMany !== undefined) throw new Error(`Unexpected argument '${tooMany}'`);
    // Options that may be given again are read from `given`.
    const single = Object.entries(values).filter(([, value]) => !Array.isArray(value));
    return {
      options: Object.fromEntries(single) as Invocation["options"],
      given,
      operands: positionals,
    };
  } catch (error) {
    const what = error instanceof Error ? error.message.split(/\.? *\n|\. /)[0] : "";
    throw new UsageError(`${what}. See tenuo-claude help ${command.name}`);
  }
}
