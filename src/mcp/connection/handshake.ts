/** `initialize` at a server: what it is asked, and what counts as its answer. */
import type { Members } from "../framing/message.ts";
import { isUnanswered, type Unanswered } from "./request_table.ts";
import { type Answered, type Question, ServerUnavailable } from "./server_question.ts";

const seconds = 60;

export function handshake(params: Members): Question {
  return { method: "initialize", params, seconds };
}

/** What the server says of itself, with the version it speaks. @throws {ServerUnavailable} */
export function helloOf(
  answer: Answered | Unanswered,
): Members & { readonly protocolVersion: string } {
  if (isUnanswered(answer)) throw new ServerUnavailable(answer.why);
  const { response } = answer;
  if ("error" in response) throw new ServerUnavailable(response.error.message);
  const { protocolVersion } = response.result;
  if (typeof protocolVersion !== "string") {
    throw new ServerUnavailable("it names no protocol version");
  }
  return { ...response.result, protocolVersion };
}
