/** server-everything over Streamable HTTP on loopback, behind the proxy. */
import { deepEqual, equal } from "node:assert/strict";
import { environment } from "../launch.ts";
import { everyCapability, sdkTest, Session, until } from "../session.ts";
import { askingCalls, everythingCalls, timeless } from "./honest_calls.ts";
import { generous, governPublished } from "./published.ts";
import { scriptOf } from "./servers.ts";

const { command: _command, args: _args, env: _env, ...granted } = generous.everything;

class HttpServer implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  #child: Deno.ChildProcess | undefined;

  constructor() {
    const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#port = probe.addr.port;
    probe.close();
    this.url = `http://127.0.0.1:${this.#port}/mcp`;
  }

  async start(): Promise<void> {
    this.#child = new Deno.Command("node", {
      args: [scriptOf("server-everything"), "streamableHttp"],
      env: { ...environment("/tmp"), PORT: `${this.#port}` },
      ...{ clearEnv: true, stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    let isUp = false;
    const look = async () => {
      try {
        await (await fetch(this.url)).body?.cancel();
        isUp = true;
      } catch {
        // Not yet.
      }
    };
    await until("the server", () => (void look(), isUp));
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

sdkTest(
  "server-everything over HTTP answers through the proxy what it answers without",
  async () => {
    await using server = new HttpServer();
    await server.start();
    await using governed = await governPublished({ everything: { ...granted, url: server.url } });
    const options = { capabilities: everyCapability };
    const found: unknown[] = [];
    for (const door of ["direct", "proxied"] as const) {
      await using session = door === "direct"
        ? await Session.reach(server.url, options)
        : await Session.start(governed.launch("everything"), options);
      const answers: unknown[] = [];
      const calls = [...everythingCalls, ...askingCalls.slice(1)];
      for (const { tool, args } of calls) {
        const answer = JSON.stringify(timeless(await session.call(tool, args)));
        // Over HTTP a session has an id.
        answers.push([tool, answer.replaceAll(/session [0-9a-f-]{36}/gi, "session (an id)")]);
      }
      answers.push(
        await session.ask("resources/templates/list"),
        await session.ask("prompts/list"),
      );
      const progressToken = "p";
      await session.call("trigger-long-running-operation", { duration: 0.2, steps: 2 }, {
        progressToken,
      });
      answers.push(
        session.notices.filter(({ method }) => method === "notifications/progress")
          .map(({ params }) => params),
      );
      found.push(answers);
    }
    deepEqual(found[1], found[0]);
  },
);

sdkTest(
  "A server over HTTP that goes away is an error result, and when it is back calls go on",
  async () => {
    await using server = new HttpServer();
    await server.start();
    await using governed = await governPublished({
      everything: { ...granted, url: server.url, timeout_seconds: 5 },
    });
    await using session = await Session.start(governed.launch("everything"));
    const echo = async () => {
      const answer = await session.call("echo", { message: "hi" });
      return "result" in answer && (answer.result as { isError?: boolean }).isError !== true;
    };
    equal(await echo(), true);
    await server.stop();
    equal(await echo(), false);
    await server.start();
    let isBack = false;
    const look = async () => isBack = await echo();
    for (let attempt = 0; attempt < 20 && !await look(); attempt++) {
      await new Promise((next) => setTimeout(next, 500));
    }
    equal(isBack, true);
  },
);
