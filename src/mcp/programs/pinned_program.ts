/** What a server's launch leads to on this machine: found once by a person, held to at each start. */
import { jsonDigest } from "../../protocol/canonical_json.ts";
import { thisProgram } from "../../claude/program.ts";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { realPath } from "../../policy/real_path.ts";
import { fileDigest, folderDigest } from "./file_digest.ts";
import { isExecutable } from "./find_program.ts";
import type { Environment } from "./server_environment.ts";
import { resolveCommand, type Resolved } from "./launch_words.ts";
import { changedFolder, pinPackage } from "./node_package.ts";
import type { PinnedFile, PinnedPackage, PinnedProgram } from "./program_pin.ts";

/** The SHA-256 of a launch as the policy has it, hex. */
export function launchDigest(launch: ServerLaunch): string {
  return jsonDigest(launch);
}

function pinFile(path: string): PinnedFile {
  return { path, sha256: fileDigest(path) };
}

/** Modules of Python in one file count as that file. */
function pinModule({ name, folder }: NonNullable<Resolved["module"]>): PinnedPackage | PinnedFile {
  if (!Deno.statSync(folder).isDirectory) return pinFile(folder);
  return { name, version: "", folder, sha256: folderDigest(folder), dependencies: {} };
}

/**
 * Finds what a launch really starts, and digests it. Packages that npx would fetch are fetched.
 *
 * @param environment the variables of the person who trusts the server
 * @throws {Unresolved} when the command cannot be found
 */
export async function resolveProgram(
  launch: ServerLaunch,
  environment: Environment,
): Promise<PinnedProgram> {
  const digest = launchDigest(launch);
  if (launch.kind !== "command") return { launch: digest, command: "", args: [], files: [] };
  const resolved = await resolveCommand(launch, environment);
  const { command, leadsTo, args, packageFolder, module, unpinned } = resolved;
  const files = [...new Set(resolved.files)].map(pinFile);
  const pinnedModule = module === undefined ? undefined : pinModule(module);
  if (pinnedModule !== undefined && "path" in pinnedModule) files.push(pinnedModule);
  const folder = pinnedModule !== undefined && "folder" in pinnedModule ? pinnedModule : undefined;
  const pinned = packageFolder === undefined ? folder : pinPackage(packageFolder);
  return {
    launch: digest,
    command,
    ...(leadsTo === undefined ? {} : { leadsTo }),
    args,
    files,
    ...(pinned === undefined ? {} : { package: pinned }),
    ...(unpinned.length === 0 ? {} : { unpinned }),
  };
}

/** What is not as it was pinned, in a sentence without its end; undefined when nothing is. */
export function programChange(program: PinnedProgram, launch: ServerLaunch): string | undefined {
  if (program.launch !== launchDigest(launch)) return "the policy starts it in another way";
  const { command, leadsTo, files } = program;
  try {
    if (command !== "" && !isExecutable(command)) return `there is no program ${command} any more`;
    if (leadsTo !== undefined && realPath(command) !== leadsTo) {
      return `${command} no longer leads to ${leadsTo}`;
    }
    for (const { path, sha256 } of files) {
      if (realPath(path) !== path) return `${path} is a link now`;
      if (fileDigest(path) !== sha256) return `${path} has changed`;
    }
    const folder = program.package === undefined ? undefined : changedFolder(program.package);
    return folder === undefined ? undefined : `the package in ${folder} has changed`;
  } catch (error) {
    return error instanceof Error ? error.message : "it cannot be read";
  }
}

/** The command line that starts a pinned server. Not for servers over HTTP. */
export function commandLine(
  { command, args }: Pick<PinnedProgram, "command" | "args">,
  launch: ServerLaunch,
): { readonly command: string; readonly args: readonly string[] } {
  if (launch.kind !== "bundled") return { command, args };
  const program = thisProgram();
  return {
    command: program.command,
    args: [...program.args, `_${launch.name}`, "--folder", launch.folder],
  };
}
