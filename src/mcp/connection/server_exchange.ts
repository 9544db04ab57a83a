/** What a server that is there is told and asked, and what it answers. */
import {
  errorCodes,
  isNotification,
  isRequest,
  type Members,
  type Message,
  type Notification,
  type Request,
  type RequestId,
  type Response,
} from "../framing/message.ts";
import { isUnanswered, RequestTable, type Unanswered } from "./request_table.ts";
import type { ServerEvents } from "./server_events.ts";
import type { Answered, Question } from "./server_question.ts";

/** Answers that may wait for a server to read them. */
const mostUnread = 1_000;

export class ServerExchange {
  readonly #send: (message: Message) => Promise<void>;
  readonly #events: ServerEvents;
  readonly #table: RequestTable;
  #unread = 0;

  /** @param send hands a message to the server; rejects when it is not there */
  constructor(send: (message: Message) => Promise<void>, events: ServerEvents) {
    [this.#send, this.#events] = [send, events];
    this.#table = new RequestTable(() => events.isWaiting?.() === true);
  }

  /** Asks a server that is there. Never throws. */
  ask({ method, params, from, progressToken, seconds }: Question) {
    return new Promise<Answered | Unanswered>((resolve) => {
      const asked = {
        method,
        ...(from === undefined ? {} : { from }),
        ...(progressToken === undefined ? {} : { progressToken }),
        settle: (answer: Response | Unanswered) =>
          resolve(isUnanswered(answer) ? answer : { response: answer }),
      };
      const id = this.#table.enter(asked, seconds, (expired) => this.#cancel(expired, "timeout"));
      const request = { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
      void this.#send(request as Request).catch((error: Error) =>
        this.#table.settle(id, { unanswered: "gone", why: error.message })
      );
    });
  }

  /** The handshake is never cancelled (specification, "Cancellation"). */
  #cancel(id: RequestId, reason: string): void {
    if (this.#table.at(id)?.method === "initialize") return;
    void this.notify("notifications/cancelled", { requestId: id, reason });
  }

  /** Takes a request of the client's back. False when it has been answered, or was never asked. */
  cancel(from: RequestId, reason: string): boolean {
    const id = this.#table.idOf(from);
    if (id === undefined) return false;
    this.#cancel(id, reason);
    return this.#table.settle(id, { unanswered: "cancelled", why: "cancelled by the client" });
  }

  /** Tells the server something. What cannot be said to one that is gone is not said. */
  async notify(method: string, params?: Members): Promise<void> {
    const notification = { jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) };
    await this.#send(notification as Notification).catch(() => {});
  }

  /** Answers a request of the server's. One that asks without reading has no answer. */
  async answer(response: Response): Promise<void> {
    if (this.#unread >= mostUnread) return;
    this.#unread++;
    await this.#send(response).catch(() => {});
    this.#unread--;
  }

  /** Whether an open request may be reported on under this token. */
  progressed(token: unknown): boolean {
    return this.#table.progressed(token);
  }

  /** Takes a message of the server's. */
  receive(message: Message): void {
    if (isRequest(message)) this.#events.request(message);
    else if (isNotification(message)) this.#events.notification(message);
    else if (!this.#table.settle(message.id, message)) {
      if (this.#table.isLate(message.id)) return;
      const named = JSON.stringify(message.id)?.slice(0, 100);
      this.#events.problem({
        code: errorCodes.invalidRequest,
        why: `An answer to ${named}, which nobody asked`,
      });
    }
  }

  /** Ends the wait for one answer. */
  settle(id: RequestId, why: Unanswered): void {
    this.#table.settle(id, why);
  }

  /** Ends the wait for every answer. */
  settleAll(why: Unanswered): void {
    this.#table.settleAll(why);
  }
}
