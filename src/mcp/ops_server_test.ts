import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { fileURLToPath } from "node:url";
import type { Failure, Members, Result } from "./framing/message.ts";
import { serveOps } from "./ops_server.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

interface Listed {
  readonly name: string;
  readonly annotations?: Members;
}

function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ops_" }));
  Deno.mkdirSync(`${folder}/logs`);
  Deno.writeTextFileSync(`${folder}/notes.txt`, "notes\n");
  return use(folder).finally(() => Deno.removeSync(folder, { recursive: true }));
}

/** Everything the server answers to these lines. */
async function answers(folder: string, ...lines: readonly (string | Members)[]) {
  const texts = lines.map((line) => typeof line === "string" ? line : JSON.stringify(line));
  const output = new TextDecoderStream();
  const text = new Response(output.readable.pipeThrough(new TextEncoderStream())).text();
  const input = new Blob([texts.map((line) => `${line}\n`).join("")]).stream();
  await serveOps({ folder, input, output: output.writable as WritableStream<Uint8Array> });
  return (await text).trim().split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Result | Failure);
}

function call(name: string, input: unknown, id = 1): Members {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: input } };
}

/** The text of a call's result, and whether it is an error. */
async function called(folder: string, name: string, input: unknown) {
  const [answer] = await answers(folder, call(name, input));
  ok(answer !== undefined && "result" in answer, JSON.stringify(answer));
  const { content, isError } = answer.result as {
    readonly content: readonly { readonly type: string; readonly text: string }[];
    readonly isError: boolean;
  };
  deepEqual(content.map(({ type }) => type), ["text"]);
  return [isError, content[0]?.text] as const;
}

Deno.test("The tools do what they say", () =>
  withFolder(async (folder) => {
    const notes = `${folder}/notes.txt`;
    deepEqual(await called(folder, "read_file", { path: "notes.txt" }), [false, "notes\n"]);
    deepEqual(await called(folder, "read_file", { path: notes }), [false, "notes\n"]);
    deepEqual(await called(folder, "list_directory", { path: "." }), [false, "logs/\nnotes.txt"]);
    deepEqual(await called(folder, "list_directory", { path: "logs" }), [false, ""]);
    const said = "The deployment web would have been deleted.";
    deepEqual(await called(folder, "delete_deployment", { target: "web" }), [false, said]);
  }));

Deno.test("What a tool cannot do is a result that says so", () =>
  withFolder(async (folder) => {
    for (
      const [name, input, why] of [
        ["read_file", { path: "gone" }, /^Cannot read gone: NotFound$/],
        ["read_file", { path: "logs" }, /^logs is not a file$/],
        ["read_file", { path: "/dev/zero" }, /^\/dev\/zero is not a file$/],
        ["read_file", { path: "a\0b" }, /^Cannot read /],
        ["list_directory", { path: "notes.txt" }, /^Cannot read notes\.txt: /],
        ["read_file", {}, /takes one argument, path, which is text$/],
        ["read_file", undefined, /takes one argument, path/],
        ["read_file", { path: 5 }, /takes one argument, path/],
        ["read_file", { path: "notes.txt", more: 1 }, /takes one argument, path/],
        ["delete_deployment", { path: "x" }, /takes one argument, target/],
      ] as const
    ) {
      const [isError, text] = await called(folder, name, input);
      equal(isError, true, JSON.stringify(input));
      match(text ?? "", why);
    }
  }));

Deno.test("What is no request of its own is answered with the protocol's error", () =>
  withFolder(async (folder) => {
    const request = (method: string, id: number) => ({ jsonrpc: "2.0", id, method });
    const found = await answers(
      folder,
      "garbage",
      request("server/discover", 1),
      call("rm", {}, 2),
      '{"jsonrpc":"2.0","id":3,"id":3,"method":"ping"}',
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 9, result: {} },
      request("ping", 4),
    );
    deepEqual(
      found.map((one) => "error" in one ? [one.id, one.error.code] : [one.id, one.result]),
      [[null, -32700], [1, -32601], [2, -32602], [null, -32600], [4, {}]],
    );
  }));

Deno.test("The official client gets on with it, as a process of its own", {
  sanitizeOps: false, // the client's timers outlive its close
  sanitizeResources: false,
}, () =>
  withFolder(async (folder) => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(
      new StdioClientTransport({
        command: Deno.execPath(),
        args: ["run", "-A", "--quiet", main, "_ops-server", "--folder", folder],
        env: { ...Deno.env.toObject() },
      }),
    );
    try {
      equal(client.getServerVersion()?.name, "ops-server");
      const { tools } = await client.listTools() as { readonly tools: readonly Listed[] };
      deepEqual(
        tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint === true]),
        [["read_file", true], ["list_directory", true], ["delete_deployment", false]],
      );
      equal(tools[2]?.annotations?.destructiveHint, true);
      const result = await client.callTool({ name: "read_file", arguments: { path: "notes.txt" } });
      deepEqual(result.content, [{ type: "text", text: "notes\n" }]);
      await client.ping();
    } finally {
      await client.close();
    }
  }));
