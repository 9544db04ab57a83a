/**
 * The authorizer over HTTP: the pipeline behind the gateway's published routes. The caller presents
 * a warrant and a proof of possession; the service never signs one for a caller.
 */
import { type Context, Hono } from "hono";
import { httpAnswer } from "./app_answer.ts";
import { parseArguments, readBody } from "./app_body.ts";
import { readCredentials } from "./app_credentials.ts";
import { DoorError } from "./app_errors.ts";
import { type AppEnvironment, limitCalls, requireJson, requireLocal } from "./app_guards.ts";
import type { Place } from "./authority.ts";
import { authorize } from "./pipeline.ts";
import { serviceName } from "./service_name.ts";
import type { ToolCall } from "./tool_call.ts";

/** What the app is made for. */
export interface AppOptions {
  readonly place: Place;
  /** The program's version. */
  readonly version: string;
  /** Unix milliseconds at which the service started. */
  readonly started: number;
  /** How long a body may take to arrive. */
  readonly bodyMilliseconds?: number;
  /** Told of errors that a caller is not told about. */
  readonly report?: (error: Error) => void;
}

/** Capabilities are lower case, so no policy can grant what the catch-all route asks for. */
const ungrantable = "Unlisted";

type AppContext = Context<AppEnvironment>;

/** Judges one call with what the caller presents. */
async function judge(options: AppOptions, context: AppContext, tool: string): Promise<Response> {
  const { place, bodyMilliseconds } = options;
  const requestId = context.get("requestId");
  const presented = readCredentials(context.req.raw.headers);
  const input = parseArguments(await readBody(context.req.raw, bodyMilliseconds));
  const call: ToolCall = { door: "http", tool, input, cwd: place.project, call: requestId };
  const answer = await authorize({ locate: () => place, decode: () => call, presented });
  const asked = { tool: tool === ungrantable ? "unlisted" : tool, presented, requestId };
  const { status, body } = httpAnswer(answer, asked);
  return context.json(body, status);
}

function statusBody({ place, version, started }: AppOptions, { env }: AppContext) {
  return {
    service: serviceName,
    version,
    uptime_secs: Math.floor((Date.now() - started) / 1000),
    cp: { enabled: false, status: "disabled", authorizer_id: null },
    project: place.project,
    root: place.root,
    pid: Deno.pid,
    transport: env.transport,
  };
}

function refuse(error: DoorError, context: AppContext): Response {
  const { name, code, status, message } = error;
  // The rest of such a body may still come, so the connection is of no further use.
  if (status === 408 || status === 413) context.header("Connection", "close");
  const body = { authorized: false, error: name, error_code: code, message };
  return context.json({ ...body, request_id: context.get("requestId") }, status);
}

/** The routes, guards first. */
export function createApp(options: AppOptions): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();

  app.use(async (context, next) => {
    context.set("requestId", `req_${crypto.randomUUID().replaceAll("-", "")}`);
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
    await next();
  });
  app.use(requireLocal);
  app.use(requireJson);

  for (const path of ["/health", "/healthz", "/ready"]) {
    app.get(path, (context) => context.json({ status: "healthy", service: serviceName }));
  }
  app.get("/status", (context) => context.json(statusBody(options, context)));
  app.use(limitCalls());
  app.post(
    "/verify/:capability",
    (context) => judge(options, context, context.req.param("capability")),
  );
  app.post("/gate", (context) => judge(options, context, ungrantable));

  app.notFound((context) => {
    const what = `No route matches ${context.req.method} ${context.req.path}`;
    return refuse(new DoorError("no_route", what), context);
  });
  app.onError((error, context) => {
    if (error instanceof DoorError) return refuse(error, context);
    options.report?.(error);
    return refuse(new DoorError("internal_error", "Internal error"), context);
  });
  return app;
}
