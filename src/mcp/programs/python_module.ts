/** Where Python finds a module when a server is started. */
import { dirname } from "node:path";
import { answerOf } from "./find_program.ts";
import type { Environment } from "./server_environment.ts";

// What lies in the folder it is started in must not run here: the standard library is loaded first.
const program = "import sys;p=[x for x in sys.path if x];sys.path[:]=p;" +
  "import importlib.util as u;f=sys.flags;s=getattr(f,'safe_path',False);" +
  "sys.path[:]=([] if s or f.isolated else sys.argv[2:])+p;m=u.find_spec(sys.argv[1]);" +
  "print(m.origin or list(m.submodule_search_locations)[0]);" +
  "print('isolated' if s or f.isolated else 'safe' if hasattr(f,'safe_path') else 'first')";

export interface FoundModule {
  /** The folder of a package, or the file of a module that stands alone. */
  readonly folder: string;
  /**
   * Whether Python looks for modules in the first folder that it was told: `isolated` never, `safe`
   * not when it is started with -P, `first` always.
   */
  readonly looks: "isolated" | "safe" | "first";
  /** It lies in that very folder. */
  readonly isThere: boolean;
}

export interface PythonQuestion {
  /** Absolute. */
  readonly python: string;
  /** Options that decide where Python looks. */
  readonly options?: readonly string[];
  /** May be dotted; the whole package counts. */
  readonly name: string;
  /** Where Python looks first. */
  readonly first: string;
  readonly cwd: string;
  /** Those the server is started with. */
  readonly environment: Environment;
}

/** Undefined when Python cannot tell. */
export async function findModule(question: PythonQuestion): Promise<FoundModule | undefined> {
  const { python, options = [], name, first, cwd, environment } = question;
  const [top = ""] = name.split(".");
  if (!/^\w+$/.test(top)) return undefined;
  const args = [...options, "-c", program, top, first];
  const milliseconds = 20_000;
  const answer = await answerOf({ command: python, args, cwd, environment, milliseconds });
  const [origin = "", looks = "first"] = answer?.split("\n") ?? [];
  if (!origin.startsWith("/")) return undefined;
  try {
    const path = Deno.realPathSync(origin);
    return {
      folder: path.endsWith("/__init__.py") ? dirname(path) : path,
      looks: looks as FoundModule["looks"],
      isThere: [origin, dirname(origin)].some((one) => dirname(one) === first),
    };
  } catch {
    return undefined;
  }
}
