/** The grammar of MCP servers and their tools. */
import * as z from "zod";
import { serverToolRule } from "./rule_schema.ts";
import { defaultVerdict, flag, toolList, words } from "./schema_parts.ts";

const variable = "the name of an environment variable";
const variableName = z.string(variable).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, variable);
const header = "the name of an HTTP header";

/** The messages of a record: for a key, and for the whole. */
function keyed(key: string, whole: string) {
  return ({ code }: { readonly code?: string }) => code === "invalid_key" ? key : whole;
}

const enforce = z.record(
  z.string(),
  serverToolRule,
  "a map from tools to constraints",
).nullish();

const seconds = "a number of seconds from 1 to 3600";
const url = "an http or https URL without user information";
const resources = 'a list of URI patterns, or "*" for all';
const prompts = 'a list of names of prompts, or "*" for all';
const bytes = "a number of bytes from 1024 (1 KB) to 67108864 (64 MB)";
const place = "a path that does not start with ~, which only shells read";

/** A list, or the star that stands for everything. The list first: its errors tell the entry. */
function listOrAll(what: string) {
  return z.union([z.array(z.string(what), what), z.literal("*", what)]);
}

/** What a server may do beside its tools. */
const grants = {
  resources: listOrAll(resources).optional()
    .describe("Resources that may be read: URIs in which * stands for any text"),
  prompts: listOrAll(prompts).optional().describe("Prompts that may be asked for"),
  sampling: flag.optional().describe("Whether the server may ask the client's model"),
  elicitation: flag.optional().describe("Whether the server may ask the person at the client"),
  redact: flag.optional().describe("Whether secrets in results are masked"),
  max_result_bytes: z.int(bytes).min(1 << 10, bytes).max(64 << 20, bytes).optional()
    .describe("The largest result that is passed on"),
  timeout_seconds: z.number(seconds).min(1, seconds).max(3600, seconds).optional()
    .describe("How long a call may take"),
};

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === "";
}

function isPlace(path: string): boolean {
  return !path.trim().startsWith("~");
}

const server = z.strictObject({
  command: words("a program").refine(isPlace, place).optional()
    .describe("The program that is the server"),
  args: z.array(z.string("text"), "a list of texts").nullish().describe("What it is given"),
  env: z.record(
    variableName,
    z.union([z.string(), z.number(), z.boolean()], "text"),
    { error: keyed(variable, "a map from variables to values") },
  ).nullish().describe("Environment variables it is given"),
  pass_env: z.array(variableName, "a list of variables").nullish()
    .describe("Environment variables that are handed on to it"),
  cwd: words("the path of a directory").refine(isPlace, place).optional()
    .describe("Where it is started"),
  url: z.string(url).refine(isServerUrl, url).optional()
    .describe("The URL of a server that is reached over HTTP"),
  headers: z.record(
    z.string().regex(/^[!#$%&'*+.^_`|~A-Za-z0-9-]+$/, header),
    variableName,
    { error: keyed(header, "a map from headers to the variables that hold their values") },
  ).nullish().describe("Headers, each with the environment variable that holds its value"),
  enforce: enforce.describe("Rules by the server's own names of its tools"),
  allow: toolList.describe("Tools of this server granted without constraints"),
  default: defaultVerdict.optional().describe("deny: tools that are not listed are refused"),
  ...grants,
}, "a map with command or url").superRefine((one, context) => {
  const issue = (message: string, ...path: string[]) =>
    context.addIssue({ code: "custom", message, path });
  if (one.command === undefined && one.url === undefined) issue("command, or url");
  if (one.command !== undefined && one.url !== undefined) issue("either command or url", "url");
  if (one.url !== undefined) {
    for (const key of ["args", "env", "pass_env", "cwd"] as const) {
      if (one[key] !== undefined && one[key] !== null) issue(`no ${key} beside url`, key);
    }
  } else if (one.headers !== undefined && one.headers !== null) {
    issue("no headers beside command", "headers");
  }
});

const script = "the path of a server script (.py, .js, .mjs, .cjs, .ts, .mts), or " +
  "bundled:ops-server; any other program goes under servers, with command";

/** `mcp`. */
export const mcp = z.strictObject({
  downstream: z.string(script).regex(
    /^(?!~|bundled:).*[^/]\.(?:py|[cm]?js|m?ts)$|^bundled:ops-server$/,
    script,
  ).optional()
    .describe("The script of the single server, tenuo-files; or bundled:ops-server"),
  enforce: enforce.describe("Rules for the tools of the server tenuo-files"),
  servers: z.record(z.string(), server, "a map from server names to servers").nullish()
    .describe("MCP servers by name"),
  ...grants,
}, "a map with downstream, enforce and servers").superRefine((one, context) => {
  if (one.downstream !== undefined) return;
  for (const key of Object.keys(grants) as (keyof typeof grants)[]) {
    if (one[key] === undefined) continue;
    const message = "downstream beside it, or the same key under servers.NAME";
    context.addIssue({ code: "custom", message, path: [key] });
  }
}).nullish();

export type GrantsDocument = Pick<z.infer<typeof server>, keyof typeof grants>;
export type McpDocument = NonNullable<z.infer<typeof mcp>>;
export type ServerDocument = z.infer<typeof server>;
