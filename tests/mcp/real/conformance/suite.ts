/** The published conformance suite as a process. */
import { environment } from "../../launch.ts";
import { scriptOf } from "../servers.ts";

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Scenario -> the checks of it that did not succeed, each with what was said of it. */
export type Outcome = Readonly<Record<string, readonly string[]>>;

function failuresIn(folder: string): readonly string[] {
  const checks: readonly Check[] = JSON.parse(Deno.readTextFileSync(`${folder}/checks.json`));
  return checks.filter(({ status }) => status === "FAILURE" || status === "WARNING")
    .map(({ id, errorMessage = "" }) => `${id}: ${errorMessage}`);
}

/**
 * Runs the suite with these arguments and reads what it found.
 *
 * @throws {Error} when it ran no scenario at all
 */
export async function runSuite(args: readonly string[], output: string): Promise<Outcome> {
  const script = scriptOf("conformance");
  // Its own Node.js would have to be newer than the one that the servers ask for.
  const options = ["run", "-A", "--quiet", "--no-config", "--no-lock", "--node-modules-dir=manual"];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...options, script, ...args, "-o", output],
    cwd: script.slice(0, script.lastIndexOf("/")),
    env: environment(Deno.env.get("HOME") ?? "/"),
    clearEnv: true,
    stdin: "null",
  }).output();
  const found: Record<string, readonly string[]> = {};
  const folders = (() => {
    try {
      return [...Deno.readDirSync(output)].map(({ name }) => name);
    } catch {
      return [];
    }
  })();
  for (const name of folders) {
    const scenario = name.replace(/^server-(?=.)/, "").replace(/-\d{4}-\d\d-\d\dT.*$/, "");
    found[scenario] = failuresIn(`${output}/${name}`);
  }
  if (Object.keys(found).length > 0) return found;
  const decoder = new TextDecoder();
  throw new Error(`No scenario ran\n${decoder.decode(stdout)}${decoder.decode(stderr)}`);
}
