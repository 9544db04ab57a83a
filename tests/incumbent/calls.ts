/** Random calls of the tools that a policy is about, and of some that it is not. */
import type { Chance } from "../interop/samples.ts";
import type { Subject } from "./constraint_texts.ts";
import { type Document, served, subjects } from "./policies.ts";
import type { Call } from "./program.ts";
import { plainCommands, shellCommands } from "./command_values.ts";
import { inside, outside } from "./path_values.ts";
import { oddUrls, plainUrls, plainValues } from "./url_values.ts";

/** The folders that texts stand for. */
export interface Folders {
  readonly project: string;
  readonly sandbox: string;
}

const fields: Readonly<Record<string, string>> = {
  Read: "file_path",
  Write: "file_path",
  Edit: "file_path",
  Glob: "path",
  Grep: "path",
  NotebookEdit: "notebook_path",
  Bash: "command",
  PowerShell: "command",
  Monitor: "command",
  WebFetch: "url",
  WebSearch: "query",
};

/** What the client sends beside the field that rules are about. */
const beside: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Write: { content: "text" },
  Edit: { old_string: "a", new_string: "b" },
  NotebookEdit: { new_source: "text" },
  Glob: { pattern: "*.txt" },
  Grep: { pattern: "word" },
  WebFetch: { prompt: "What is it?" },
  Bash: { description: "Runs it" },
};

const globs = ["*.txt", "**/*.md", "../*", "/etc/*", "sub/*", "{sandbox}/*", "a/../../b", "[a-c]?"];
const harness = ["TodoWrite", "Skill", "ToolSearch", "TaskList", "ExitPlanMode", "Workflow"];
const added = ["SendMessage", "TaskStop", "ListAgents", "CronDelete"];
const unknown = ["FutureTool", "CustomTool", "EnterWorktree", "LS", "MultiEdit", "CronCreate", ""];

/** A value, mostly an ordinary one; `texts` are those that the rules themselves name. */
function value(chance: Chance, subject: Subject, texts: readonly string[]): unknown {
  const named = texts.length > 0 && chance.below(3) === 0;
  if (named) return chance.pick(texts);
  const [plain, odd] = {
    path: [inside, outside],
    command: [plainCommands, shellCommands],
    url: [plainUrls, oddUrls],
    value: [plainValues, plainValues],
  }[subject] as [readonly unknown[], readonly unknown[]];
  return chance.pick(chance.below(5) < 3 ? plain : odd);
}

/** The texts that stand in constraints: values near them are worth trying. */
function textsIn(rule: unknown): string[] {
  if (typeof rule === "string") {
    const rest = rule.slice(rule.indexOf(":") + 1);
    const items = rest.split(",").map((item) => item.trim());
    return [rest, ...items].map((text) => text.replaceAll("*", "x"));
  }
  return typeof rule === "object" && rule !== null ? Object.values(rule).flatMap(textsIn) : [];
}

function nativeInput(chance: Chance, tool: string, rule: unknown): Call["input"] {
  const field = fields[tool] as string;
  const subject = tool === "WebFetch" ? "url" : subjects[tool] as Subject;
  const texts = tool === "WebFetch" && typeof rule === "object" ? [] : textsIn(rule);
  const given = value(chance, subject, texts);
  const input: Record<string, unknown> = { ...beside[tool], [field]: given };
  if (chance.below(12) === 0) delete input[field];
  if (tool === "Glob" && chance.below(2) === 0) input.pattern = chance.pick(globs);
  if (tool === "Grep" && chance.below(3) === 0) input.glob = chance.pick(globs);
  if (chance.below(40) === 0) input.surprise = 1;
  if (chance.below(60) === 0) input[chance.pick(["File_Path", "command", "url", "path"])] ??= "x";
  if (tool === "Bash" && chance.below(40) === 0) input.dangerouslyDisableSandbox = true;
  return input;
}

function servedCall(chance: Chance, rules: Document): Pick<Call, "tool" | "input"> {
  const tool = chance.pick([...Object.keys(rules), ...Object.keys(rules), ...Object.keys(served)]);
  const server = chance.below(8) === 0 ? chance.pick(["github", "other"]) : "tenuo-files";
  const rule = rules[tool];
  const args = served[tool] ?? {};
  const isText = typeof rule === "string";
  const named = isText ? ["path"] : Object.keys(
    (rule as Document | undefined)?.args ?? { [String((rule as Document)?.arg ?? "path")]: 1 },
  );
  const input: Record<string, unknown> = {};
  for (const name of chance.below(6) === 0 ? Object.keys(args) : named) {
    if (chance.below(15) > 0) input[name] = value(chance, args[name] ?? "value", textsIn(rule));
  }
  return { tool: `mcp__${server}__${tool}`, input };
}

/** A call; `{…}` in its texts is filled in. */
export function call(chance: Chance, document: Document, folders: Folders): Call {
  const enforce = (document.enforce ?? {}) as Document;
  const mcp = ((document.mcp as Document | undefined)?.enforce ?? {}) as Document;
  const roles = Object.keys(document.subagents ?? {});
  const made = ((): Pick<Call, "tool" | "input"> => {
    const kind = chance.below(20);
    const governed = Object.keys(enforce);
    if (kind < 13 && governed.length > 0) {
      const tool = chance.pick(governed);
      return { tool, input: nativeInput(chance, tool, enforce[tool]) };
    }
    if (kind < 16) return servedCall(chance, mcp);
    if (kind === 16) {
      const tool = chance.pick(Object.keys(fields));
      return { tool, input: nativeInput(chance, tool, enforce[tool]) };
    }
    if (kind === 17) return { tool: chance.pick(harness), input: {} };
    if (kind === 18) {
      const type = chance.pick([...roles, ...roles, "Explore", "nobody", ""]);
      return { tool: chance.pick(["Agent", "Task"]), input: { subagent_type: type, prompt: "Go" } };
    }
    const listed = ["allow", "audit", "audit_extra", "deny"].flatMap((key) => document[key] ?? []);
    return { tool: chance.pick([...listed as string[], ...added, ...unknown]), input: {} };
  })();
  const filled = JSON.stringify(made.input).replaceAll("{project}", folders.project)
    .replaceAll("{sandbox}", folders.sandbox)
    .replaceAll("{SANDBOX}", folders.sandbox.toUpperCase());
  const inRole = chance.below(roles.length > 0 ? 3 : 12) === 0;
  return {
    tool: made.tool,
    input: JSON.parse(filled),
    cwd: chance.below(3) === 0 ? folders.project : folders.sandbox,
    ...(inRole ? { role: chance.pick([...roles, ...roles, "nobody"]) } : {}),
  };
}
