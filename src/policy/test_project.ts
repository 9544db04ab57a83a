/** Throw-away projects for the tests of this room. */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

export interface TestProject {
  /** Free of links. */
  readonly root: string;
  write(path: string, text: string | Uint8Array): void;
}

/** Runs `body` in a fresh directory with these files, which is removed afterwards. */
export async function withProject(
  files: { readonly [path: string]: string },
  body: (project: TestProject) => void | Promise<void>,
): Promise<void> {
  const root = realpathSync(Deno.makeTempDirSync({ prefix: "policy_room_" }));
  const write = (path: string, text: string | Uint8Array) => {
    Deno.mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof text === "string") Deno.writeTextFileSync(join(root, path), text);
    else Deno.writeFileSync(join(root, path), text);
  };
  try {
    for (const [path, text] of Object.entries(files)) write(path, text);
    await body({ root, write });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}
