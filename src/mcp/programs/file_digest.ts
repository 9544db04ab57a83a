/** Digests of files and of folders, as cheap as reading them. */
import { createHash } from "node:crypto";
import { openRegular } from "../../state/read_file.ts";

/** What Python compiles on its own, and the history of a package that is linked. */
const leftOut: ReadonlySet<string> = new Set(["__pycache__", ".git"]);
/** Other packages, which count by themselves; further down they would be found before those. */
const packages = "/node_modules";

const chunk = new Uint8Array(1 << 20);

/**
 * The SHA-256 of a regular file's bytes, hex.
 *
 * @throws {UnsafeFile} for what is missing, a link or no file
 */
export function fileDigest(path: string): string {
  const { file } = openRegular(path, { read: true });
  try {
    const hash = createHash("sha256");
    for (;;) {
      const count = file.readSync(chunk);
      if (count === null) return hash.digest("hex");
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    file.close();
  }
}

/**
 * The SHA-256 over the names and bytes of everything below a folder, hex. Links count by where they
 * point, and some folders not at all.
 *
 * @throws when something below cannot be read
 */
export function folderDigest(folder: string): string {
  const hash = createHash("sha256");
  const walk = (below: string): void => {
    const entries = [...Deno.readDirSync(`${folder}${below}`)];
    for (const { name, isFile, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = `${below}/${name}`;
      if (isDirectory) {
        if (!leftOut.has(name) && path !== packages) walk(path);
        continue;
      }
      const what = isFile ? fileDigest(`${folder}${path}`) : linkTarget(`${folder}${path}`);
      hash.update(`${JSON.stringify(path)} ${what}\n`);
    }
  };
  walk("");
  return hash.digest("hex");
}

/** What neither is a file nor a link can carry no code. */
function linkTarget(path: string): string {
  try {
    return JSON.stringify(Deno.readLinkSync(path));
  } catch {
    return "other";
  }
}
