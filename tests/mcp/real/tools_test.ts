/** Every tool of the published servers answers through the proxy what it answers without. */
import { deepEqual, equal, match } from "node:assert/strict";
import { type Answer, everyCapability, sdkTest, Session, until } from "../session.ts";
import {
  askingCalls,
  everythingCalls,
  filesystemCalls,
  type HonestCall,
  memoryCalls,
  timeless,
} from "./honest_calls.ts";
import { generous, governPublished, resetFiles, startedDirectly } from "./published.ts";

type Name = keyof typeof generous;

interface Played {
  readonly tools: readonly string[];
  readonly answers: readonly (readonly [tool: string, Answer])[];
}

function namesOf(answer: Answer): string[] {
  const { tools } = (answer as { readonly result: { readonly tools: { name: string }[] } }).result;
  return tools.map(({ name }) => name).toSorted();
}

async function play(session: Session, calls: readonly HonestCall[]): Promise<Played> {
  const answers: [string, Answer][] = [];
  for (const { tool, args } of calls) {
    answers.push([tool, timeless(await session.call(tool, args))]);
  }
  return { tools: namesOf(await session.ask("tools/list")), answers };
}

async function compare(
  name: Name,
  callsIn: (root: string) => readonly HonestCall[],
  options = {},
): Promise<void> {
  const policy = generous[name];
  await using governed = await governPublished({ [name]: policy });
  const { root } = governed.project;
  const played: Played[] = [];
  for (const launch of [startedDirectly(governed, policy), governed.launch(name)]) {
    resetFiles(root);
    await using session = await Session.start(launch, options);
    if (name === "everything" && "capabilities" in options) {
      // The server asks for the roots a moment after the handshake.
      await until("the question for the roots", () => session.asked.length > 0);
      await session.ask("tools/list");
    }
    played.push(await play(session, callsIn(root)));
  }
  const [direct, proxied] = played as [Played, Played];
  deepEqual(proxied.answers, direct.answers);
  const granted = direct.tools.filter((tool) => policy.allow?.includes(tool));
  deepEqual(proxied.tools, granted, "All tools that are granted are listed, and no others");
  const decisions = governed.receipts().filter(({ kind }) => kind === "decision");
  equal(decisions.length, direct.answers.length, "One receipt for each call");
  equal(decisions.every(({ decision }) => decision === "allow"), true);
}

sdkTest("server-everything answers through the proxy what it answers without", async () => {
  await compare("everything", () => everythingCalls);
});

sdkTest("Tools that ask the client answer through the proxy what they answer without", async () => {
  await compare("everything", () => askingCalls, { capabilities: everyCapability });
});

sdkTest("server-filesystem answers through the proxy what it answers without", async () => {
  await compare("filesystem", (root) => filesystemCalls(`${root}/sandbox/files`));
});

sdkTest("server-memory answers through the proxy what it answers without", async () => {
  await compare("memory", () => memoryCalls);
});

sdkTest(
  "A server gets the environment that the policy gives it and nothing of the client's",
  async () => {
    await using governed = await governPublished({ everything: generous.everything });
    const launch = governed.launch("everything");
    const env = { ...launch.env, API_TOKEN: "of the client", CLAUDECODE: "1" };
    await using session = await Session.start({ ...launch, env });
    const answer = await session.call("get-env");
    const { content } = (answer as { readonly result: { content: { text: string }[] } }).result;
    const seen = JSON.parse(content[0]?.text ?? "{}") as Record<string, string>;
    equal(seen.GREETING, "hello");
    match(seen.PATH ?? "", /\//);
    const ordinary = [
      "PATH",
      "HOME",
      "LANG",
      "LC_ALL",
      "TMPDIR",
      "USER",
      "LOGNAME",
      "SHELL",
      "TERM",
    ];
    deepEqual(Object.keys(seen).filter((name) => !ordinary.includes(name)), ["GREETING"]);
  },
);

sdkTest("Paths are held to their rule at the proxy, which no hook stands before", async () => {
  await using governed = await governPublished({
    filesystem: {
      ...generous.filesystem,
      args: [generous.filesystem.args?.[0] ?? "", "{project}"],
      allow: ["list_allowed_directories"],
      enforce: {
        read_text_file: { args: { path: "subpath:{sandbox}/files" } },
        write_file: { args: { path: "subpath:{sandbox}/files", content: "any" } },
      },
    },
  });
  const { root } = governed.project;
  await using session = await Session.start(governed.launch("filesystem"));
  const read = (path: string) => session.call("read_text_file", { path });
  const texts = (answer: Answer) => JSON.stringify(answer);
  match(texts(await read(`${root}/sandbox/files/notes.txt`)), /one\\ntwo/);
  for (
    const path of [
      `${root}/tenuo.yaml`,
      `${root}/sandbox/files/../../tenuo.yaml`,
      `${root}/sandbox/filesystem`,
      `${root}/.state/issuer_key.b64`,
    ]
  ) {
    const answer = await read(path);
    match(texts(answer), /"isError":true/, path);
    match(texts(answer), /Tenuo denied/, path);
  }
  Deno.symlinkSync(`${root}/tenuo.yaml`, `${root}/sandbox/files/link.txt`);
  match(texts(await read(`${root}/sandbox/files/link.txt`)), /Tenuo denied/);
  match(texts(await read(`${root}/sandbox/files/missing.txt`)), /ENOENT/);
  const write = { path: `${root}/sandbox/files/new.txt`, content: "new" };
  match(texts(await session.call("write_file", write)), /Successfully wrote/);
  match(texts(await session.call("write_file", { ...write, more: 1 })), /Tenuo denied/);
  match(texts(await session.call("list_directory", { path: root })), /Tenuo denied/);
  deepEqual(namesOf(await session.ask("tools/list")), [
    ...["list_allowed_directories", "read_text_file", "write_file"],
  ]);
});
