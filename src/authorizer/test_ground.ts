/** A directory tree with governance files, for the tests of what commands and searches reach. */
import { governanceOf } from "../policy/governance.ts";
import type { Governance } from "../policy/snapshot.ts";

export interface Ground {
  readonly project: string;
  readonly home: string;
  readonly governance: Governance;
}

const files = [
  "project/tenuo.yaml",
  "project/README.md",
  "project/.gitignore",
  "project/.claude/settings.json",
  "project/.state/issuer_key.b64",
  "project/.state/holder_key.b64",
  "project/.state/.rgignore",
  "project/bin/tenuo-claude",
  "project/src/a.ts",
  "project/src/b.ts",
  "project/src/inner/d.ts",
  "project/tests/c.ts",
  "project/docs/x.md",
  "project/evil/tenuo.yaml",
  "project/evil/settings.json",
  "project/evil/.claude/settings.json",
  "project/links/deep/file",
  "home/.tenuo/admin.env",
  "home/.claude/settings.json",
  "home/.claude.json",
];

const links: readonly (readonly [name: string, to: string])[] = [
  ["project/links/link", "../.state"],
  ["project/links/key_link", "../.state/issuer_key.b64"],
  ["project/links/up", "../.."],
  ["project/links/deep/link", "../../.state"],
  ["project/links/there", "../src/inner"],
  ["project/evil/linked.yaml", "../src/a.ts"],
];

/** Runs `body` in a fresh tree, which is removed afterwards. */
export async function withGround(body: (ground: Ground) => void | Promise<void>): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ground_" }));
  try {
    for (const file of files) {
      const path = `${root}/${file}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, `${file}\n`);
    }
    for (const [name, to] of links) Deno.symlinkSync(to, `${root}/${name}`);
    const [project, home] = [`${root}/project`, `${root}/home`];
    const governance = governanceOf({
      project,
      home,
      stateDir: `${project}/.state`,
      binary: `${project}/bin/tenuo-claude`,
      sources: [],
    });
    await body({ project, home, governance });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}
