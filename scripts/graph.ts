import { deno } from "./workspace.ts";

/** One import of a module, as Deno's own parser reports it. */
export interface Import {
  /** As it stands in the source. */
  readonly specifier: string;
  /** The address the import resolves to: `file:`, `node:` or `npm:`. */
  readonly to: string;
  /** `import(…)` rather than a statement at the top. */
  readonly dynamic: boolean;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
}

/** A module: its address, its size in bytes and what it imports. */
export interface Module {
  readonly address: string;
  readonly size: number;
  readonly imports: readonly Import[];
}

interface InfoModule {
  readonly specifier: string;
  readonly size?: number;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string; readonly error?: string };
    readonly type?: { readonly specifier?: string; readonly error?: string };
    readonly isDynamic?: boolean;
  }[];
}

function toModule(info: InfoModule): Module {
  if (info.error !== undefined) throw new Error(`${info.specifier}: ${info.error}`);
  const imports = (info.dependencies ?? []).map((dependency) => {
    const { code, type, specifier, isDynamic } = dependency;
    const to = code?.specifier ?? type?.specifier;
    if (to === undefined) {
      throw new Error(`${info.specifier}: ${code?.error ?? type?.error ?? specifier}`);
    }
    return { specifier, to, dynamic: isDynamic === true, typeOnly: code === undefined };
  });
  return { address: info.specifier, size: info.size ?? 0, imports };
}

/** The modules reached from `entry` (a path or an address), statically and dynamically. */
export async function moduleGraph(
  entry: string,
  options: readonly string[] = [],
): Promise<Module[]> {
  const { code, stdout, stderr } = await deno(["info", "--json", ...options, entry]);
  if (code !== 0) throw new Error(`deno info ${entry} failed:\n${stderr.trim()}`);
  const info = JSON.parse(stdout) as { modules: InfoModule[] };
  return info.modules.map(toModule);
}

/** The addresses that are loaded together with `entry`: it and all it imports statically. */
export function staticClosure(graph: readonly Module[], entry: string): Set<string> {
  const byAddress = new Map(graph.map((module) => [module.address, module]));
  const reached = new Set([entry]);
  for (const address of reached) {
    for (const { to, dynamic, typeOnly } of byAddress.get(address)?.imports ?? []) {
      if (!dynamic && !typeOnly) reached.add(to);
    }
  }
  return reached;
}
