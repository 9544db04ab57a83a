/**
 * The grammar of tenuo.yaml. Error messages follow the word "expected". What a constraint text may
 * say is in `constraint_text.ts`; what only the whole policy can tell is in the checks.
 */
import * as z from "zod";
import { mcp } from "./mcp_schema.ts";
import { receipts } from "./receipts_schema.ts";
import { nativeRule, plainApproval, ruleText, shellRule } from "./rule_schema.ts";
import {
  anyCase,
  defaultVerdict,
  flag,
  toolList,
  toolName,
  ttlSeconds,
  words,
} from "./schema_parts.ts";
import { domainProblem, normalNetwork, webSchemes } from "./web_rule.ts";

export { maxTtlSeconds } from "./schema_parts.ts";

function refused(value: unknown, problem: (text: string) => string | undefined) {
  return typeof value === "string" ? problem(value) : undefined;
}

const domain = z.string("a host name").refine((text) => domainProblem(text) === undefined, {
  error: ({ input }) => refused(input, domainProblem) ?? "a host name",
});

const network = z.string("a network, for example 10.0.0.0/8").refine(
  (text) => normalNetwork(text) !== undefined,
  "a network, for example 10.0.0.0/8",
);

const portText = "a port number from 1 to 65535";
const port = z.int(portText).min(1, portText).max(65535, portText);

const scheme = anyCase(webSchemes, webSchemes.join(" or "))
  .transform((text) => text.toLowerCase());

const webFetch = z.strictObject({
  domains: z.array(domain, "a list of host names").nullish()
    .describe("Hosts that may be fetched; *.x is every name below x, not x itself"),
  cidrs: z.array(network, "a list of networks").nullish()
    .describe("Networks that may be fetched by address, private ones too"),
  schemes: z.array(scheme, "a list of schemes").min(1, "at least one scheme").optional()
    .describe("Default https, or http and https where cidrs are given"),
  ports: z.array(port, "a list of port numbers").min(1, "at least one port").optional()
    .describe("Ports that may be fetched; default the scheme's own"),
  resolve: flag.optional()
    .describe(
      "Whether the host's name is resolved at decision time and inside answers are refused",
    ),
  approval: plainApproval.optional().describe(
    "A person must approve fetches of hosts that are not listed; those that are pass",
  ),
}, "a map with domains, for example {domains: [api.example.com]}").superRefine((rule, context) => {
  if ((rule.domains ?? []).length + (rule.cidrs ?? []).length === 0) {
    context.addIssue({ code: "custom", message: "domains or cidrs with at least one entry" });
  }
  if (rule.approval !== undefined && (rule.cidrs ?? []).length > 0) {
    const message = "no approval beside cidrs: a network that is listed needs none";
    context.addIssue({ code: "custom", message, path: ["approval"] });
  }
});

const enforce = z.strictObject({
  Read: nativeRule.optional().describe("Files that may be read"),
  Write: nativeRule.optional().describe("Files that may be written"),
  Edit: nativeRule.optional().describe("Files that may be edited"),
  NotebookEdit: nativeRule.optional().describe("Notebooks that may be edited"),
  Glob: nativeRule.optional().describe("Folders in which file names may be searched"),
  Grep: nativeRule.optional().describe("Folders in which contents may be searched"),
  Bash: shellRule.optional().describe("Commands that may be run"),
  PowerShell: nativeRule.optional().describe("PowerShell commands that may be run"),
  Monitor: shellRule.optional().describe("Commands that may be run and watched"),
  WebFetch: z.union([ruleText, webFetch]).optional()
    .describe("Pages that may be fetched; a constraint text is about the URL"),
  WebSearch: nativeRule.optional().describe("Searches that may be made"),
}, "a map from tools to constraints").nullish();

const role = z.strictObject({
  tools: z.array(toolName, "a list of tool names")
    .describe("Tools that subagents of this type may call"),
  ttl_seconds: ttlSeconds.optional().describe("How long its warrant lives"),
}, "a map with tools, for example {tools: [Read, Grep]}");

const example = z.strictObject({
  allow: toolName.optional().describe("The tool whose call must be allowed"),
  deny: toolName.optional().describe("The tool whose call must be denied"),
  input: z.union([z.string(), z.record(z.string(), z.unknown())], "text, or a map of input fields")
    .optional().describe("The tool's input; text is its main argument"),
  cwd: words("a path").optional().describe("Where the call is made; default the project"),
  role: words("a subagent type").optional().describe("The subagent type that makes the call"),
}, "a map, for example {allow: Bash, input: ls}").superRefine((one, context) => {
  const issue = (message: string, ...path: string[]) =>
    context.addIssue({ code: "custom", message, path });
  if (one.allow === undefined && one.deny === undefined) issue("allow, or deny, with a tool");
  if (one.allow !== undefined && one.deny !== undefined) issue("either allow or deny", "deny");
});

/** The examples of a policy, or of a file of cases. */
export const exampleList = z.array(example, "a list of examples");

const text = () => words("text").optional();
const transport = "unix or tcp";

const name = "a name of at most 100 characters";
const mode = "enforce, audit or dry-run";
const sandbox = "the path of a directory in the project, for example ./sandbox";

/** tenuo.yaml. Keys that are not here are errors. */
export const policySchema = z.strictObject({
  name: z.string(name).max(100, name).refine((text) => text.trim() !== "", name).optional()
    .describe("The name of the project in listings"),
  sandbox: z.string(sandbox).refine(
    (text) => text.trim() !== "" && !/^~|\{sandbox\}/.test(text),
    sandbox,
  ).optional().describe("What {sandbox} stands for; created by init"),
  mode: anyCase(["enforce", "audit", "dry-run", "dry_run", "dryrun"], mode).optional()
    .describe("enforce, or dry-run (once called audit), which records and stops nothing"),
  ttl_seconds: ttlSeconds.optional().describe("How long a warrant lives"),
  enforce: enforce.describe("Rules for the client's tools"),
  default: defaultVerdict.optional()
    .describe("What happens to tools that are not listed; every value means deny"),
  allow: toolList.describe("Tools granted without constraints"),
  deny: toolList.describe("Tools that are refused whatever else grants them"),
  audit: toolList.describe("Old spelling of allow"),
  audit_extra: toolList.describe("Old spelling of allow"),
  allow_bundled: flag.optional().describe("Whether the client's bookkeeping tools are granted"),
  audit_bundled: flag.optional().describe("Old spelling of allow_bundled"),
  subagents: z.record(z.string(), role, "a map from subagent types to their tools").nullish()
    .describe("Subagent types that may be started; without it each has what the session has"),
  mcp: mcp.describe("MCP servers and rules for their tools"),
  receipts: receipts.nullish().describe("How receipts are written"),
  strict_receipts: flag.optional()
    .describe("Whether a receipt that cannot be written turns an allow into a deny"),
  on_grant: z.enum(["allow", "defer"], "allow or defer").optional()
    .describe("What a grant answers; defer prints nothing, so the client's own rules apply"),
  pin_paths: flag.optional()
    .describe("Whether a grant rewrites paths of the input to what they resolved to"),
  strict_input: flag.optional()
    .describe("Whether input keys that a tool is not known to have are refused"),
  allow_unsandboxed: flag.optional()
    .describe("Whether commands may be run outside the client's own sandbox"),
  examples: exampleList.nullish()
    .describe("Calls with the verdict they must have, tried before a policy comes into force"),
  cloud: z.strictObject({
    url: text().describe("The control plane"),
    trigger: text().describe("The trigger that issues warrants"),
    agent_name: text().describe("The name of the agent there"),
    approver_identity: text().describe("The name of the person who approves"),
    approver_identity_id: text().describe("The id of the person who approves"),
    managed: flag.optional().describe("Whether the fleet's settings come first"),
  }, "a map of control plane settings").nullish()
    .describe("Settings of a control plane; without effect in local mode"),
  authorizer: z.strictObject({
    image: text().describe("A container image"),
    transport: anyCase(["unix", "tcp"], transport).optional()
      .describe("How the authorizer is reached"),
    socket: text().describe("The path of its socket"),
    socket_group: text().describe("The group that may open the socket"),
    binary: text().describe("The path of its program"),
  }, "a map of authorizer settings").nullish()
    .describe("Settings of an authorizer of its own; without effect in local mode"),
}, "a map of policy keys");

/** A policy in the form of its files. */
export type PolicyDocument = z.infer<typeof policySchema>;
export type WebDocument = z.infer<typeof webFetch>;
export type ExampleDocument = z.infer<typeof example>;
