/** Tools of servers, lists, roles and approval: where the two programs differ. */
import {
  agree,
  type Case,
  type Difference,
  documentAt,
  isText,
  pathFields,
  resolved,
  ruleOf,
  servedName,
  withInput,
} from "./case.ts";
import type { Document } from "./policies.ts";
import type { Call } from "./program.ts";

const singleServer = "mcp__tenuo-files__";

/** The same tool of the server that the rules are about. */
function ofSingleServer(call: Call): Call {
  return { ...call, tool: `${singleServer}${servedName(call)}` };
}

/** The arguments that the rule of a server's tool names. */
function namedArguments(rule: unknown): readonly string[] {
  if (isText(rule)) return ["path"];
  const { args, arg, constraint, approval, exempt } = rule as Document;
  const gated = (exempt ?? documentAt(approval, "exempt") ?? {}) as Document;
  if (args !== undefined) return [...Object.keys(args as Document), ...Object.keys(gated)];
  if (arg !== undefined) return [String(arg), ...Object.keys(gated)];
  return constraint !== undefined ? ["path", ...Object.keys(gated)] : Object.keys(gated);
}

function isUnnamed({ call, ...one }: Case): boolean {
  const rule = ruleOf({ ...one, call });
  if (servedName(call) === undefined || rule === undefined) return false;
  const named = namedArguments(rule);
  return Object.keys(call.input).some((name) => !named.includes(name));
}

const ownFields: Readonly<Record<string, string>> = {
  Bash: "command",
  PowerShell: "command",
  Monitor: "command",
  WebFetch: "url",
  WebSearch: "query",
};

const governed = ["file_path", "path", "notebook_path", "command", "url"];

/** The call without keys that look like governed ones of other tools. */
function withoutStrangeKeys(call: Call): Call {
  const own = pathFields[call.tool] ?? ownFields[call.tool];
  return Object.keys(call.input).filter((key) =>
    key !== own && governed.includes(key.toLowerCase())
  )
    .reduce((other, key) => withInput(other, key, undefined), call);
}

async function hasStrangeKey(one: Case): Promise<boolean> {
  const other = withoutStrangeKeys(one.call);
  if (servedName(one.call) !== undefined) return false;
  return Object.keys(other.input).length < Object.keys(one.call.input).length &&
    await one.there(other);
}

/** 0.1 with `default: audit`: what nothing lists runs. */
async function isUnlisted(one: Case): Promise<boolean> {
  const isAudit = String(one.document.default ?? "").toLowerCase() === "audit";
  return one.isOld && isAudit && ruleOf(one) === undefined &&
    await one.there({ ...one.call, tool: "FutureTool", input: {} });
}

export const toolDifferences: readonly Difference[] = [
  {
    name: "`default: audit` runs what nothing lists",
    words: "0.1.0: every unlisted tool runs",
    holds: isUnlisted,
  },
  {
    name: "servers share no rules",
    words: "the server's name is ignored",
    holds: ({ call, ...one }) => {
      const rules = (documentAt(one.document, "mcp", "enforce") ?? {}) as Document;
      return servedName(call) !== undefined && !call.tool.startsWith(singleServer) &&
        Object.hasOwn(rules, String(servedName(ofSingleServer(call))));
    },
  },
  {
    name: "arguments that no rule names",
    words: "arguments of an MCP tool that no rule names",
    holds: isUnnamed,
  },
  {
    name: "keys that look like governed ones",
    words: "a key that looks like a governed one",
    holds: hasStrangeKey,
  },
  {
    name: "arguments that are left out",
    words: "an argument that is left out",
    holds: (one) => {
      const name = pathFields[one.call.tool] ?? ownFields[one.call.tool];
      const names = name === undefined ? namedArguments(ruleOf(one) ?? {}) : [name];
      return names.some((name) => !Object.hasOwn(one.call.input, name)) &&
        JSON.stringify(ruleOf(one) ?? "").includes("notoneof:");
    },
  },
  {
    name: "tools under deny",
    words: "`deny: [Tool]`",
    holds: ({ document, call }) => {
      const names = (document.deny ?? []) as readonly string[];
      return names.includes(call.tool) || names.includes(servedName(call) ?? "");
    },
  },
  {
    name: "approval beside constraints",
    words: "approval beside constraints of an MCP tool",
    holds: (one) => {
      const rule = ruleOf(one);
      if (servedName(one.call) === undefined || isText(rule)) return false;
      const { approval, args, constraint } = rule as Document;
      return approval !== undefined && (args !== undefined || constraint !== undefined);
    },
  },
];

const added = ["ListAgents", "ReportFindings", "SendMessage", "TaskStop", "CronList", "CronDelete"];
const bundled = ["TodoWrite", "Skill", "ToolSearch", "TaskList", "ExitPlanMode", "Workflow"];
const spawns = ["Agent", "Task"];

/** A server's tool and one of the client's are judged by one rule there. */
export const sharedCapability: Difference = {
  name: "a server's tool named as a capability of the client's",
  words: "an MCP tool called `read_file` beside a rule for Read",
  holds: ({ document, call }) =>
    [call.tool, servedName(call)].some((name) => name === "Read" || name === "read_file") &&
    documentAt(document, "enforce", "Read") !== undefined &&
    documentAt(document, "mcp", "enforce", "read_file") !== undefined,
};

/** 0.1 resolves the argument `path` of every server's tool, whatever its rule is about. */
export const resolvedArgument: Difference = {
  name: "0.1 resolves arguments that are no paths",
  words: "0.1: the argument `path` of every MCP tool is resolved",
  holds: async (one) => {
    const { path } = one.call.input;
    if (!one.isOld || servedName(one.call) === undefined || !isText(path)) return false;
    const other = withInput(one.call, "path", resolved(path, one.call.cwd));
    return other.input.path !== path && await agree(one, other);
  },
};

/** 0.1 looks at `audit_extra` only beside the bundle. */
export function isLeftOut(tool: string, document: Document, isOld: boolean): boolean {
  const extra = (document.audit_extra ?? []) as readonly string[];
  return isOld && document.audit_bundled === false && extra.includes(tool);
}

/** What is allowed here and not there. */
export const widerDifferences: readonly Difference[] = [
  {
    name: "additions without the bundle",
    words: "`audit_extra` beside `audit_bundled: false`",
    holds: ({ document, call, isOld }) => isLeftOut(call.tool, document, isOld),
  },
  {
    name: "additions to the bundle",
    words: "ListAgents, ReportFindings, SendMessage, TaskStop and their like",
    holds: ({ document, call }) =>
      added.includes(call.tool) && (document.allow_bundled ?? document.audit_bundled) !== false,
  },
  {
    name: "bookkeeping within a role",
    words: "bookkeeping tools inside a declared role",
    holds: ({ document, call }) =>
      call.role !== undefined && bundled.includes(call.tool) &&
      documentAt(document, "subagents", call.role) !== undefined,
  },
  {
    name: "subagents of subagents",
    words: "a subagent that starts another where no roles are declared",
    holds: ({ document, call }) =>
      call.role !== undefined && spawns.includes(call.tool) && document.subagents === undefined,
  },
  {
    name: "what is exempt from approval",
    words: "what is exempt from approval",
    holds: (one) => {
      const rule = ruleOf(one);
      return documentAt(rule, "approval", "exempt") !== undefined ||
        documentAt(rule, "exempt") !== undefined;
    },
  },
];
