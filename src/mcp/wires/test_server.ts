/** A program that plays a server for tests: `deno run -A test_server.ts BEHAVIOUR`. */
const [behaviour = "echo", ...rest] = Deno.args;

const encoder = new TextEncoder();
const say = (text: string) => Deno.stdout.writeSync(encoder.encode(text));
const complain = (text: string) => Deno.stderr.writeSync(encoder.encode(text));
const answer = (id: unknown, result: object) =>
  say(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
const forever = () => new Promise(() => setInterval(() => {}, 1000));

/** Everything that comes in, line by line. */
async function* lines(): AsyncGenerator<string> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

switch (behaviour) {
  case "echo":
    for await (const line of lines()) {
      const { id, params } = JSON.parse(line);
      answer(id, { params });
    }
    break;
  case "environment":
    answer(1, { env: Deno.env.toObject(), cwd: Deno.cwd(), args: rest });
    break;
  case "die":
    complain("first line\n\x1b[31mboom\x1b[0m in \u202ered\n");
    Deno.exit(Number(rest[0]));
    break;
  case "garbage":
    say('Server is up\n{"jsonrpc":"2.0","id":1,"id":2,"result":{}}\r\n');
    answer(3, {});
    say('{"jsonrpc":"2.0","id":4,"result":');
    break;
  case "large":
    answer(1, { text: "x".repeat(Number(rest[0])) });
    answer(2, {});
    break;
  case "stubborn":
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => complain(`${signal} ignored\n`));
    }
    new Deno.Command("sleep", { args: ["1000"], stdin: "null" }).spawn();
    answer(Deno.pid, {});
    await forever();
    break;
  case "family": {
    const { pid } = new Deno.Command("sleep", { args: ["1000"], stdin: "null" }).spawn();
    answer(pid, {});
    for await (const _ of lines());
    break;
  }
  case "deaf":
    answer(1, {});
    await forever();
    break;
  case "noise":
    for (let count = 0; count < 5000; count++) complain(`line ${count} ${"y".repeat(100)}\n`);
    answer(1, {});
    for await (const _ of lines());
}
