/** The grammar as a JSON Schema, for editors. */
import * as z from "zod";
import { keyExamples } from "./key_examples.ts";
import { policySchema } from "./schema.ts";

/** The parts of a JSON Schema that are used here. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly additionalProperties?: JsonSchema | boolean;
  readonly $defs?: { readonly [name: string]: JsonSchema };
  readonly [keyword: string]: unknown;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}

/** Below a map with keys of any name a path has a star. */
function below(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const prefix = path === "" ? "" : path + ".";
  const { properties, additionalProperties, items, anyOf } = schema;
  return [
    ...Object.entries(properties ?? {}).map(([key, inner]): [string, JsonSchema] => [
      prefix + key,
      inner,
    ]),
    ...isSchema(additionalProperties) ? [[`${prefix}*`, additionalProperties] as const] : [],
    ...items === undefined ? [] : [[path, items] as const],
    ...(anyOf ?? []).map((inner) => [path, inner] as const),
  ].map(([at, inner]): [string, JsonSchema] => [at, inner]);
}

/** Every key of the grammar, `enforce.WebFetch.domains` for example, with its schema. */
export function keysOf(schema: JsonSchema): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const visit = (at: string, one: JsonSchema) => {
    const named = one.$ref?.replace("#/$defs/", "");
    const definition = named === undefined ? undefined : schema.$defs?.[named];
    // Constraints hold others, and are one value here.
    if (definition !== undefined && named !== "constraint" && !named?.startsWith("__")) {
      visit(at, definition);
    }
    for (const [path, inner] of below(one, at)) {
      // What the export named on its own account is only moved.
      const moved = /^#\/\$defs\/(__.*)$/.exec(inner.$ref ?? "")?.[1];
      const plain = moved === undefined ? inner : { ...schema.$defs?.[moved], ...inner };
      if (path !== at && !path.endsWith("*")) found.set(path, plain);
      visit(path, inner);
    }
  };
  visit("", schema);
  return found;
}

/** The same schema with the examples of its keys. */
function withExamples(schema: JsonSchema, path: string): JsonSchema {
  const { properties, additionalProperties, items, anyOf } = schema;
  const prefix = path === "" ? "" : path + ".";
  const keyed = (key: string, one: JsonSchema): [string, JsonSchema] => {
    const example = keyExamples.get(prefix + key);
    const examples = example === undefined ? {} : { examples: [example.value] };
    return [key, { ...withExamples(one, prefix + key), ...examples }];
  };
  return {
    ...schema,
    ...(properties === undefined ? {} : {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, one]) => keyed(key, one)),
      ),
    }),
    ...(isSchema(additionalProperties)
      ? { additionalProperties: withExamples(additionalProperties, `${prefix}*`) }
      : {}),
    ...(items === undefined ? {} : { items: withExamples(items, path) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map((one) => withExamples(one, path)) }),
  };
}

/** The JSON Schema of tenuo.yaml (draft 2020-12). What only the program can tell is not in it. */
export function policyJsonSchema(): JsonSchema {
  const plain = z.toJSONSchema(policySchema, { io: "input" }) as JsonSchema;
  const { $schema, ...rest } = plain;
  return withExamples(
    { $schema, title: "tenuo.yaml", description: "What a Claude Code session may do", ...rest },
    "",
  );
}

/** The text of policy/tenuo.schema.json. */
export function renderJsonSchema(): string {
  return JSON.stringify(policyJsonSchema(), null, 2) + "\n";
}
