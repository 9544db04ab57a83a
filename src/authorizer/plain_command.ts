/**
 * The quick way for the plainest commands: one program that only reads, words without anything a
 * shell would act on. What such a command names can be told at a glance; everything else is for
 * `command_reach.ts`.
 */
import type { Governance } from "../policy/snapshot.ts";
import { isSealed, sealedDenial } from "./governance.ts";
import { resolvePath } from "./resolve_path.ts";

const readers =
  "ls pwd echo date cat head tail wc stat file whoami id uname true false hostname nl cksum md5sum sha256sum"
    .split(" ");

function isPlainText(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    const isLetter = (code | 32) >= 97 && (code | 32) <= 122;
    // Digits lie between "." and "/" on one side and ":" on the other; the rest: blank, "-", "_".
    if (!isLetter && !(code >= 45 && code <= 57) && code !== 32 && code !== 95) return false;
  }
  return true;
}

/** The program of a line that has one reading in every shell; undefined when it is to be read in full. */
export function plainProgram(line: string): string | undefined {
  const program = isPlainText(line) ? line.split(" ").find((word) => word !== "") : undefined;
  return program !== undefined && readers.includes(program) ? program : undefined;
}

/** True when nothing of this name is there, not even a link: no program can read it. */
function isMissing(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Judges a command line if it is plain enough.
 *
 * @returns false when it has to be looked at in full
 * @throws {Denial} 9007 when it names a sealed file
 */
export function judgePlainCommand(line: string, cwd: string, governance: Governance): boolean {
  if (plainProgram(line) === undefined) return false;
  const words = line.split(" ").filter((word) => word !== "").slice(1);
  if (words.some((word) => /^-.*[^A-Za-z0-9]/.test(word))) return false;
  // The last of several short options may carry a file name.
  const named = words.flatMap((word) =>
    word.startsWith("-") ? [...word].map((_, i) => word.slice(i)).slice(2) : [word]
  );
  for (const word of [".", ...named]) {
    if (!word.includes("/") && isMissing(`${cwd}/${word}`)) continue;
    let path: string;
    try {
      path = resolvePath(cwd, word);
    } catch {
      return false;
    }
    if (isSealed(path, governance)) throw sealedDenial(path);
  }
  return true;
}
