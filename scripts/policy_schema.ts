/**
 * Writes what is generated from the grammar of policies: `policy/tenuo.schema.json`,
 * `policy/harness_tools.yaml` and `docs/POLICY_REFERENCE.md`.
 */
import { renderHarnessTools } from "../src/policy/harness_tools.ts";
import { renderJsonSchema } from "../src/policy/json_schema.ts";
import { renderReference } from "../src/policy/policy_reference.ts";
import { deno, root } from "./workspace.ts";

const files: readonly (readonly [path: string, text: string])[] = [
  ["policy/tenuo.schema.json", renderJsonSchema()],
  ["policy/harness_tools.yaml", renderHarnessTools()],
  ["docs/POLICY_REFERENCE.md", renderReference()],
];

if (import.meta.main) {
  for (const [path, text] of files) {
    Deno.writeTextFileSync(`${root}/${path}`, text);
    console.log(`Wrote ${path}`);
  }
  const formatted = files.map(([path]) => `${root}/${path}`).filter((path) =>
    !path.endsWith("yaml")
  );
  const { code } = await deno(["fmt", "--quiet", ...formatted], { shown: true });
  Deno.exit(code);
}
