/**
 * `.state/service.log`. Its lock is also what makes a service the only one of its project: the
 * system releases it when the process ends, however that happens, so it is never stale.
 */
import { statePath } from "../state/layout.ts";
import { openRegular, UnsafeFile } from "../state/read_file.ts";

const keptBytes = 1 << 20;
const pollMilliseconds = 50;

/** The log of the one service that holds it. */
export interface ServiceLog {
  readonly write: (kind: "info" | "error", text: string) => void;
  /** Ends the service's claim. */
  readonly close: () => void;
}

function open(project: string): Deno.FsFile {
  const path = statePath(project, "serviceLog");
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  return openRegular(path, { read: true, append: true }).file;
}

function writeLine(file: Deno.FsFile, kind: string, text: string): void {
  const line = text.replace(/\s+/g, " ").slice(0, 1000);
  try {
    file.writeSync(new TextEncoder().encode(`${new Date().toISOString()} ${kind} ${line}\n`));
  } catch {
    // A full disk must not end the service.
  }
}

/** Claims the project for this process; undefined when another one keeps it. */
export async function claimLog(
  project: string,
  milliseconds: number,
): Promise<ServiceLog | undefined> {
  const file = open(project);
  const deadline = performance.now() + milliseconds;
  while (!file.tryLockSync(true)) {
    if (performance.now() > deadline) {
      file.close();
      return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  if (file.statSync().size > keptBytes) file.truncateSync(0);
  return {
    write: (kind, text) => writeLine(file, kind, text),
    close: () => file.close(),
  };
}

/** True when some process serves the project, whether it answers or not. */
export function isClaimed(project: string): boolean {
  let file: Deno.FsFile;
  try {
    ({ file } = openRegular(statePath(project, "serviceLog"), { read: true, write: true }));
  } catch (error) {
    if (error instanceof UnsafeFile && error.missing) return false;
    throw error;
  }
  try {
    return !file.tryLockSync(true);
  } finally {
    file.close();
  }
}

/** The size of the log, to read later what was written from here on. */
export function logSize(project: string): number {
  try {
    return Deno.lstatSync(statePath(project, "serviceLog")).size;
  } catch {
    return 0;
  }
}

/** The last error that was logged after the first `size` bytes. */
export function lastError(project: string, size: number): string | undefined {
  try {
    const text = Deno.readTextFileSync(statePath(project, "serviceLog"));
    // A log that was cut meanwhile is read whole.
    const lines = (text.length >= size ? text.slice(size) : text).split("\n");
    return lines.map((line) => /^\S+ error (.*)$/.exec(line)?.[1]).findLast((line) => line);
  } catch {
    return undefined;
  }
}
