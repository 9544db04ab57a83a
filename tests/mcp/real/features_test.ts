/** What there is beside tools, with every grant given: the same through the proxy as without it. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { type Answer, everyCapability, sdkTest, Session, until } from "../session.ts";
import { timeless } from "./honest_calls.ts";
import { generous, governPublished, startedDirectly } from "./published.ts";

type Play = (session: Session) => Promise<unknown>;

const policy = generous.everything;

/** Plays it directly and through the proxy; both must come to the same. Returns what that is. */
async function same(play: Play): Promise<unknown> {
  await using governed = await governPublished({ everything: policy });
  const [direct, proxied] = [
    startedDirectly(governed, policy),
    governed.launch("everything"),
  ];
  const found: unknown[] = [];
  for (const launch of [direct, proxied]) {
    await using session = await Session.start(launch, { capabilities: everyCapability });
    await until("the question for the roots", () => session.asked.length > 0);
    found.push(await play(session));
  }
  deepEqual(found[1], found[0]);
  return found[0];
}

function counted(session: Session, method: string): number {
  return session.notices.filter((notice) => notice.method === method).length;
}

function noticesOf(session: Session, method: string): unknown[] {
  return session.notices.filter((notice) => notice.method === method).map(({ params }) => params);
}

async function askAll(
  session: Session,
  questions: readonly (readonly [string, Readonly<Record<string, unknown>>?])[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [method, params] of questions) {
    answers.push(timeless(await session.ask(method, params)));
  }
  return answers;
}

sdkTest("Resources, templates, prompts and completions", async () => {
  const completing = (argument: object, ref: object, context?: object) =>
    ["completion/complete", {
      ref,
      argument,
      ...(context === undefined ? {} : { context }),
    }] as const;
  const prompt = { type: "ref/prompt", name: "completable-prompt" };
  const template = { type: "ref/resource", uri: "demo://resource/dynamic/text/{resourceId}" };
  const answers = await same((session) =>
    askAll(session, [
      ["resources/list"],
      ["resources/templates/list"],
      ["resources/read", { uri: "demo://resource/dynamic/text/7" }],
      ["resources/read", { uri: "demo://resource/dynamic/blob/8" }],
      ["resources/read", { uri: "demo://resource/static/document/features.md" }],
      ["resources/read", { uri: "demo://nothing/there" }],
      ["prompts/list"],
      ["prompts/get", { name: "simple-prompt" }],
      ["prompts/get", { name: "args-prompt", arguments: { city: "Köln", state: "NRW" } }],
      ["prompts/get", { name: "args-prompt", arguments: {} }],
      ["prompts/get", {
        name: "resource-prompt",
        arguments: { resourceType: "Text", resourceId: "1" },
      }],
      ["prompts/get", { name: "nothing-there" }],
      completing({ name: "department", value: "S" }, prompt),
      completing({ name: "name", value: "" }, prompt, { arguments: { department: "Sales" } }),
      completing({ name: "resourceId", value: "1" }, template),
    ])
  ) as readonly Answer[];
  equal(answers.filter((answer) => "error" in answer).length, 3, "Only what is not there fails");
});

sdkTest("The level of log messages, and the messages", async () => {
  await same(async (session) => {
    const before = counted(session, "notifications/message");
    const answers = [
      await session.ask("logging/setLevel", { level: "debug" }),
      await session.call("toggle-simulated-logging"),
    ];
    await until("a message", () => counted(session, "notifications/message") > before);
    return [answers, await session.call("toggle-simulated-logging")];
  });
});

sdkTest("Subscriptions, and the notice that a resource has changed", async () => {
  const uri = "demo://resource/dynamic/text/1";
  await same(async (session) => {
    const subscribed = await session.ask("resources/subscribe", { uri });
    const started = await session.call("toggle-subscriber-updates");
    await until("the notice", () => counted(session, "notifications/resources/updated") > 0);
    const told = noticesOf(session, "notifications/resources/updated")[0];
    const stopped = await session.call("toggle-subscriber-updates");
    return [
      subscribed,
      started,
      told,
      stopped,
      await session.ask("resources/unsubscribe", { uri }),
    ];
  });
});

sdkTest("Progress of a call, under the token that the client gave it", async () => {
  for (const progressToken of ["a token", 0, 17]) {
    const told = await same(async (session) => {
      const args = { duration: 0.3, steps: 3 };
      const answer = await session.call("trigger-long-running-operation", args, { progressToken });
      return [answer, noticesOf(session, "notifications/progress")];
    });
    deepEqual(
      (told as unknown[])[1],
      [1, 2, 3].map((progress) => ({
        ...{ progress, progressToken, total: 3 },
      })),
    );
  }
});

sdkTest("A call that is taken back ends at once, and what comes after it is answered", async () => {
  await same(async (session) => {
    const controller = new AbortController();
    const args = { duration: 30, steps: 30 };
    const params = { name: "trigger-long-running-operation", arguments: args };
    const cut = session.ask("tools/call", params, controller.signal);
    await new Promise((next) => setTimeout(next, 300));
    controller.abort("enough");
    const started = performance.now();
    const [answer, after] = [await cut, await session.call("echo", { message: "after" })];
    ok(performance.now() - started < 5000);
    return ["error" in answer, after];
  });
});

sdkTest("What the server asks of the client: roots, sampling, elicitation", async () => {
  const asked = await same(async (session) => {
    await session.call("trigger-sampling-request", { prompt: "hello", maxTokens: 7 });
    await session.call("trigger-elicitation-request");
    const before = session.asked.length;
    await session.client.sendRootsListChanged();
    await until("the question for the new roots", () => session.asked.length > before);
    return session.asked.map(({ method, params }) => ({ method, params }));
  });
  const methods = (asked as { readonly method: string }[]).map(({ method }) => method);
  deepEqual(methods, ["roots/list", "sampling/createMessage", "elicitation/create", "roots/list"]);
});

sdkTest("Lists that change are told of", async () => {
  await same(async (session) => {
    const before = counted(session, "notifications/resources/list_changed");
    const args = { name: "new.gz", data: "data:,hello", outputType: "resourceLink" };
    const answer = await session.call("gzip-file-as-resource", args);
    const told = () => counted(session, "notifications/resources/list_changed") > before;
    await until("the notice", told);
    return [answer, await session.ask("resources/list")];
  });
});

sdkTest(
  "The server is told who the client is and what it can do, and the client who the server is",
  async () => {
    await same((session) =>
      Promise.resolve({
        server: session.client.getServerVersion(),
        instructions: session.client.getInstructions(),
      })
    );
  },
);
