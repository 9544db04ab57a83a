/** The tools of the bundled server: two that read files, and one that nobody should be granted. */
import { resolve } from "node:path";
import type { Members } from "./framing/message.ts";

/** A tool that cannot do what it was asked to. The message is for the model. */
class ToolFailure extends Error {}

interface Tool {
  /** As `tools/list` shows it. */
  readonly definition: Members & { readonly name: string };
  readonly run: (argument: string, folder: string) => string;
}

const longestFile = 1 << 20;

/** A tool with one text argument. */
function tool(
  name: string,
  title: string,
  description: string,
  [argument, about]: readonly [name: string, about: string],
  annotations: Members,
  run: Tool["run"],
): Tool {
  const properties = { [argument]: { type: "string", description: about } };
  const inputSchema = {
    type: "object",
    properties,
    required: [argument],
    additionalProperties: false,
  };
  const hints = { ...annotations, openWorldHint: false };
  return { definition: { name, title, description, inputSchema, annotations: hints }, run };
}

/** What the system says is wrong, without the words that Deno puts around it. */
function fails(path: string, error: unknown): never {
  if (error instanceof ToolFailure) throw error;
  const why = error instanceof Error ? error.name : "unknown error";
  throw new ToolFailure(`Cannot read ${path}: ${why}`);
}

function readFile(path: string, folder: string): string {
  try {
    const place = resolve(folder, path);
    const { isFile, size } = Deno.statSync(place);
    if (!isFile) throw new ToolFailure(`${path} is not a file`);
    if (size > longestFile) throw new ToolFailure(`${path} has more than ${longestFile} bytes`);
    return Deno.readTextFileSync(place);
  } catch (error) {
    return fails(path, error);
  }
}

function listDirectory(path: string, folder: string): string {
  try {
    const entries = [...Deno.readDirSync(resolve(folder, path))];
    const names = entries.map(({ name, isDirectory }) => isDirectory ? `${name}/` : name);
    return names.sort().join("\n");
  } catch (error) {
    return fails(path, error);
  }
}

const reads = { readOnlyHint: true };
const path = "relative to the server's folder, or absolute";

const tools: readonly Tool[] = [
  tool(
    "read_file",
    "Read a file",
    "Returns the text of a file.",
    ["path", `The file, ${path}`],
    reads,
    readFile,
  ),
  tool(
    "list_directory",
    "List a directory",
    "Returns the names in a directory, one in a line; directories end in a slash.",
    ["path", `The directory, ${path}`],
    reads,
    listDirectory,
  ),
  tool(
    "delete_deployment",
    "Delete a deployment",
    "Deletes a deployment for good. This server is for demonstrations: it only says what it would do.",
    ["target", "The deployment's name"],
    { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    (target) => `The deployment ${target} would have been deleted.`,
  ),
];

/** The definitions, as `tools/list` shows them. */
export const toolDefinitions = tools.map(({ definition }) => definition);

/**
 * Runs a tool. What goes wrong in it is a result that says so; undefined when there is no such tool.
 *
 * @param folder where relative paths start, absolute
 */
export function runTool(name: unknown, input: unknown, folder: string): Members | undefined {
  const found = tools.find(({ definition }) => definition.name === name);
  if (found === undefined) return undefined;
  try {
    return content(found.run(argumentOf(found, input), folder), false);
  } catch (error) {
    if (error instanceof ToolFailure) return content(error.message, true);
    throw error;
  }
}

function content(text: string, isError: boolean): Members {
  return { content: [{ type: "text", text }], isError };
}

function argumentOf({ definition }: Tool, input: unknown): string {
  const [name] = (definition.inputSchema as { readonly required: readonly string[] }).required;
  const members = typeof input === "object" && input !== null ? Object.entries(input) : [];
  const [only, ...others] = members;
  const isRight = only?.[0] === name && typeof only?.[1] === "string" && others.length === 0;
  if (isRight) return only?.[1] as string;
  throw new ToolFailure(`${definition.name} takes one argument, ${name}, which is text`);
}
