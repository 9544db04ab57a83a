/**
 * The running service: the app on a Unix socket of this user alone and on a loopback port. It keeps
 * nothing in memory that decides: each call reads the project's state anew, as the hook does, and
 * only what is byte for byte as before is not verified again.
 */
import { createApp } from "./app.ts";
import type { AppOptions } from "./app.ts";
import { bodyMilliseconds } from "./app_body.ts";
import type { Connection } from "./app_guards.ts";
import type { Place } from "./authority.ts";
import { ProcessMemory } from "./memory.ts";
import { findService } from "./service_control.ts";
import { startFront } from "./service_front.ts";
import { claimLog, type ServiceLog } from "./service_log.ts";
import { bindPort } from "./service_port.ts";
import { readRecord, removeLeftover, writeRecord } from "./service_record.ts";
import { placeSockets, type Sockets } from "./service_socket.ts";
import { statePath } from "../state/layout.ts";

export interface ServiceOptions {
  readonly place: Place;
  /** The wished TCP port. */
  readonly port: number;
  readonly version: string;
  /** How long a request may take to arrive, by default 10 s. */
  readonly patience?: number;
}

/** How long a predecessor may take to end. */
const claimMilliseconds = 8000;
const askMilliseconds = 100;
const watchMilliseconds = 1000;
const graceMilliseconds = 3000;

/** Another process serves the project already. */
export class AlreadyServed extends Error {}

/** A service that takes requests. */
export interface RunningService {
  readonly port: number;
  readonly sockets: Sockets;
  /** Settles when the service has ended; the text says why it did. */
  readonly ended: Promise<string>;
  readonly stop: (why: string) => void;
  /** Logs what went wrong. */
  readonly report: (error: Error) => void;
}

function serveOn(path: string, options: AppOptions, connection: Connection): Deno.HttpServer {
  removeLeftover(path); // nobody listens on it: the log is ours
  const app = createApp(options);
  const before = Deno.umask(0o177); // the socket is born closed to others
  try {
    return Deno.serve({ path, onListen: () => {} }, (request) => app.fetch(request, connection));
  } finally {
    Deno.umask(before);
  }
}

/** Tells when the project no longer knows this process, for example because it was deleted. */
function isLost(project: string, { main }: Sockets): boolean {
  try {
    return readRecord(project)?.pid !== Deno.pid || Deno.lstatSync(main).isSocket !== true;
  } catch {
    return true;
  }
}

/** Removes what the service made, unless another one made its own since. */
function tidy(project: string, sockets: Sockets): void {
  removeLeftover(sockets.main);
  removeLeftover(sockets.front);
  if (readRecord(project)?.pid === Deno.pid) removeLeftover(statePath(project, "service"));
}

async function listen(
  options: ServiceOptions,
  sockets: Sockets,
  log: ServiceLog,
): Promise<RunningService> {
  const { place, version, patience = bodyMilliseconds } = options;
  const listener = await bindPort(options.port, place.project);
  const { port } = listener.addr;
  const started = Date.now();
  const report = (error: Error) => log.write("error", `Internal error: ${error.message}`);
  const memory = new ProcessMemory();
  const app = { place: { ...place, memory }, version, started, report, bodyMilliseconds: patience };
  const servers = [
    serveOn(sockets.main, app, { transport: "unix" }),
    serveOn(sockets.front, app, { transport: "tcp", port }),
  ];
  // A slow body gets its answer from the app first.
  const front = startFront(listener, sockets.front, patience * 1.5);
  writeRecord(place.project, {
    pid: Deno.pid,
    port,
    socket: sockets.main,
    started: new Date(started).toISOString(),
  });

  const stopped = Promise.withResolvers<string>();
  const watch = setInterval(() => {
    if (isLost(place.project, sockets)) stopped.resolve("its state was taken away");
  }, watchMilliseconds);
  const end = async () => {
    const why = await stopped.promise;
    clearInterval(watch);
    front.stop();
    const grace = Promise.withResolvers<void>();
    const timer = setTimeout(grace.resolve, graceMilliseconds);
    await Promise.race([Promise.all(servers.map((server) => server.shutdown())), grace.promise]);
    clearTimeout(timer);
    memory[Symbol.dispose]();
    tidy(place.project, sockets);
    // A successor that has another state, since ours was taken away, waits for nothing but the port,
    // and the runtime removes whatever lies where our sockets were.
    front.release();
    return why;
  };
  return { port, sockets, ended: end(), stop: (why) => stopped.resolve(why), report };
}

/** Claims the project, waiting for a predecessor that ends. @throws {AlreadyServed} */
async function claim(project: string): Promise<ServiceLog> {
  const deadline = performance.now() + claimMilliseconds;
  for (;;) {
    const log = await claimLog(project, askMilliseconds);
    if (log !== undefined) return log;
    const { kind } = await findService(project);
    if (kind === "up" || performance.now() > deadline) {
      throw new AlreadyServed(`Another process serves ${project} already`);
    }
  }
}

/**
 * Starts the service in this process.
 *
 * @throws {AlreadyServed}, {PortTaken}, {UnsafeSocket}
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { project } = options.place;
  const log = await claim(project);
  let sockets: Sockets | undefined;
  try {
    removeLeftover(statePath(project, "service"));
    sockets = placeSockets(project);
    const service = await listen(options, sockets, log);
    log.write("info", `Started, pid ${Deno.pid}, port ${service.port}, ${options.version}`);
    const ended = service.ended.then((why) => {
      log.write("info", `Stopped: ${why}`);
      log.close();
      return why;
    });
    return { ...service, ended };
  } catch (error) {
    log.write("error", error instanceof Error ? error.message : String(error));
    if (sockets !== undefined) tidy(project, sockets);
    log.close();
    throw error;
  }
}

/** Serves until a signal or the loss of the project's state ends it. */
export async function serveUntilStopped(options: ServiceOptions): Promise<void> {
  const service = await startService(options);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => service.stop(signal));
  }
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault(); // one broken connection must not end the service
    service.report(event.reason instanceof Error ? event.reason : new Error("unknown"));
  });
  await service.ended;
}
