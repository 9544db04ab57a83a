/** The tour as people run it: a process of its own, which must leave nothing behind. */
import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const decoder = new TextDecoder();

/** Where this Deno keeps its packages: the tour gets another HOME and would not find them. */
function packages(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  return String((JSON.parse(decoder.decode(stdout)) as { denoDir: unknown }).denoDir);
}

interface Playground {
  readonly home: string;
  readonly cwd: string;
  readonly temporary: string;
  readonly start: (...args: string[]) => Deno.ChildProcess;
}

async function withPlayground(use: (place: Playground) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "tenuo-" }));
  const [home, cwd, temporary] = ["home", "cwd", "tmp"].map((name) => `${folder}/${name}`) as [
    string,
    string,
    string,
  ];
  for (const path of [home, cwd, temporary]) await Deno.mkdir(path);
  const env = { HOME: home, TMPDIR: temporary, DENO_DIR: packages(), CLAUDECODE: "1" };
  const start = (...args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--quiet", "--config", config, main, "demo", ...args],
      cwd,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  try {
    await use({ home, cwd, temporary, start });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** The service's pid that `up` printed. */
function servicePid(output: string): number {
  return Number(/started \(pid (\d+)/.exec(output)?.[1]);
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended too.
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

Deno.test("The tour passes within 10 s, plain where nobody looks, and leaves nothing behind", async () => {
  await withPlayground(async ({ home, cwd, temporary, start }) => {
    const before = performance.now();
    const { code, stdout, stderr } = await start().output();
    const text = decoder.decode(stdout);
    equal(code, 0, text + decoder.decode(stderr));
    ok(performance.now() - before < 10_000);
    ok(!text.includes("\x1b"));
    match(text, /ALLOW {2}Tenuo authorized: Read/);
    match(text, /DENY {3}Tenuo denied Read: path "\/etc\/hosts"/);
    match(text, /DENY {3}Tenuo hook error \(fail-closed\): Missing .*\/tenuo\.yaml/);
    match(text, /ALLOW {6}\[gov\] Read {11}-> read_file {2}authorized/);
    match(text, /tools\/list shows read_file, list_directory\n/);
    match(text, /ALLOW {2}The server answered: Notes, Tuesday/);
    match(text, /DENY {3}Tenuo denied mcp__tenuo-files__delete_deployment: /);
    match(text, /DENY {3}Tenuo denied mcp__tenuo-files__read_file: path "\/etc\/hosts"/);
    match(text, /Verified {4}: 23 receipts and their chain, 23 decisions/);
    match(text, /All 23 verdicts as expected/);
    ok(servicePid(text) > 0 && !isAlive(servicePid(text)));
    deepEqual([names(home), names(cwd), names(temporary)], [[], [], []]);
  });
});

Deno.test("The tour keeps its folder when it is told to, but not its service", async () => {
  await withPlayground(async ({ temporary, start }) => {
    const { code, stdout } = await start("--keep").output();
    equal(code, 0);
    const [folder, ...others] = names(temporary);
    match(folder ?? "", /^tenuo-demo-/);
    deepEqual(others, []);
    const state = `${temporary}/${folder}/project/.state`;
    ok(Deno.statSync(`${state}/receipts.jsonl`).isFile);
    ok(!isAlive(servicePid(decoder.decode(stdout))));
  });
});

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`The tour cleans up on ${signal}, wherever it is`, async () => {
    const moments = [
      /tenuo-claude init\n/,
      /tenuo-claude up\n/,
      /Read \/etc\/hosts\n/,
      /tools\/list shows /,
    ];
    for (const moment of moments) {
      await withPlayground(async ({ home, cwd, temporary, start }) => {
        const child = start();
        const errors = new Response(child.stderr).text();
        let text = "";
        for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
          const isBefore = !moment.test(text);
          text += chunk;
          if (isBefore && moment.test(text)) child.kill(signal);
        }
        const { code } = await child.status;
        equal(code, expected, text + await errors);
        match(await errors, /Interrupted; cleaning up/);
        doesNotMatch(text, /All \d+ verdicts/);
        deepEqual([names(home), names(cwd), names(temporary)], [[], [], []]);
        const pid = servicePid(text);
        ok(Number.isNaN(pid) || !isAlive(pid));
      });
    }
  });
}

Deno.test("The tour cleans up when nobody reads on", async () => {
  await withPlayground(async ({ temporary, start }) => {
    const child = start();
    const errors = new Response(child.stderr).text();
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    await child.status;
    await errors;
    deepEqual(names(temporary), []);
  });
});
