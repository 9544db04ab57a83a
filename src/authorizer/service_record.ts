/** `.state/service.state`: which process serves the project, and where. */
import { statePath } from "../state/layout.ts";
import { readRegularText, UnsafeFile } from "../state/read_file.ts";
import { writeAtomic } from "../state/write_file.ts";

export interface ServiceRecord {
  readonly pid: number;
  readonly port: number;
  /** Path of the Unix socket. */
  readonly socket: string;
  /** ISO 8601. */
  readonly started: string;
}

function isRecord(value: unknown): value is ServiceRecord {
  if (typeof value !== "object" || value === null) return false;
  const { pid, port, socket, started } = value as Record<string, unknown>;
  return Number.isSafeInteger(pid) && (pid as number) > 1 && Number.isSafeInteger(port) &&
    typeof socket === "string" && socket.startsWith("/") && typeof started === "string";
}

/** What is recorded; undefined when nothing usable is. */
export function readRecord(project: string): ServiceRecord | undefined {
  try {
    const value: unknown = JSON.parse(readRegularText(statePath(project, "service"), 4096));
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof UnsafeFile || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function writeRecord(project: string, record: ServiceRecord): void {
  writeAtomic(statePath(project, "service"), `${JSON.stringify(record)}\n`, 0o600);
}

/** Removes a file that may be gone already. Returns whether it was there. */
export function removeLeftover(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
