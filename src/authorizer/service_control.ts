/**
 * Starting and stopping a project's service from outside. A process is ended only after the socket
 * answered with its pid and this project, never because a file names it.
 */
import { thisProgram } from "../claude/program.ts";
import { statePath } from "../state/layout.ts";
import { ask, askStatus, type ServiceStatus, Unreachable } from "./service_client.ts";
import { isClaimed, lastError, logSize } from "./service_log.ts";
import { readRecord, removeLeftover, type ServiceRecord } from "./service_record.ts";
import { UnsafeSocket } from "./service_socket.ts";

/** What became of a project's service. */
export type Found =
  | { readonly kind: "up"; readonly record: ServiceRecord; readonly status: ServiceStatus }
  /** A process holds the project's place, but it does not prove to be the recorded service. */
  | { readonly kind: "mute"; readonly pid?: number }
  /** None; `stale` when one left files behind. */
  | { readonly kind: "down"; readonly stale: boolean };

export interface StartOptions {
  readonly project: string;
  /** The pinned root's public key, hex. */
  readonly root: string;
  readonly port: number;
  readonly version: string;
}

export type Started = Extract<Found, { kind: "up" }> & { readonly isNew: boolean };

/** Something about the service that a person can mend. */
export class ServiceError extends Error {}

const answerMilliseconds = 2000;
const startMilliseconds = 10_000;
const stopMilliseconds = 8000;
const settleMilliseconds = 3000;
const pollMilliseconds = 50;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
}

function muteError({ pid }: { readonly pid?: number }): ServiceError {
  const who = pid === undefined ? "A process" : `A process (recorded pid ${pid})`;
  return new ServiceError(
    `${who} holds this project's service log but does not answer; it was left alone`,
  );
}

/** Looks for the service of a project. */
export async function findService(project: string): Promise<Found> {
  const record = readRecord(project);
  if (record !== undefined) {
    try {
      const status = await askStatus(
        { transport: "unix", path: record.socket },
        answerMilliseconds,
      );
      if (status?.project === project && status.pid === record.pid) {
        return { kind: "up", record, status };
      }
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof UnsafeSocket)) throw error;
    }
  }
  if (isClaimed(project)) {
    return { kind: "mute", ...(record === undefined ? {} : { pid: record.pid }) };
  }
  let stale = false;
  try {
    Deno.lstatSync(statePath(project, "service"));
    stale = true;
  } catch {
    // Nothing is left behind.
  }
  return { kind: "down", stale };
}

function spawn({ project, root, port }: StartOptions): Deno.ChildProcess {
  const program = thisProgram();
  const own = ["_serve", "--project", project, "--root", root, "--port", String(port)];
  const main = program.args.length - 1;
  const args = program.kind === "compiled" ? own : [
    ...program.args.slice(0, main),
    "--allow-sys",
    ...program.args.slice(main),
    ...own,
  ];
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  // A session of its own: it outlives the terminal. Its directory must not keep a disk busy.
  return new Deno.Command(program.command, { args, cwd: "/", detached: true, ...streams }).spawn();
}

async function isHealthy(record: ServiceRecord): Promise<boolean> {
  try {
    const { status } = await ask({ transport: "unix", path: record.socket }, "/health");
    return status === 200;
  } catch {
    return false;
  }
}

/**
 * Starts the service in the background and waits until it is healthy. One that runs already stays,
 * unless it is of another version or root.
 *
 * @throws {ServiceError}
 */
export async function bringUp(options: StartOptions): Promise<Started> {
  const { project, root, version } = options;
  const before = await findService(project);
  if (before.kind === "up") {
    const { status } = before;
    if (status.root === root && status.version === version) return { ...before, isNew: false };
    await takeDown(project);
  }
  const size = logSize(project);
  const child = spawn(options);
  child.unref();
  let ended = false;
  child.status.then(() => ended = true);
  const deadline = performance.now() + startMilliseconds;
  while (performance.now() < deadline) {
    const found = await findService(project);
    if (found.kind === "up" && await isHealthy(found.record)) {
      const isNew = found.record.pid === child.pid;
      // Somebody else was faster: ours must not wait for its turn.
      if (!isNew && !ended) child.kill("SIGKILL");
      return { ...found, isNew };
    }
    if (ended) break;
    await pause();
  }
  const found = await findService(project);
  if (found.kind === "mute") throw muteError(found);
  throw new ServiceError(
    lastError(project, size) ??
      `The service did not start; see ${statePath(project, "serviceLog")}`,
  );
}

/** Like `findService`, but gives a service that starts or ends just now the time to do so. */
async function settled(project: string): Promise<Found> {
  const deadline = performance.now() + settleMilliseconds;
  for (;;) {
    const found = await findService(project);
    if (found.kind !== "mute" || performance.now() > deadline) return found;
    await pause();
  }
}

function terminate(pid: number): void {
  try {
    Deno.kill(pid, "SIGTERM");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Stops the service and clears away what a lost one left behind. Returns its pid, or whether there
 * was something to clear away.
 *
 * @throws {ServiceError} when a process is there that does not prove to be the service
 */
export async function takeDown(project: string): Promise<{ pid?: number; cleared: boolean }> {
  const found = await settled(project);
  if (found.kind === "mute") throw muteError(found);
  if (found.kind === "down") {
    if (found.stale) removeLeftover(statePath(project, "service"));
    return { cleared: found.stale };
  }
  const { pid } = found.record;
  terminate(pid);
  const deadline = performance.now() + stopMilliseconds;
  while (isClaimed(project)) {
    if (performance.now() > deadline) {
      throw new ServiceError(`The service (pid ${pid}) did not end`);
    }
    await pause();
  }
  return { pid, cleared: false };
}

/** Restarts the service on its port when it runs; undefined when none does. @throws {ServiceError} */
export async function restart(options: Omit<StartOptions, "port">): Promise<Started | undefined> {
  const found = await findService(options.project);
  if (found.kind !== "up") return undefined;
  await takeDown(options.project);
  return await bringUp({ ...options, port: found.record.port });
}
