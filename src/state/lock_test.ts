/** Locks that real processes hold, share, give back and leave behind. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { lockUntil, pause } from "./lock.ts";

const prelude = `
  import { lockUntil, pause } from ${JSON.stringify(import.meta.resolve("./lock.ts"))};
  const path = Deno.args[0];
  const open = () => Deno.openSync(path, { read: true, write: true });
  const soon = () => performance.now() + 20_000;
`;

function start(path: string, code: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", prelude + code, path],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs `use` while another process holds the lock; it is killed when `use` does not. */
async function whileHeld(
  path: string,
  exclusive: boolean,
  use: (holder: Deno.ChildProcess) => void | Promise<void>,
): Promise<void> {
  const holder = start(
    path,
    `console.log(lockUntil(soon(), open(), ${exclusive})); pause(60_000);`,
  );
  const output = holder.stdout.getReader();
  try {
    const { value } = await output.read();
    equal(new TextDecoder().decode(value), "true\n");
    await use(holder);
  } finally {
    try {
      holder.kill("SIGKILL");
    } catch {
      // It is gone.
    }
    await output.cancel();
    await holder.stderr.cancel();
    await holder.status;
  }
}

async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    Deno.writeTextFileSync(`${folder}/file`, "0");
    await use(`${folder}/file`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Tries for so long; returns whether the lock was had, and how long that took. */
function attempt(path: string, milliseconds: number, exclusive = true): [boolean, number] {
  using file = Deno.openSync(path, { read: true, write: true });
  const begun = performance.now();
  const isLocked = lockUntil(begun + milliseconds, file, exclusive);
  return [isLocked, performance.now() - begun];
}

Deno.test("A lock that nobody holds is had at once, also after the deadline", () =>
  withFile((path) => {
    equal(attempt(path, 5000)[0], true);
    equal(attempt(path, -5000)[0], true);
    return Promise.resolve();
  }));

Deno.test("A lock that a process holds is waited for until the deadline, and no longer", () =>
  withFile((path) =>
    whileHeld(path, true, () => {
      for (const exclusive of [true, false]) {
        const [isLocked, took] = attempt(path, 300, exclusive);
        equal(isLocked, false);
        ok(took > 299 && took < 3000, `${took} ms`);
      }
    })
  ));

Deno.test("A lock that is shared keeps out only who wants it alone", () =>
  withFile((path) =>
    whileHeld(path, false, () => {
      deepEqual([attempt(path, 20, false)[0], attempt(path, 20)[0]], [true, false]);
    })
  ));

Deno.test("What a killed process had locked is free, also for who waits already", () =>
  withFile((path) =>
    whileHeld(path, true, async (holder) => {
      const waiter = start(path, "console.log('waits', lockUntil(soon(), open(), true, 5));");
      equal(attempt(path, 500)[0], false);
      holder.kill("SIGKILL");
      const { stdout, stderr } = await waiter.output();
      equal(new TextDecoder().decode(stdout), "waits true\n", new TextDecoder().decode(stderr));
      equal(attempt(path, 5000)[0], true);
    })
  ));

Deno.test("Of processes that want it at the same time each has it alone", () =>
  withFile(async (path) => {
    const code = `
      for (let turn = 0; turn < 100; turn++) {
        const file = open();
        if (!lockUntil(soon(), file)) throw new Error("not had");
        const count = Number(Deno.readTextFileSync(path));
        Deno.writeTextFileSync(path, String(count + 1));
        file.close();
      }`;
    const outputs = await Promise.all(Array.from({ length: 4 }, () => start(path, code).output()));
    for (const { code, stderr } of outputs) equal(code, 0, new TextDecoder().decode(stderr));
    equal(Deno.readTextFileSync(path), "400");
  }));

Deno.test("Where the system has no locks it says so itself", () => {
  const refuse = () => {
    throw new Deno.errors.NotSupported("no locks");
  };
  throws(() => lockUntil(Infinity, { tryLockSync: refuse } as never), Deno.errors.NotSupported);
});

Deno.test("A pause lasts as long as it is asked for", () => {
  const begun = performance.now();
  pause(50);
  ok(performance.now() - begun > 49);
});
