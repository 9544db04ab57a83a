/**
 * Parts of the authorizer as classic scripts with their bytecode beside them. Parsing and compiling
 * them took longer than deciding a call; the bytecode is made once, by the very runtime and flags that
 * will use it, and lies inside the built file like the source. Unlike the runtime's own code cache
 * nothing outside the file is read. Where the bytecode does not fit, V8 refuses it and compiles the
 * source.
 */
import { basename } from "node:path";
import { compress } from "./archive.ts";
import { exportsOf } from "./chunk_loader.ts";
import { compileStandalone } from "./standalone.ts";
import { isPresent } from "./workspace.ts";

/** The script that every call needs. */
const core = "pipeline";
/** Scripts that many calls need: the structured form for commands, and what commands reach. */
const others = ["judge_command", "command_reach"];

/** The modules that become scripts, by their names. */
export const scripts: readonly string[] = [core, ...others];

/** The module that stands where a script's was: it runs the script and exports what that exports. */
function loader(name: string, exported: readonly string[]): string {
  return [
    `import { Script } from "node:vm";`,
    `const at = import.meta.dirname;`,
    `const source = Deno.readTextFileSync(at + "/${name}.txt");`,
    `let cachedData;`,
    `try { cachedData = Deno.readFileSync(at + "/${name}.bytecode"); } catch {}`,
    `const script = new Script(source, { filename: "${name}.js", cachedData });`,
    `const module = { exports: {} };`,
    `script.runInThisContext()(module, process.getBuiltinModule, (chunk) => import(chunk));`,
    `export const { ${exported.join(", ")} } = module.exports;`,
  ].join("\n");
}

/** Turns the CommonJS chunk at `path` into a script, and the chunk into its loader. */
export function makeScript(path: string): void {
  const text = Deno.readTextFileSync(path);
  const [folder, name] = [path.slice(0, -basename(path).length - 1), basename(path, ".js")];
  if (!scripts.includes(name)) throw new Error(`${path} is none of ${scripts.join(", ")}`);
  // A script has no `import()` of its own; the loader's is given to it.
  const script = `(function(module,require,load){${text.replaceAll("import(", "load(")}\n})`;
  Deno.writeTextFileSync(`${folder}/${name}.txt`, script);
  Deno.writeTextFileSync(path, loader(name, exportsOf(path, text)));
}

/** The size of the script that every call loads, bytecode included; 0 when there is none. */
export function scriptBytes(folder: string): number {
  return [`${folder}/${core}.txt`, `${folder}/${core}.bytecode`]
    .filter(isPresent)
    .reduce((sum, path) => sum + Deno.statSync(path).size, 0);
}

/** Calls whose functions the bytecode should hold: what most calls need. */
const calls: readonly (readonly [string, Record<string, string>, "allow" | "deny"])[] = [
  ["Read", { file_path: "sandbox/notes.txt" }, "allow"],
  ["Read", { file_path: "/etc/hosts" }, "deny"],
  ["Monitor", { command: "ls -la sandbox" }, "allow"],
  ["Monitor", { command: "ls; id" }, "deny"],
  ["Bash", { command: "ls -la sandbox" }, "allow"],
  ["Bash", { command: "grep -rn 'a b' sandbox | head -n 5 && git status" }, "allow"],
  ["Bash", { command: "cat /etc/hosts" }, "deny"],
  ["WebFetch", { url: "https://example.com/a" }, "allow"],
  ["Unlisted", {}, "deny"],
];

const policy = `enforce:
  Read: "subpath:{sandbox}"
  Monitor: "shlex:ls"
  Bash:
    verbs:
      ls: { paths: "{sandbox}" }
      cat: { paths: "{sandbox}" }
      grep: { paths: "{sandbox}" }
      head: { paths: "{sandbox}" }
      git: { subcommands: [status] }
    compose: [pipe, and]
  WebFetch:
    domains: [example.com, "*.example.com"]
`;

/** Judges the calls in a project of its own, then writes the bytecode, or says what was used. */
function maker(): string {
  const imports = others.map((name) => `import { script as ${name} } from "./${name}.js";`);
  return `
import { runCommand } from "./run.js";
import { compiled, load, withBytecode } from "./packed.js";
import { authorize, script as ${core} } from "./${core}.js";
${imports.join("\n")}
const scripts = new Map(Object.entries({ ${scripts.join(", ")} }));
for (const name of withBytecode) load(name);
const [out] = Deno.args;
function write(scripts) {
  for (const [name, script] of scripts) {
    Deno.writeFileSync(out + "/" + name + ".bytecode", script.createCachedData());
  }
}
if (out === undefined) {
  const all = [...scripts, ...compiled];
  const refused = all.filter(([, one]) => one.cachedDataRejected !== false);
  console.log(refused.length === 0 ? "used" : refused.map(([name]) => name).join());
  Deno.exit(0);
}
write(compiled); // before they do anything: what is done once is not worth the bytes
await runCommand(["init"]);
const project = Deno.cwd();
const root = Deno.readTextFileSync(".state/issuer_pub.hex").trim();
for (const [tool, input, verdict] of ${JSON.stringify(calls)}) {
  const answer = await authorize({
    locate: () => ({ project, root }),
    decode: () => ({ door: "hook", tool, input, cwd: project }),
  });
  if (answer.verdict !== verdict) console.log("otherwise:", tool, JSON.stringify(input), answer);
}
write(scripts);
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
 * Makes the bytecode of the scripts among the chunks in `folder`, with the runtime that the product
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
    for (const name of scripts) {
      const chunk = `${stage}/${name}.js`;
      Deno.writeTextFileSync(chunk, `${Deno.readTextFileSync(chunk)}\nexport { script };`);
    }
    Deno.writeTextFileSync(`${stage}/maker.js`, maker());
    const build = () => compileStandalone(`${stage}/maker.js`, `${work}/stage`, `${work}/maker`);
    await build();
    const printed = await run(`${work}/maker`, [stage], project);
    if (printed.includes("otherwise:")) throw new Error(`Calls for the bytecode went ${printed}`);
    const packed = [...Deno.readDirSync(stage)].map(({ name }) =>
      /^(.+)\.bytecode$/.exec(name)?.[1]
    )
      .filter((name) => name !== undefined && !scripts.includes(name));
    for (const name of packed) {
      const bytes = Deno.readFileSync(`${stage}/${name}.bytecode`);
      Deno.removeSync(`${stage}/${name}.bytecode`);
      Deno.writeFileSync(`${stage}/${name}.bytecode.packed`, compress(bytes));
    }
    await build();
    const unused = (await run(`${work}/maker`, [], project)).trim();
    if (unused !== "used") throw new Error(`The runtime refuses its own bytecode: ${unused}`);
    for (const name of scripts) {
      Deno.copyFileSync(`${stage}/${name}.bytecode`, `${folder}/${name}.bytecode`);
    }
    for (const name of packed) {
      const file = `${name}.bytecode.packed`;
      Deno.copyFileSync(`${stage}/${file}`, `${folder}/${file}`);
    }
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}
