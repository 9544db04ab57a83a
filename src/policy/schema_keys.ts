/** The keys that a place of the policy knows, for errors that name them. */
import type * as z from "zod";

type Schema = z.core.$ZodType;

/** The schemas that a value may be judged by, without what only wraps them. */
function alternatives(schema: Schema, seen = new Set<Schema>()): Schema[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
      return alternatives(def.innerType, seen);
    case "pipe":
      return alternatives(def.in, seen);
    case "lazy":
      return alternatives(def.getter(), seen);
    case "union":
      return def.options.flatMap((option) => alternatives(option, seen));
    default:
      return [schema];
  }
}

function below(schema: Schema, part: string): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "object") {
    const inner = Object.hasOwn(def.shape, part) ? def.shape[part] : undefined;
    return inner === undefined ? [] : [inner];
  }
  if (def.type === "record") return [def.valueType];
  return def.type === "array" ? [def.element] : [];
}

/** The keys that may stand at `path` below `root`; none where any key may. */
export function keysAt(root: Schema, path: readonly PropertyKey[]): readonly string[] {
  let schemas = alternatives(root);
  for (const part of path) {
    schemas = schemas.flatMap((schema) => below(schema, String(part)))
      .flatMap((schema) => alternatives(schema));
  }
  const keys = schemas.flatMap((schema) => {
    const { def } = (schema as z.core.$ZodTypes)._zod;
    return def.type === "object" ? Object.keys(def.shape) : [];
  });
  return [...new Set(keys)];
}
