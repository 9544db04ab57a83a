/**
 * The authorizer as a classic script with its bytecode beside it. Parsing and compiling it took
 * longer than deciding a call; the bytecode is made once, by the very runtime and flags that will use
 * it, and lies inside the built file like the source. Unlike the runtime's own code cache nothing
 * outside the file is read. Where the bytecode does not fit, V8 refuses it and compiles the source.
 */
import { basename } from "node:path";
import { compileStandalone } from "./standalone.ts";
import { isPresent } from "./workspace.ts";

const name = "pipeline";

/** The module that stands where the core was: it runs the script and exports what that exports. */
function loader(more = ""): string {
  return [
    `import { Script } from "node:vm";`,
    `const at = import.meta.dirname;`,
    `const source = Deno.readTextFileSync(at + "/${name}.txt");`,
    `let cachedData;`,
    `try { cachedData = Deno.readFileSync(at + "/${name}.bytecode"); } catch {}`,
    `const script = new Script(source, { filename: "${name}.js", cachedData });`,
    `const module = { exports: {} };`,
    `script.runInThisContext()(module, process.getBuiltinModule, (chunk) => import(chunk));`,
    `export const { authorize } = module.exports;`,
    more,
  ].join("\n");
}

/** Turns the CommonJS chunk at `path` into the script, and the chunk into its loader. */
export function makeScript(path: string): void {
  const text = Deno.readTextFileSync(path);
  const folder = path.slice(0, -basename(path).length - 1);
  if (basename(path) !== `${name}.js`) throw new Error(`The core is ${path}, not ${name}`);
  // A script has no `import()` of its own; the loader's is given to it.
  const script = `(function(module,require,load){${text.replaceAll("import(", "load(")}\n})`;
  Deno.writeTextFileSync(`${folder}/${name}.txt`, script);
  Deno.writeTextFileSync(path, loader());
}

/** The size of the script in a folder, bytecode included; 0 when there is none. */
export function scriptBytes(folder: string): number {
  return [`${folder}/${name}.txt`, `${folder}/${name}.bytecode`]
    .filter(isPresent)
    .reduce((sum, path) => sum + Deno.statSync(path).size, 0);
}

/** Calls whose functions the bytecode should hold: what most calls need. */
const calls = [
  ["Read", { file_path: "sandbox/notes.txt" }],
  ["Read", { file_path: "/etc/hosts" }],
  ["Bash", { command: "ls -la sandbox" }],
  ["Bash", { command: "ls; id" }],
  ["WebFetch", { url: "https://example.com/a" }],
  ["Unlisted", {}],
] as const;

const policy = `enforce:
  Read: "subpath:{sandbox}"
  Bash: "shlex:ls"
  WebFetch:
    domains: [example.com, "*.example.com"]
`;

/** Judges the calls in a project of its own, then writes the bytecode, or says whether it was used. */
function maker(): string {
  return `
import { runCommand } from "./run.js";
import { authorize, script } from "./${name}.js";
const [out] = Deno.args;
if (out === undefined) {
  console.log(script.cachedDataRejected === false ? "used" : "refused");
  Deno.exit(0);
}
await runCommand(["init"]);
const project = Deno.cwd();
const root = Deno.readTextFileSync(".state/issuer_pub.hex").trim();
for (const [tool, input] of ${JSON.stringify(calls)}) {
  const answer = await authorize({
    locate: () => ({ project, root }),
    decode: () => ({ door: "hook", tool, input, cwd: project }),
  });
  console.log(tool, answer.verdict, answer.reason);
}
Deno.writeFileSync(out, script.createCachedData());
Deno.exit(0);
`;
}

/** Runs a program in an empty environment and returns what it printed. */
async function run(path: string, args: readonly string[], cwd: string): Promise<string> {
  const options = { args: [...args], cwd, clearEnv: true, env: { HOME: cwd } };
  const { code, stdout, stderr } = await new Deno.Command(path, options).output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0) throw new Error(`The bytecode maker failed: ${new TextDecoder().decode(stderr)}`);
  return text;
}

/**
 * Makes the bytecode of the script among the chunks in `folder`, with the runtime that the product
 * gets, and sees that this runtime accepts it.
 *
 * @throws {Error} when it does not
 */
export async function makeBytecode(folder: string): Promise<void> {
  const work = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-build-" }));
  const stage = `${work}/stage/src/bundle`;
  const project = `${work}/project`;
  try {
    Deno.mkdirSync(stage, { recursive: true });
    Deno.mkdirSync(`${project}/sandbox`, { recursive: true });
    Deno.writeTextFileSync(`${project}/tenuo.yaml`, policy);
    Deno.writeTextFileSync(`${project}/sandbox/notes.txt`, "Notes\n");
    for (const { name: file } of Deno.readDirSync(folder)) {
      Deno.copyFileSync(`${folder}/${file}`, `${stage}/${file}`);
    }
    Deno.writeTextFileSync(`${stage}/${name}.js`, loader("export { script };"));
    Deno.writeTextFileSync(`${stage}/maker.js`, maker());
    const build = () => compileStandalone(`${stage}/maker.js`, `${work}/stage`, `${work}/maker`);
    await build();
    const verdicts = await run(`${work}/maker`, [`${stage}/${name}.bytecode`], project);
    const found = verdicts.match(/ (allow|deny) /g)?.map((verdict) => verdict.trim());
    if (found?.join() !== "allow,deny,allow,deny,allow,deny") {
      throw new Error(`The calls for the bytecode went otherwise:\n${verdicts}`);
    }
    await build();
    if ((await run(`${work}/maker`, [], project)).trim() !== "used") {
      throw new Error("The runtime refuses the bytecode it made");
    }
    Deno.copyFileSync(`${stage}/${name}.bytecode`, `${folder}/${name}.bytecode`);
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}
