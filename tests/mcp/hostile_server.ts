/**
 * An MCP server that does whatever the test tells it to. Arguments: the file of its tools (a JSON
 * list, read again for each `tools/list`) and the file to which it appends every line it gets.
 *
 * Its tools: `emit` writes the lines it is given, raw, and then answers; `swap` writes another list
 * of tools, says so, and answers; `large` answers with a text of so many bytes; `silent` never
 * answers; `late` answers after so many milliseconds; `twice` answers two times; `ask` sends a
 * request of its own and answers with what it was answered; `die` ends the process; `stubborn` makes
 * it ignore its end of input and SIGTERM; any other tool answers with its name and arguments.
 */
import { Buffer } from "node:buffer";
import { appendFileSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import process from "node:process";

type Members = Readonly<Record<string, unknown>>;

const [toolsFile = "", logFile = ""] = process.argv.slice(2);
const waiting = new Map<unknown, (answer: Members) => void>();
let isStubborn = false;

function write(bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length;) {
    try {
      start += writeSync(1, bytes.subarray(start));
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
    }
  }
}

function say(message: Members): void {
  write(Buffer.from(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`));
}

function texts(...lines: readonly unknown[]): Members {
  return { content: lines.map((line) => ({ type: "text", text: String(line) })) };
}

function pause(milliseconds: unknown): Promise<void> {
  return new Promise((next) => setTimeout(next, Number(milliseconds)));
}

/** Raw lines: text, or bytes in base64. What is repeated is numbered where it says `{n}`. */
async function emit({ lines, base64, repeat = 1, after }: Members): Promise<void> {
  if (after !== undefined) await pause(after);
  const raw = (lines as readonly string[] | undefined)?.map((line) => Buffer.from(line)) ??
    [Buffer.from(String(base64), "base64")];
  for (let n = 0; n < Number(repeat); n++) {
    for (const line of raw) {
      write(line.includes("{n}") ? Buffer.from(line.toString().replaceAll("{n}", `${n}`)) : line);
    }
  }
}

async function ask(args: Members): Promise<Members> {
  const { promise, resolve } = Promise.withResolvers<Members>();
  waiting.set(args.id, resolve);
  say(args);
  const answer = await promise;
  return texts(JSON.stringify(answer));
}

async function call(id: unknown, name: unknown, args: Members): Promise<Members | undefined> {
  if (name === "emit") {
    await emit(args);
    return args.isAnswered === false ? undefined : texts("emitted");
  }
  if (name === "swap") {
    writeFileSync(toolsFile, JSON.stringify(args.tools));
    if (args.isQuiet !== true) say({ method: "notifications/tools/list_changed" });
    return texts("swapped");
  }
  if (name === "large") return texts(String(args.letter ?? "x").repeat(Number(args.bytes)));
  if (name === "silent") return undefined;
  if (name === "late") await pause(args.milliseconds);
  if (name === "twice") say({ id, result: texts("first") });
  if (name === "ask") return await ask(args.request as Members);
  if (name === "die") process.exit(3);
  if (name === "stubborn") isStubborn = true;
  return texts(name, JSON.stringify(args));
}

/** What a file beside that of its tools says, once a test has written it. */
function told(what: string): string | undefined {
  try {
    return readFileSync(`${toolsFile}.${what}`, "utf8");
  } catch {
    return undefined;
  }
}

async function answer(id: unknown, method: unknown, params: Members): Promise<Members | undefined> {
  if (method === "initialize") {
    return {
      protocolVersion: params.protocolVersion,
      capabilities: JSON.parse(told("capabilities") ?? "null") ?? {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
        tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
        experimental: { "tests/anything": {} },
      },
      serverInfo: {
        name: "hostile",
        version: told("version") ?? process.env.HOSTILE_VERSION ?? "1.0.0",
      },
      instructions: "Do as you are told.",
    };
  }
  if (method === "tools/list") await pause(told("delay") ?? 0);
  if (method === "tools/list") return { tools: JSON.parse(readFileSync(toolsFile, "utf8")) };
  if (method === "tools/call") {
    return await call(id, params.name, (params.arguments ?? {}) as Members);
  }
  if (method === "resources/list") {
    return { resources: [{ uri: "test://one", name: "one" }, { uri: "test://two", name: "two" }] };
  }
  if (method === "resources/templates/list") {
    return { resourceTemplates: [{ uriTemplate: "test://{name}", name: "any" }] };
  }
  if (method === "resources/read") return { contents: [{ uri: params.uri, text: "read" }] };
  if (method === "prompts/list") return { prompts: [{ name: "one" }, { name: "two" }] };
  if (method === "prompts/get") return { messages: [] };
  if (method === "completion/complete") {
    return { completion: { values: [told("completion") ?? "completed"] } };
  }
  return {};
}

/** Only line feeds end a line; Node's readline takes U+2028 for an end as well. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = [];
  for await (let piece of input) {
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10)) {
      yield Buffer.concat([...rest, piece.subarray(0, end)]).toString();
      [rest, piece] = [[], piece.subarray(end + 1)];
    }
    rest.push(piece);
  }
}

process.on("SIGTERM", () => isStubborn || process.exit(0));
for await (const line of linesOf(process.stdin)) {
  if (logFile !== "") appendFileSync(logFile, `${line}\n`);
  const { jsonrpc: _, id, method, params, ...rest } = JSON.parse(line) as Members;
  if (method === undefined) waiting.get(id)?.(rest);
  else if (method === "notifications/initialized") {
    if (told("asks") !== undefined) say({ id: "own", method: told("asks"), params: {} });
  } else if (id !== undefined) {
    void answer(id, method, (params ?? {}) as Members)
      .then((result) => result === undefined ? undefined : say({ id, result }));
  }
}
while (isStubborn) await pause(100);
