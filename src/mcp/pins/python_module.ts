/** Where Python finds a module. */
import { dirname } from "node:path";
import { answerOf, type Environment } from "./find_program.ts";

const program = "import importlib.util as u,sys;s=u.find_spec(sys.argv[1]);" +
  "print(s.origin or list(s.submodule_search_locations)[0])";

/**
 * The folder of a package, or the file of a module that stands alone; undefined when Python cannot
 * tell.
 *
 * @param python absolute
 * @param name may be dotted; the whole package counts
 */
export async function moduleFolder(
  python: string,
  name: string,
  cwd: string,
  environment: Environment,
): Promise<string | undefined> {
  const [top = ""] = name.split(".");
  if (!/^\w+$/.test(top)) return undefined;
  const args = ["-c", program, top];
  const question = { command: python, args, cwd, environment, milliseconds: 20_000 };
  const origin = await answerOf(question);
  if (origin === undefined || !origin.startsWith("/")) return undefined;
  try {
    const path = Deno.realPathSync(origin);
    return path.endsWith("/__init__.py") ? dirname(path) : path;
  } catch {
    return undefined;
  }
}
