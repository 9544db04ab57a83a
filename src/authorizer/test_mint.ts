/** A project to mint for, in the tests of this room. */
import { compilePolicy } from "../policy/compile.ts";
import { loadPolicy } from "../policy/load.ts";
import { resolveSandbox } from "../policy/sandbox.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { newAuthority } from "./mint.ts";

export interface Ground {
  readonly project: string;
  compile(policy: string, change?: Partial<Snapshot>): Promise<Snapshot>;
}

/** Runs `body` in a fresh project, which is removed afterwards. */
export async function inProject(body: (ground: Ground) => void | Promise<void>): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "mint_" }));
  const [project, home] = [`${root}/project`, `${root}/home`];
  Deno.mkdirSync(`${project}/sandbox`, { recursive: true });
  Deno.mkdirSync(home);
  const authority = newAuthority();
  const compile = async (text: string, change: Partial<Snapshot> = {}) => {
    Deno.writeTextFileSync(`${project}/tenuo.yaml`, text);
    const policy = await loadPolicy(project);
    const stateDir = `${project}/.state`;
    const { snapshot } = await compilePolicy(policy, {
      project,
      home,
      stateDir,
      binary: "/opt/tenuo-claude",
      sources: [],
      authority,
      serial: 1,
      issuedAt: 1,
      sandboxRealPath: resolveSandbox(policy, { project, stateDir }),
    });
    return { ...snapshot, ...change };
  };
  try {
    await body({ project, compile });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/** One rule of each kind. */
export const base = `
allow: [mcp__x__y]
enforce:
  Read: subpath:{sandbox}
  Bash: shlex:ls,cat
  WebSearch: regex:^tenuo
  WebFetch: { domains: ["api.github.com", "*.tenuo.ai"] }
mcp: { enforce: { page: { args: { limit: "range:1,100" } } } }
`;
