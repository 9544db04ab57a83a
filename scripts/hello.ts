import { bundle } from "./bundle.ts";
import { compileStandalone, recipe } from "./standalone.ts";
import { dist, isPresent } from "./workspace.ts";

const PROGRAMS = {
  hello: 'console.log("hello");\n',
  hello_exit: 'console.log("hello");\nDeno.exit(0);\n',
} as const;

/** The smallest programs, built as the product is, to measure against. */
export type Hello = keyof typeof PROGRAMS;

function marker(): string {
  const runtime = Deno.env.get("DENORT_BIN");
  const built = runtime === undefined ? "" : `${Deno.statSync(runtime).mtime?.getTime()}`;
  return [Deno.version.deno, Deno.build.target, recipe, runtime ?? "", built].join("\n");
}

/** Builds both programs, or takes those that an earlier run built the same way. */
export async function buildHellos(): Promise<Record<Hello, string>> {
  const folder = `${dist}/hello`;
  const note = `${folder}/built_with.txt`;
  const paths = { hello: `${folder}/hello`, hello_exit: `${folder}/hello_exit` };
  const wanted = marker();
  if (isPresent(note) && Deno.readTextFileSync(note) === wanted) return paths;
  if (isPresent(folder)) Deno.removeSync(folder, { recursive: true });
  for (const name of ["hello", "hello_exit"] as const) {
    const source = `${folder}/${name}_source`;
    Deno.mkdirSync(source, { recursive: true });
    Deno.writeTextFileSync(`${source}/main.ts`, PROGRAMS[name]);
    const stage = `${folder}/${name}_build`;
    await compileStandalone(await bundle(`${source}/main.ts`, stage), stage, paths[name]);
  }
  Deno.writeTextFileSync(note, wanted);
  return paths;
}
