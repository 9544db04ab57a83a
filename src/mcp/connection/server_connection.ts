/**
 * The connection to one MCP server: the handshake, requests and their answers, and starting it again
 * when it is gone. Whoever asks meanwhile waits a moment, or is told when to ask again.
 */
import { BackOff } from "./back_off.ts";
import {
  errorCodes,
  failure,
  type FrameProblem,
  type Members,
  type Message,
} from "../framing/message.ts";
import type { Wire } from "../framing/wire.ts";
import { handshake, helloOf } from "./handshake.ts";
import type { Unanswered } from "./request_table.ts";
import type { ServerEvents } from "./server_events.ts";
import { ServerExchange } from "./server_exchange.ts";
import { type Answered, type Question, ServerUnavailable } from "./server_question.ts";

/** Milliseconds that a request waits for a server to be started again. */
const patience = 2_000;

export class ServerConnection {
  readonly #name: string;
  readonly #open: () => Promise<Wire>;
  readonly #events: ServerEvents;
  /** Requests and their answers, whichever start of the server they go to. */
  readonly exchange: ServerExchange;
  #wire: Wire | undefined;
  #ready: Promise<Members> | undefined;
  #greeting: Members | undefined;
  #hello: Members | undefined;
  #renewing: Promise<void> | undefined;
  readonly #backOff = new BackOff();
  #startedAt = 0;
  #why = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarting = false;
  /** What it sent first that is no message, for whoever waits for its handshake. */
  #stray = "";
  #isClosed = false;

  /**
   * @param name the server's name in the policy
   * @param open starts the server; throws an error that says why it cannot be
   */
  constructor(name: string, open: () => Promise<Wire>, events: ServerEvents) {
    [this.#name, this.#open, this.#events] = [name, open, events];
    this.exchange = new ServerExchange((message) => this.#send(message), events);
  }

  /**
   * Starts the server and makes the handshake. `notifications/initialized` is left to the caller, as
   * it comes from the client the first time.
   *
   * @param greeting the params of `initialize`, also for later starts
   * @returns what the server answered
   * @throws {ServerUnavailable}
   */
  async greet(greeting: Members): Promise<Members> {
    this.prepare(greeting);
    return await (this.#ready = this.#start(greeting));
  }

  /** What the server that was started last said of itself. */
  get hello(): Members | undefined {
    return this.#hello;
  }

  /** Keeps the params of `initialize` for a server that is started when somebody asks it. */
  prepare(greeting: Members): void {
    this.#greeting = greeting;
  }

  async #start(greeting: Members): Promise<Members> {
    this.#isStarting = true;
    this.#stray = "";
    try {
      const wire = await this.#open();
      this.#wire = wire;
      if (this.#isClosed) throw new ServerUnavailable("the client has left");
      wire.onmessage = (message) => this.exchange.receive(message);
      wire.onproblem = (problem) => this.#problem(problem);
      wire.onclose = (why) => this.#lost(wire, why);
      await wire.start();
      this.#startedAt = Date.now();
      const hello = helloOf(await this.exchange.ask(handshake(greeting)));
      wire.setProtocolVersion?.(hello.protocolVersion);
      return this.#hello = hello;
    } catch (error) {
      const why = `${error instanceof Error ? error.message : String(error)}${this.#stray}`;
      void this.#drop(why);
      this.#backOff.failed();
      throw new ServerUnavailable(`The MCP server ${this.#name} cannot be started: ${why}`);
    } finally {
      this.#isStarting = false;
    }
  }

  /** Forgets a wire that is no use any more. Resolves when it is closed. */
  async #drop(why: string): Promise<void> {
    const wire = this.#wire;
    [this.#wire, this.#ready, this.#why] = [undefined, undefined, why];
    if (wire === undefined) return;
    delete wire.onmessage;
    delete wire.onproblem;
    delete wire.onclose;
    await wire.close().catch(() => {});
  }

  #lost(wire: Wire, why: string): void {
    if (wire !== this.#wire || this.#isClosed) return;
    if (this.#isStarting) return this.exchange.settleAll({ unanswered: "gone", why });
    void this.#drop(why);
    this.#backOff.failed(this.#startedAt);
    const ended = `The MCP server ${this.#name} ended: ${why}`;
    this.exchange.settleAll({ unanswered: "gone", why: ended });
    this.#events.lost(ended);
    if (this.#backOff.isTired) return;
    this.#timer = setTimeout(() => void this.#again().catch(() => {}), this.#backOff.wait);
  }

  /**
   * Ends what runs and starts anew, for example because the policy says something else of it. Whoever
   * wants the same meanwhile waits for the same start.
   */
  restart(why: string): Promise<void> {
    return this.#renewing ??= this.#renew(why).finally(() => this.#renewing = undefined);
  }

  async #renew(why: string): Promise<void> {
    const gone = { unanswered: "gone", why } as const;
    this.exchange.settleAll(gone);
    // Two starts at once would be two servers, of which one is forgotten.
    await this.#ready?.catch(() => {});
    const dropped = this.#drop(why);
    this.exchange.settleAll(gone);
    this.#events.lost(why);
    await dropped;
    this.#backOff.forget();
    await this.#again();
  }

  async #again(): Promise<Members> {
    const greeting = this.#greeting;
    if (greeting === undefined) throw new ServerUnavailable("The client has not initialized");
    this.#ready ??= this.#start(greeting).then(async (hello) => {
      await this.exchange.notify("notifications/initialized");
      this.#events.returned();
      return hello;
    });
    return await this.#ready;
  }

  /** Waits until the server can be asked. @throws {ServerUnavailable} */
  async available(): Promise<void> {
    await this.#renewing;
    if (this.#ready === undefined) {
      const { wait } = this.#backOff;
      if (wait > patience) {
        const seconds = Math.ceil(wait / 1000);
        throw new ServerUnavailable(
          `The MCP server ${this.#name} is not running (${this.#why}); it is started again in ${seconds} s`,
        );
      }
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      await this.#again();
    }
    await this.#ready;
  }

  /** Asks the server. Never throws. */
  async ask(question: Question): Promise<Answered | Unanswered> {
    try {
      await this.available();
    } catch (error) {
      return { unanswered: "gone", why: (error as Error).message };
    }
    if (question.meant !== undefined && question.meant !== this.#hello) {
      const why = `The MCP server ${this.#name} was started anew meanwhile; call again`;
      return { unanswered: "gone", why };
    }
    return await this.exchange.ask(question);
  }

  async #send(message: Message): Promise<void> {
    if (this.#wire === undefined) throw new Error(`The MCP server ${this.#name} is not running`);
    await this.#wire.send(message);
  }

  /** Lets the server wait until the promise has settled. */
  hold(until: Promise<unknown>): void {
    this.#wire?.hold?.(until);
  }

  #problem(problem: FrameProblem): void {
    const { id, code, why } = problem;
    if (this.#isStarting && id === undefined) {
      this.#stray ||= `; it sent what is no message: ${why}`;
    }
    // What was meant as the answer is none; waiting for another one would be in vain.
    if (id !== undefined) this.exchange.settle(id, { unanswered: "malformed", why });
    // A server that prints a stray line does not expect to be told about it.
    if (code !== errorCodes.parse) void this.exchange.answer(failure(null, code, why));
    this.#events.problem(problem);
  }

  /** Ends the connection and the server. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.exchange.settleAll({ unanswered: "gone", why: "the client has left" });
    await this.#wire?.close().catch(() => {});
  }
}
