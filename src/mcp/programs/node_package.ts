/** Packages of node as they lie on the disk: whose a file is, what it depends on, their digests. */
import { parseJson } from "../../protocol/json_reader.ts";
import { fileDigest, folderDigest } from "./file_digest.ts";
import type { PinnedPackage } from "./program_pin.ts";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Command -> script, relative to the package's folder. */
  readonly bin: ReadonlyMap<string, string>;
  /** What it may load, by name. */
  readonly dependencies: readonly string[];
}

const manifestLimit = 4 << 20;
const maxPackages = 5000;

function record(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The name of a package without its scope. */
export function plainName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** What the `package.json` of a folder says; undefined when there is none that can be read. */
export function readManifest(folder: string): Manifest | undefined {
  let value: unknown;
  try {
    const path = `${folder}/package.json`;
    if (Deno.statSync(path).size > manifestLimit) return undefined;
    value = parseJson(Deno.readTextFileSync(path)).value;
  } catch {
    return undefined;
  }
  const { name, version, bin, ...rest } = record(value);
  const commands = typeof bin === "string" ? { [plainName(text(name))]: bin } : record(bin);
  const kinds = [
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
  ];
  return {
    name: text(name),
    version: text(version),
    bin: new Map(Object.entries(commands).map(([command, script]) => [command, text(script)])),
    dependencies: [...new Set(kinds.flatMap((kind) => Object.keys(record(rest[kind]))))].sort(),
  };
}

/** The folder of the package a path lies in, when that is an installed one. @param path link-free */
export function installedFolder(path: string): string | undefined {
  const folders = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/.][^/]*)\//.exec(path);
  return folders?.[1];
}

function placeOf(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** Where node finds a package that a file in `folder` names: mostly a folder, but files come first. */
function folderOf(name: string, folder: string): string | undefined {
  for (let at = folder;; at = at.slice(0, at.lastIndexOf("/"))) {
    if (!at.endsWith("/node_modules")) {
      const path = `${at}/node_modules/${name}`;
      // Packages may bear such names too, as bn and bn.js do.
      const file = ["js", "json", "node"].map((ending) => placeOf(`${path}.${ending}`))
        .find((one) => one !== undefined && Deno.statSync(one).isFile);
      const found = file ?? placeOf(path);
      if (found !== undefined) return found;
    }
    if (at === "") return undefined;
  }
}

function digestOf(path: string): string {
  return Deno.statSync(path).isDirectory ? folderDigest(path) : fileDigest(path);
}

/** The folders of everything that the package in `folder` depends on, at any remove, sorted. */
function dependencyFolders(folder: string): string[] {
  const found = new Set<string>([folder]);
  for (const at of found) {
    for (const name of readManifest(at)?.dependencies ?? []) {
      const other = folderOf(name, at);
      if (other !== undefined) found.add(other);
    }
    if (found.size > maxPackages) throw new Error(`${folder} depends on too many packages`);
  }
  found.delete(folder);
  return [...found].sort();
}

/** Digests a package and all it depends on. @param folder absolute, free of links */
export function pinPackage(folder: string): PinnedPackage {
  const { name = "", version = "" } = readManifest(folder) ?? {};
  const dependencies = dependencyFolders(folder).map((one) => [one, digestOf(one)] as const);
  return {
    name,
    version,
    folder,
    sha256: folderDigest(folder),
    dependencies: Object.fromEntries(dependencies),
  };
}

/** The first folder of a pinned package that is not as it was; undefined when all are. */
export function changedFolder(pinned: PinnedPackage): string | undefined {
  const now = dependencyFolders(pinned.folder);
  const held = Object.keys(pinned.dependencies);
  const differs = (folder: string, digest: string | undefined) => {
    try {
      return digest === undefined || digestOf(folder) !== digest;
    } catch {
      return true;
    }
  };
  if (differs(pinned.folder, pinned.sha256)) return pinned.folder;
  return [...new Set([...now, ...held])].find((folder) =>
    !now.includes(folder) || differs(folder, pinned.dependencies[folder])
  );
}
