/**
 * What is turned away before anything is read. A browser on this machine can reach a loopback port,
 * so a page must not be able to speak to it: not by its own name for the address (DNS rebinding),
 * not across origins, not with a form's content type.
 */
import { createMiddleware } from "hono/factory";
import { DoorError } from "./app_errors.ts";

/** Which of the service's doors a request came through. */
export interface Connection {
  readonly transport: "unix" | "tcp";
  /** The TCP port; absent for the Unix socket. */
  readonly port?: number;
}

/** What Hono's handlers know of a request. */
export interface AppEnvironment {
  Bindings: Connection;
  Variables: { requestId: string };
}

/** Calls that may be in progress at once on each door, so that one cannot starve the other. */
const maxCalls = 64;

/** @throws {DoorError} foreign_host, foreign_origin */
export const requireLocal = createMiddleware<AppEnvironment>(async (context, next) => {
  const { request, connection } = { request: context.req.raw, connection: context.env };
  if (request.headers.has("origin")) {
    throw new DoorError("foreign_origin", "Requests of web pages are refused");
  }
  if (connection.transport === "tcp") {
    const known = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${connection.port}`);
    // HTTP/2 and absolute request targets name the host in the URL instead of the header.
    const named = [new URL(request.url).host, request.headers.get("host")];
    if (named.some((host) => host !== null && !known.includes(host.toLowerCase()))) {
      throw new DoorError("foreign_host", `This service answers to ${known.join(", ")} only`);
    }
  }
  await next();
});

/** @throws {DoorError} unsupported_media_type */
export const requireJson = createMiddleware<AppEnvironment>(async (context, next) => {
  const type = context.req.header("content-type") ?? "";
  if (context.req.method === "POST" && !/^application\/json *(;|$)/i.test(type)) {
    throw new DoorError("unsupported_media_type", "The body must be application/json");
  }
  await next();
});

/** Bounds the calls in progress. @throws {DoorError} busy */
export function limitCalls() {
  const calls = { unix: 0, tcp: 0 };
  return createMiddleware<AppEnvironment>(async ({ env: { transport } }, next) => {
    if (calls[transport] >= maxCalls) throw new DoorError("busy", "Too many calls at once");
    calls[transport]++;
    try {
      await next();
    } finally {
      calls[transport]--;
    }
  });
}
