/** A client's session, as its requests see it, and how they are handed on. */
import type { Place } from "../../authorizer/authority.ts";
import type { Members, Request } from "../framing/message.ts";
import type { GovernedServer } from "../gate/governed_server.ts";
import { progressTokenOf, withoutOwnMeta } from "./meta.ts";
import { Cancelled, Refusal, ServerRefusal } from "./refusal.ts";
import { isUnanswered, type Unanswered } from "../connection/request_table.ts";
import type { Answered } from "../connection/server_question.ts";

/** The part of a session that requests of the client need. */
export interface ClientSession {
  readonly server: GovernedServer;
  readonly locate: () => Place;
  /** URIs that the client subscribed to. */
  readonly subscribed: Set<string>;
  /** Params of the last `logging/setLevel`, for a server that is started again. */
  level?: Members;
  /** True when the client has taken the request back. */
  isCancelled(request: Request): boolean;
}

/** Whether the client subscribed to the resource, or to one that it is a part of. */
export function isSubscribed({ subscribed }: ClientSession, uri: string): boolean {
  if (subscribed.has(uri)) return true;
  const whole = (one: string) => one.endsWith("/") ? one : `${one}/`;
  return [...subscribed].some((one) => uri.startsWith(whole(one)));
}

/** @throws {Refusal} */
export function textOf(params: Members, name: string): string {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new Refusal("invalidParams", `${name} is missing or no text`);
}

/** What a server answered. @throws {Refusal} @throws {ServerRefusal} @throws {Cancelled} */
export function resultOf(answer: Answered | Unanswered): Members {
  if (isUnanswered(answer)) {
    if (answer.unanswered === "cancelled") throw new Cancelled();
    throw new Refusal(answer.unanswered === "timeout" ? "timeout" : "internal", answer.why);
  }
  const { response } = answer;
  if ("error" in response) throw new ServerRefusal(response.error);
  return response.result;
}

/** Asks the server what the client asked. Never throws. */
export function ask(
  session: ClientSession,
  request: Request,
  params: Members,
  { seconds, meant }: { readonly seconds: number; readonly meant?: Members | undefined },
) {
  const progressToken = progressTokenOf(params);
  return session.server.connection.ask({
    method: request.method,
    params: withoutOwnMeta(params),
    from: request.id,
    ...(progressToken === undefined ? {} : { progressToken }),
    ...(meant === undefined ? {} : { meant }),
    seconds,
  });
}

/**
 * Hands a request on and waits for its answer.
 *
 * @throws {Refusal} @throws {ServerRefusal} @throws {Cancelled}
 */
export async function passOn(
  session: ClientSession,
  request: Request,
  params: Members,
): Promise<Members> {
  const { timeoutSeconds } = session.server.served().server;
  return resultOf(await ask(session, request, params, { seconds: timeoutSeconds }));
}
