/**
 * The grammar of tenuo.yaml. Error messages follow the word "expected". What a constraint text may
 * say is in `constraint_text.ts`; what only the whole policy can tell is in `load.ts`.
 */
import * as z from "zod";
import { domainProblem, normalNetwork, webSchemes } from "./web_rule.ts";

/** The longest life of a warrant: 90 days. */
export const maxTtlSeconds = 90 * 24 * 3600;

const constraint = z.string("a constraint written kind:rest, for example subpath:{sandbox}")
  .describe("A constraint, kind:rest");

// YAML 1.1, which the incumbent reads, has these words for true and false.
const flag = z.union(
  [z.boolean(), z.string().regex(/^(yes|no|on|off)$/i, "true or false")],
  "true or false",
).transform((value) => typeof value === "boolean" ? value : /^(yes|on)$/i.test(value));

const toolList = z.array(z.string("the name of a tool"), "a list of tool names").nullish();

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

const scheme = z.string(webSchemes.join(" or ")).transform((text) => text.toLowerCase())
  .refine((text) => webSchemes.includes(text), webSchemes.join(" or "));

const webFetch = z.strictObject({
  domains: z.array(domain, "a list of host names").nullish()
    .describe("Hosts that may be fetched; *.x is every name below x, not x itself"),
  cidrs: z.array(network, "a list of networks").nullish()
    .describe("Networks that may be fetched by address, private ones too"),
  schemes: z.array(scheme, "a list of schemes").min(1, "at least one scheme").optional()
    .describe("Default https, or http and https where cidrs are given"),
  ports: z.array(port, "a list of port numbers").min(1, "at least one port").optional()
    .describe("Default: any port the URL rules allow"),
}, "a map with domains, for example {domains: [api.example.com]}").superRefine((rule, context) => {
  if ((rule.domains ?? []).length + (rule.cidrs ?? []).length === 0) {
    context.addIssue({ code: "custom", message: "domains or cidrs with at least one entry" });
  }
});

const enforce = z.strictObject({
  Read: constraint.optional(),
  Write: constraint.optional(),
  Edit: constraint.optional(),
  NotebookEdit: constraint.optional(),
  Glob: constraint.optional(),
  Grep: constraint.optional(),
  Bash: constraint.optional(),
  PowerShell: constraint.optional(),
  Monitor: constraint.optional(),
  WebFetch: webFetch.optional(),
  WebSearch: constraint.optional(),
}, "a map from tools to constraints").nullish();

const mcpSpec = z.strictObject({
  constraint: constraint.optional().describe("The constraint on the argument named by arg"),
  arg: z.string("the name of an argument").optional().describe("Default path"),
  args: z.record(z.string(), constraint, "a map from argument names to constraints").optional()
    .describe("Constraints by argument"),
}).superRefine((spec, context) => {
  const issue = (message: string, ...path: string[]) =>
    context.addIssue({ code: "custom", message, path });
  if (spec.args === undefined) {
    if (spec.constraint === undefined) issue("constraint, or args");
    if (spec.arg !== undefined && spec.arg.trim() === "") issue("the name of an argument", "arg");
    return;
  }
  if (spec.constraint !== undefined) issue("either args or constraint, not both", "constraint");
  if (spec.arg !== undefined) issue("either args or arg, not both", "arg");
  const names = Object.keys(spec.args);
  if (names.length === 0) issue("at least one argument", "args");
  if (names.some((name) => name.trim() === "")) issue("argument names that are not blank", "args");
});

const mcp = z.strictObject({
  downstream: z.string("the path of a server script").min(1, "the path of a server script")
    .optional(),
  enforce: z.record(z.string(), z.union([constraint, mcpSpec]), "a map from tools to constraints")
    .nullish(),
}, "a map with downstream and enforce").nullish();

const whyDeny: ReadonlyMap<unknown, string> = new Map([
  ["audit", "would let every tool run that the policy does not list; list it under allow"],
  ["allow", "would let every tool run that the policy does not list; list it under allow"],
  ["approve", "needs approval of unlisted tools, which this version does not support"],
]);

function expectedDefault(input: unknown): string {
  const why = whyDeny.get(input);
  return why === undefined ? "deny" : `deny (${input} ${why})`;
}

const name = "a name of at most 100 characters";
const mode = "enforce, audit or dry-run";
const ttl = `a whole number of seconds from 1 to ${maxTtlSeconds} (90 days)`;
const sandbox = "the path of a directory in the project, for example ./sandbox";

/** tenuo.yaml. Keys that are not here are errors. */
export const policySchema = z.strictObject({
  name: z.string(name).max(100, name).refine((text) => text.trim() !== "", name).optional()
    .describe("The name of the project in listings"),
  sandbox: z.string(sandbox).refine(
    (text) => text.trim() !== "" && !/^~|\{sandbox\}/.test(text),
    sandbox,
  ).optional().describe("What {sandbox} stands for; created by init"),
  mode: z.string(mode).regex(/^(enforce|audit|dry-run|dry_run|dryrun)$/i, mode).optional()
    .describe("audit and dry-run record decisions and stop nothing"),
  ttl_seconds: z.int(ttl).min(1, ttl).max(maxTtlSeconds, ttl).optional()
    .describe("How long a warrant lives"),
  enforce: enforce.describe("Constraints on the client's tools"),
  default: z.literal("deny", { error: ({ input }) => expectedDefault(input) })
    .optional().describe("What happens to tools that are not listed"),
  allow: toolList.describe("Tools granted without constraints"),
  audit: toolList.describe("Old spelling of allow"),
  audit_extra: toolList.describe("Old spelling of allow"),
  allow_bundled: flag.optional().describe("Whether the client's bookkeeping tools are granted"),
  audit_bundled: flag.optional().describe("Old spelling of allow_bundled"),
  mcp: mcp.describe("Tools of MCP servers"),
  receipts: z.strictObject({
    sync: flag.optional().describe("Whether each receipt is forced to disk"),
    strict: flag.optional().describe("Same as strict_receipts"),
  }, "a map with sync and strict").nullish(),
  strict_receipts: flag.optional()
    .describe("Whether a receipt that cannot be written turns an allow into a deny"),
}, "a map of policy keys");

/** A policy in the form of its files. */
export type PolicyDocument = z.infer<typeof policySchema>;

/** The keys of a map in the policy, for errors that name them; undefined where any key may stand. */
export function keysAt(path: readonly string[]): readonly string[] | undefined {
  const [first, second, third] = path;
  const { shape } = policySchema;
  if (first === undefined) return Object.keys(shape);
  if (first === "enforce") {
    return Object.keys(second === "WebFetch" ? webFetch.shape : enforce.unwrap().unwrap().shape);
  }
  if (first === "receipts") return Object.keys(shape.receipts.unwrap().unwrap().shape);
  if (first !== "mcp") return undefined;
  if (second === undefined) return Object.keys(shape.mcp.unwrap().unwrap().shape);
  return third === undefined ? undefined : Object.keys(mcpSpec.shape);
}
