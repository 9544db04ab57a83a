/** `deno task ok`: everything that must hold before a change is handed on. */
import { deno } from "./workspace.ts";

const STEPS: readonly (readonly [name: string, ...args: string[]])[] = [
  ["Files are formatted", "fmt", "--check", "--quiet"],
  ["Lint finds nothing", "lint", "--quiet"],
  ["Types hold", "check", "--quiet", "."],
  ["Rooms import downward", "test", "--quiet", "--allow-all", "tests/layering_test.ts"],
  ["Tests pass", "run", "--allow-all", "scripts/test.ts"],
];

let failed = 0;
for (const [name, ...args] of STEPS) {
  console.log(`-- ${name}`);
  const { code } = await deno(args, { shown: true });
  if (code !== 0) failed += 1;
  if (code !== 0) console.log(`FAILED ${name}`);
}
console.log(`${STEPS.length - failed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
