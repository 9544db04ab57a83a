/** docs/POLICY_REFERENCE.md: every key of the grammar, from its schema. */
import { constraintKinds } from "./constraint_text.ts";
import { type JsonSchema, keysOf, policyJsonSchema } from "./json_schema.ts";
import { formExamples, type KeyExample, keyExamples, rulePlaces } from "./key_examples.ts";

/** What each kind of constraint text accepts, with an example. */
export const kindTexts: ReadonlyMap<string, readonly [example: string, accepts: string]> = new Map([
  ["subpath", ["subpath:{sandbox},/srv/data", "a path at or below one of the roots"]],
  ["shlex", [
    "shlex:ls,git status",
    "one simple command: a program, or a program and the words after it",
  ]],
  ["pattern", ["pattern:/srv/*.txt", "a text that the glob matches whole; \\* and ? also match /"]],
  ["oneof", ["oneof:low,high", "one of the texts"]],
  ["notoneof", ["notoneof:root,admin", "anything but the texts"]],
  ["exact", ["exact:staging", "this text, blanks included"]],
  ["regex", ["regex:^git (status\\|diff)$", "a text in which the RE2 expression is found"]],
  ["range", ["range:1,100", "a number within the bounds, one of which may be left out"]],
  ["urlpattern", ["urlpattern:https://*.example.com/*", "a URL of that scheme, host and path"]],
  ["cidr", ["cidr:10.0.0.0/8", "an IP address in the network"]],
  ["contains", ["contains:read,list", "a list that has all of the texts"]],
  ["subset", ["subset:read,list", "a list that has no other items than the texts"]],
  ["not", ["not:pattern:*.pem", "what the constraint after it refuses"]],
  ["any", ["any", "anything; the argument may be left out"]],
]);

/** A value as YAML in one line. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flowText(inner)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z./][A-Za-z0-9_./-]*$/.test(value) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** What the named parts of the schema are called here. */
const definitions: { readonly [name: string]: string } = {
  flag: "true or false",
  rule: "rule",
  shellRule: "rule",
  serverRule: "rule",
};

/** The kinds of value that a schema takes. */
function takes(schema: JsonSchema): string[] {
  const named = schema.$ref?.replace("#/$defs/", "");
  if (named !== undefined && !named.startsWith("__")) return [definitions[named] ?? named];
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.flatMap(takes))].filter((kind) => kind !== "nothing");
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``);
  switch (schema.type) {
    case "array":
      return ["list"];
    case "object":
      return ["map"];
    case "boolean":
      return ["true or false"];
    case "integer":
    case "number":
      return ["number"];
    case "null":
      return ["nothing"];
    case "string":
      return ["text"];
    default:
      return ["anything"];
  }
}

function row(name: string, schema: JsonSchema, example: KeyExample | undefined): string {
  const cells = [
    `\`${name}\``,
    [...new Set(takes(schema))].join(", "),
    (schema.description ?? "").replaceAll("*", "\\*"),
    example?.standard ?? "",
    example === undefined ? "" : `\`${flowText(example.value)}\``,
  ];
  return `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
}

const head = [
  "| key | takes | meaning | default | example |",
  "| --- | --- | --- | --- | --- |",
];

function section(title: string, lead: string, rows: readonly string[]): string[] {
  return ["", `## ${title}`, "", ...lead === "" ? [] : [lead, ""], ...head, ...rows];
}

/** The text of docs/POLICY_REFERENCE.md, before it is formatted. */
export function renderReference(): string {
  const keys = keysOf(policyJsonSchema());
  const inRules = (path: string) => rulePlaces.some((place) => path.startsWith(`${place}.`));
  const below = (prefix: string) =>
    [...keys].filter(([path]) =>
      path.startsWith(prefix) && !inRules(path) && path.slice(prefix.length) !== "" &&
      (prefix !== "" || !path.includes("."))
    ).map(([path, schema]) => row(path.slice(prefix.length), schema, keyExamples.get(path)));
  const rules = new Map<string, JsonSchema>();
  for (const place of ["enforce.Bash", "mcp.enforce.*"]) {
    for (const [path, schema] of keys) {
      const name = path.slice(place.length + 1);
      if (path.startsWith(`${place}.`) && !rules.has(name)) rules.set(name, schema);
    }
  }
  return [
    "# Keys of tenuo.yaml",
    "",
    "Generated from the grammar in `src/policy/schema.ts` by `deno run -A scripts/policy_schema.ts`,",
    "as is the schema for editors, `policy/tenuo.schema.json`. What the keys are for is told in",
    "[POLICY.md](POLICY.md). Keys that are not here are errors.",
    ...section("The file", "", below("")),
    ...section(
      "enforce",
      "A tool that is not here takes no rule.",
      below("enforce.").filter((line) => !line.includes("`WebFetch.")),
    ),
    ...section("enforce.WebFetch", "", below("enforce.WebFetch.")),
    ...section(
      "Rules of tools",
      "A rule is a constraint text, or a map with these keys. One of the keys up to `args`, or " +
        "`verbs`, says what passes. `verbs` and `compose` are for Bash and Monitor, `exempt` beside " +
        "`approval` for tools of servers.",
      [...rules].map(([name, schema]) => row(name, schema, formExamples.get(name))),
    ),
    "",
    "## Constraint texts",
    "",
    "| kind | accepts | example |",
    "| --- | --- | --- |",
    ...constraintKinds.map((kind) => {
      const [example = "", accepts = ""] = kindTexts.get(kind) ?? [];
      return `| \`${kind}\` | ${accepts} | \`${example}\` |`;
    }),
    ...section("subagents", "By subagent type:", below("subagents.*.")),
    ...section("mcp", "", below("mcp.").filter((line) => !line.includes("`servers.*."))),
    ...section("mcp.servers", "By server name:", below("mcp.servers.*.")),
    ...section("examples", "Each entry:", below("examples.")),
    ...section("receipts", "", below("receipts.")),
    ...section("cloud", "", below("cloud.")),
    ...section("authorizer", "", below("authorizer.")),
    "",
  ].join("\n");
}
