import assert from "node:assert/strict";
import { kill } from "node:process";
import { fileURLToPath } from "node:url";
import type { FrameProblem, Message } from "../framing/message.ts";
import { ServerProcess, type ServerProcessOptions } from "./server_process.ts";
import { until } from "./test_until.ts";

const script = fileURLToPath(new URL("./test_server.ts", import.meta.url));

interface Told {
  readonly server: ServerProcess;
  readonly messages: Message[];
  readonly problems: FrameProblem[];
  readonly closed: string[];
  readonly printed: string[];
}

function make(args: readonly string[], options: ServerProcessOptions = {}, env = {}): Told {
  const printed: string[] = [];
  const server = new ServerProcess(
    { command: Deno.execPath(), args: ["run", "-A", "-q", script, ...args], env, cwd: "/" },
    { print: (line) => printed.push(line), ...options },
  );
  const told: Told = { server, messages: [], problems: [], closed: [], printed };
  server.onmessage = (message) => told.messages.push(message);
  server.onproblem = (problem) => told.problems.push(problem);
  server.onclose = (why) => told.closed.push(why);
  return told;
}

function isRunning(pid: number): boolean {
  try {
    kill(pid, 0);
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

const request = (id: number, params = {}): Message => ({ jsonrpc: "2.0", id, method: "a", params });

Deno.test("A thousand messages are answered in order, and the end is orderly", async () => {
  const { server, messages, problems, closed } = make(["echo"]);
  await server.start();
  for (let id = 0; id < 1000; id++) server.send(request(id, { text: `${id}`.repeat(id % 50) }));
  await until(() => messages.length === 1000);
  const expected = messages.map((_, id) => ({ text: `${id}`.repeat(id % 50) }));
  assert.deepEqual(messages.map((one) => "result" in one && one.result.params), expected);
  const large = "z".repeat(3_000_000);
  await server.send(request(1000, { large }));
  await until(() => messages.length === 1001);
  assert.deepEqual(messages[1000], { jsonrpc: "2.0", id: 1000, result: { params: { large } } });
  const start = performance.now();
  await server.close();
  await server.close();
  assert.ok(performance.now() - start < 1500);
  assert.deepEqual([closed, problems], [["The server was ended"], []]);
  await assert.rejects(server.send(request(1)), /^WireError: The server was ended$/);
});

Deno.test("A server is given its variables, the few that every program needs, and nothing else", async () => {
  Deno.env.set("TENUO_TEST_SECRET", "s");
  try {
    const { server, messages } = make(["environment", "a b", ""], {}, { GIVEN: "1", TERM: "own" });
    await server.start();
    await until(() => messages.length === 1);
    const [message] = messages;
    assert.ok(message !== undefined && "result" in message);
    const { env, cwd, args } = message.result as {
      env: Record<string, string>;
      cwd: string;
      args: string[];
    };
    assert.deepEqual([cwd, args, env.GIVEN, env.TERM], ["/", ["a b", ""], "1", "own"]);
    assert.equal(env.PATH, Deno.env.get("PATH"));
    const allowed = /^(PATH|HOME|LANG|LC_ALL|TMPDIR|USER|LOGNAME|SHELL|TERM|GIVEN|PWD|_|SHLVL)$/;
    assert.deepEqual(Object.keys(env).filter((name) => !allowed.test(name)), []);
    await server.close();
  } finally {
    Deno.env.delete("TENUO_TEST_SECRET");
  }
});

Deno.test("What cannot be started is named", async () => {
  const start = (command: string, cwd = "/") =>
    new ServerProcess({ command, args: [], env: {}, cwd }).start();
  await assert.rejects(
    start("no-such-server"),
    /^WireError: The server cannot be started: the program "no-such-server" is not found$/,
  );
  await assert.rejects(
    start(script),
    /the program ".*\/test_server\.ts" may not be executed$/,
  );
  await assert.rejects(
    start("cat", "/no/such/folder"),
    /the folder "\/no\/such\/folder" does not exist$/,
  );
});

Deno.test("A server that ends says how, with its last words made harmless", async () => {
  const { server, closed, printed } = make(["die", "3"]);
  await server.start();
  await until(() => closed.length === 1);
  await server.close();
  assert.deepEqual(closed, ["The server ended with exit code 3: boom in red"]);
  assert.deepEqual(printed, ["first line", "boom in red"]);
  assert.equal(server.complaint, "first line\nboom in red\n");
  await assert.rejects(server.send(request(1)), /^WireError: The server ended with exit code 3/);
  await server.close();
  assert.equal(closed.length, 1);
});

Deno.test("A server that is killed in a call says by what; nothing is thrown that nobody awaits", async () => {
  const { server, messages, closed } = make(["deaf"]);
  await server.start();
  await until(() => messages.length === 1);
  for (let id = 0; id < 50; id++) server.send(request(id, { text: "x".repeat(100_000) }));
  const last = server.send(request(51));
  await server.close();
  assert.deepEqual(closed, ["The server was ended"]);
  await assert.rejects(last, /^WireError: /);
  const killed = make(["stubborn"]);
  await killed.server.start();
  await until(() => killed.messages.length === 1);
  const [hello] = killed.messages;
  Deno.kill(hello !== undefined && "id" in hello ? Number(hello.id) : 0, "SIGKILL");
  await until(() => killed.closed.length === 1);
  await killed.server.close();
  assert.deepEqual(killed.closed, ["The server was ended by SIGKILL"]);
});

Deno.test("Lines that are no messages are told, and the rest is read", async () => {
  const { server, messages, problems, closed } = make(["garbage"]);
  await server.start();
  await until(() => closed.length === 1);
  await server.close();
  assert.deepEqual(messages, [{ jsonrpc: "2.0", id: 3, result: {} }]);
  assert.deepEqual(problems, [
    { code: -32700, why: 'The line is not JSON: "Server is up"' },
    { code: -32600, why: 'The member "id" stands twice' },
    { code: -32700, why: "The stream ended within a line" },
  ]);
});

Deno.test("An answer that is too large is told with its id, and the next one is read", async () => {
  const { server, messages, problems, closed } = make(["large", "3000000"], {
    limits: { bytes: 1_000_000, depth: 128 },
  });
  await server.start();
  await until(() => closed.length === 1);
  await server.close();
  assert.deepEqual(messages, [{ jsonrpc: "2.0", id: 2, result: {} }]);
  const why = "The line is longer than 1,000,000 bytes";
  assert.deepEqual(problems, [{ code: -32600, why, id: 1 }]);
});

Deno.test("A server that does not listen to signals is killed, with what it started", async () => {
  const { server, messages, closed } = make(["stubborn"], { patience: 200 });
  await server.start();
  await until(() => messages.length === 1);
  const [hello] = messages;
  const pid = hello !== undefined && "id" in hello ? Number(hello.id) : 0;
  assert.ok(isRunning(pid));
  await server.close();
  assert.equal(isRunning(pid), false);
  assert.deepEqual(closed, ["The server was ended: SIGTERM ignored"]);
});

Deno.test("What a server leaves behind is ended with it", async () => {
  const { server, messages } = make(["family"]);
  await server.start();
  await until(() => messages.length === 1);
  const [hello] = messages;
  const pid = hello !== undefined && "id" in hello ? Number(hello.id) : 0;
  assert.ok(isRunning(pid));
  await server.close();
  assert.equal(isRunning(pid), false);
});

Deno.test("A server that closes its output is ended", async () => {
  const closed: string[] = [];
  const args = ["-c", "exec 1>&-; sleep 1000"];
  const server = new ServerProcess({ command: "sh", args, env: {}, cwd: "/" }, { patience: 200 });
  server.onclose = (why) => closed.push(why);
  await server.start();
  await until(() => closed.length === 1);
  await server.close();
  assert.deepEqual(closed, ["The server closed its output"]);
});

Deno.test("Of much noise on standard error a part is passed on, and it does not block", async () => {
  const { server, messages, printed, closed } = make(["noise"]);
  await server.start();
  await until(() => messages.length === 1);
  await server.close();
  assert.ok(printed.length < 60, `${printed.length} lines`);
  assert.match(printed.at(-1) ?? "", /^\([0-9]+ more lines\)$/);
  assert.match(closed[0] ?? "", /^The server was ended: line 4999 y+$/);
});

Deno.test("Nothing is read while it is held", async () => {
  const { server, messages } = make(["echo"]);
  await server.start();
  server.send(request(1));
  await until(() => messages.length === 1);
  let release = () => {};
  server.hold(new Promise<void>((resolve) => release = resolve));
  server.send(request(2));
  await until(() => messages.length === 2); // the read that was under way
  server.send(request(3));
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(messages.length, 2);
  release();
  await until(() => messages.length === 3);
  await server.close();
});
