/**
 * The requests that the SDK makes of a server. They go to its origin only, answers are read here,
 * within limits, and the SDK is handed what it needs to know of them.
 */
import type { FrameProblem, Message, RequestId } from "../framing/message.ts";
import { isResponse } from "../framing/message.ts";
import { type FrameLimits, readFrame, tooLong } from "../framing/read_frame.ts";
import { type Body, readerOf, readUpTo } from "./body_reader.ts";
import { EventScreen, unanswered } from "./event_screen.ts";
import { withoutControls } from "./stderr_lines.ts";
import { WireError } from "./wire_error.ts";

export interface FetchListener {
  message(message: Message): void;
  problem(problem: FrameProblem): void;
  /** The server does not know the session any more. */
  lost(): void;
  /** Resolves when reading may go on. */
  ready(): Promise<unknown>;
}

export type GuardedFetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

/** A refusal is read this far, and shown in messages this far. */
const [readOfRefusal, shownOfRefusal] = [4096, 200];
/** The beginning of a request as `server_http.ts` puts it in order. */
const request = /^\{"jsonrpc":"2\.0","id":("(?:[^"\\]|\\.)*"|-?[0-9]+),"method":/;

/** The id of the request that is sent; undefined for what is not answered. */
function requestIdOf({ body }: RequestInit): RequestId | undefined {
  const id = typeof body === "string" ? request.exec(body)?.[1] : undefined;
  return id === undefined ? undefined : JSON.parse(id);
}

/** What an answer that is no success says, in one line. */
async function complaintOf(response: Response, init: RequestInit): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = (await readUpTo(response, readOfRefusal, init)).subarray(0, readOfRefusal);
  } catch {
    return "";
  }
  const message = readFrame(bytes);
  const text = "error" in message ? message.error.message : new TextDecoder().decode(bytes);
  return withoutControls(text.replace(/\s/g, " ")).replace(/ +/g, " ").trim().slice(
    0,
    shownOfRefusal,
  );
}

function describe({ status, statusText }: Response, complaint: string): string {
  const what = `The server answered ${status}${statusText === "" ? "" : ` ${statusText}`}`;
  const next = status === 401 || status === 403
    ? "; headers names a variable that holds all it asks for, as in Bearer TOKEN"
    : "";
  return `${withoutControls(what)}${complaint === "" ? "" : `: ${complaint}`}${next}`;
}

/** What the SDK is told of an answer that has been dealt with. */
function dealtWith({ headers }: Response, status = 202): Response {
  return new Response(null, { status, headers });
}

/** @param server the address whose origin is the only one */
export function guardedFetch(
  server: URL,
  limits: FrameLimits,
  listener: FetchListener,
): GuardedFetch {
  async function redirected(response: Response, location: string, from: URL): Promise<Response> {
    await response.body?.cancel();
    const target = URL.parse(location, from);
    if (target?.origin === server.origin) return dealtWith(response, response.status);
    const where = target === null ? "nowhere" : target.origin;
    throw new WireError(
      `The server at ${server.origin} redirects to ${where}, which is not followed; ` +
        "if that is the server, put its address into tenuo.yaml",
    );
  }

  async function refused(response: Response, init: RequestInit): Promise<Response> {
    if (response.status === 405 && init.method !== "POST") {
      await response.body?.cancel();
      return dealtWith(response, 405);
    }
    const complaint = await complaintOf(response, init);
    const hadSession = new Headers(init.headers).has("mcp-session-id");
    // After a restart some servers know of no session at all and say so with another status.
    const isUnknown = response.status === 400 && /session|not initialized/i.test(complaint);
    if (hadSession && (response.status === 404 || isUnknown)) listener.lost();
    throw new WireError(describe(response, complaint));
  }

  async function readJson(response: Response, id: RequestId, init: RequestInit) {
    const announced = Number(response.headers.get("content-length") ?? 0);
    if (announced > limits.bytes) await response.body?.cancel();
    const bytes = announced > limits.bytes
      ? undefined
      : await readUpTo(response, limits.bytes, init);
    await listener.ready();
    const message = bytes === undefined ? tooLong(limits.bytes) : readFrame(bytes, limits);
    if ("why" in message) listener.problem({ ...message, id });
    else {
      listener.message(message);
      if (!isResponse(message) || message.id !== id) listener.problem(unanswered(id));
    }
    return dealtWith(response);
  }

  function screened(body: Body, id: RequestId | undefined, init: RequestInit): Body {
    let isOpen = id !== undefined;
    const screen = new EventScreen(limits, {
      message: (message) => {
        if (isResponse(message) && message.id === id) isOpen = false;
        listener.message(message);
      },
      problem: (problem) => {
        if (problem.id === id) isOpen = false;
        listener.problem(problem);
      },
    });
    const reader = readerOf(body, init.signal);
    const end = () => {
      if (isOpen && id !== undefined && !screen.canResume) listener.problem(unanswered(id));
      isOpen = false;
    };
    return new ReadableStream({
      async pull(controller) {
        for (;;) {
          await listener.ready();
          const value = await reader.read().catch((error) => {
            end();
            throw error;
          });
          if (value === undefined) {
            end();
            return controller.close();
          }
          const events = screen.push(value);
          if (events.length > 0) return controller.enqueue(events);
        }
      },
      cancel: () => reader.cancel(),
    });
  }

  return async (input, init = {}) => {
    const url = new URL(input);
    if (url.origin !== server.origin) {
      throw new WireError(`${url.origin} is not the server at ${server.origin}`);
    }
    const [method, id] = [init.method ?? "GET", requestIdOf(init)];
    const response = await fetch(url, { ...init, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && location !== null) {
      return redirected(response, location, url);
    }
    if (!response.ok) return refused(response, init);
    const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
    if (
      type === "text/event-stream" && response.body !== null &&
      (id !== undefined || method === "GET")
    ) {
      const { status, headers } = response;
      return new Response(screened(response.body, id, init), { status, headers });
    }
    if (id !== undefined && type === "application/json") return await readJson(response, id, init);
    await response.body?.cancel();
    if (id === undefined && method !== "GET") return dealtWith(response);
    const found = type === "" ? "nothing" : withoutControls(type).slice(0, 80);
    throw new WireError(`The server answered with ${found} where JSON or an event stream belongs`);
  };
}
