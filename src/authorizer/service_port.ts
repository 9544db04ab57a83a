/** Finds the service's TCP port: the wished one, or the next when another project's service has it. */
import { askStatus, Unreachable } from "./service_client.ts";

/** How many ports beyond the wished one are tried. */
const span = 100;
const probeMilliseconds = 700;
const pauseMilliseconds = 100;
/** A service whose project was taken away ends by itself within this time. */
const orphanMilliseconds = 2000;

/** A port that cannot be used, in words for the person who chose it. */
export class PortTaken extends Error {}

function listen(port: number): Deno.TcpListener | undefined {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return undefined;
    const why = error instanceof Error ? error.message : "unknown";
    throw new PortTaken(`Port ${port} cannot be used (${why}); choose another with --port N`);
  }
}

/** Whose the port is. `leaving`: perhaps a service of this very project that lost its place. */
async function ownerOf(port: number, project: string): Promise<"sibling" | "leaving" | "stranger"> {
  try {
    const status = await askStatus({ transport: "tcp", port }, probeMilliseconds);
    if (status === undefined) return "stranger";
    return status.project === project ? "leaving" : "sibling";
  } catch (error) {
    if (error instanceof Unreachable) return "leaving";
    throw error;
  }
}

/**
 * Binds the port on 127.0.0.1.
 *
 * @throws {PortTaken} when a stranger has it
 */
export async function bindPort(wished: number, project: string): Promise<Deno.TcpListener> {
  const deadline = performance.now() + orphanMilliseconds;
  for (let port = wished; port < Math.min(wished + span, 65536);) {
    const listener = listen(port);
    if (listener !== undefined) return listener;
    const owner = await ownerOf(port, project);
    if (owner === "leaving" && port === wished && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    } else if (owner !== "sibling" && port === wished) {
      throw new PortTaken(`Port ${port} is taken by another program; choose one with --port N`);
    } else port++;
  }
  throw new PortTaken(`No free port from ${wished} on; choose one with --port N`);
}
