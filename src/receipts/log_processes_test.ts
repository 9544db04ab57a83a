/** Receipts written by several processes at once, by processes that are killed, on disks that fail. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { appendReceipt } from "./log.ts";
import { fileBytes, plainLines, sampleDraft, sampleKey, withFile } from "./sample_log.ts";
import { type Verification, verifyFile } from "./verify.ts";

const prelude = `
  import { appendReceipt } from ${JSON.stringify(import.meta.resolve("./log.ts"))};
  import { sampleDraft, sampleKey } from ${JSON.stringify(import.meta.resolve("./sample_log.ts"))};
  const append = (path, reason) =>
    appendReceipt(path, sampleDraft({ reason }), { key: sampleKey, sync: false });
`;

function verify(path: string): Verification {
  return verifyFile(path, sampleKey.publicKey);
}

function writer(path: string, name: string, count: number): Deno.ChildProcess {
  const code = `${prelude}
    for (let i = 0; i < ${count}; i++) append(${JSON.stringify(path)}, ${JSON.stringify(name)});`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "tenuo-" });
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("Eight processes with 25 receipts each leave one whole chain", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeTextFile(path, "");
    const names = Array.from({ length: 8 }, (_, at) => `writer ${at}`);
    const outputs = await Promise.all(
      names.map((name) => writer(path, name, 25).output()),
    );
    deepEqual(outputs.map(({ code }) => code), names.map(() => 0));
    deepEqual(verify(path), { outcome: "proven", counts: { proven: 200, masked: 0, torn: 0 } });
    const text = await Deno.readTextFile(path);
    for (const name of names) equal(text.split(`"reason":"${name}"`).length - 1, 25);
  });
});

Deno.test("Writers that are killed lose no more than the line they were at", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeTextFile(path, "");
    const writers = Array.from({ length: 4 }, (_, at) => writer(path, `writer ${at}`, 1_000_000));
    const deadline = Date.now() + 20_000;
    for (const child of writers) {
      const before = (await Deno.stat(path)).size;
      while ((await Deno.stat(path)).size < before + 20_000 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      child.kill("SIGKILL");
      await child.output();
    }
    appendReceipt(path, sampleDraft(), { key: sampleKey, sync: true });
    const result = verify(path);
    if (result.outcome !== "proven") throw new Error(JSON.stringify(result));
    ok(result.counts.proven > 50 && result.counts.torn <= 4);
  });
});

/** Runs code with `disk` mounted as a small file system that nobody else sees. */
function onSmallDisk(code: string, ...mounted: string[]): unknown {
  return withFile("", (path) => {
    const disk = path.slice(0, path.lastIndexOf("/"));
    const script = [
      'mount -t tmpfs -o size=64k tmpfs "$1"',
      ...mounted,
      'exec "$2" eval "const disk = Deno.args[0]; $3" "$1"',
    ].join(" && ");
    const args = ["-m", "sh", "-c", script, "sh", disk, Deno.execPath(), `${prelude}${code}`];
    const { code: exit, stdout, stderr } = new Deno.Command("unshare", { args }).outputSync();
    const decoder = new TextDecoder();
    equal(exit, 0, decoder.decode(stderr));
    return JSON.parse(decoder.decode(stdout));
  });
}

function canMount(): boolean {
  try {
    const args = ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"];
    return new Deno.Command("unshare", { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
const ignore = !canMount();

Deno.test({
  name: "On a full disk the receipt is lost and the log stays whole (needs root and unshare)",
  ignore,
  fn: () => {
    const seen = onSmallDisk(`
      import { verifyFile } from ${JSON.stringify(import.meta.resolve("./verify.ts"))};
      const path = disk + '/receipts.jsonl';
      Deno.writeTextFileSync(path, '');
      let written = 0;
      let why = '';
      try {
        for (;;) { append(path, 'x'.repeat(700)); written++; }
      } catch (error) { why = error.name + ': ' + error.message; }
      const full = verifyFile(path, sampleKey.publicKey);
      const free = disk + '/other';
      console.log(JSON.stringify({ written, why, full, size: Deno.statSync(path).size }));
    `);
    const { written, why, full } = seen as { written: number; why: string; full: Verification };
    ok(written > 20 && written < 64);
    equal(
      why,
      "ReceiptLost: Receipts: the line could not be written; is the disk full or read-only?",
    );
    deepEqual(full, { outcome: "proven", counts: { proven: written, masked: 0, torn: 0 } });
  },
});

Deno.test({
  name: "On a read-only disk the receipt is lost (needs root and unshare)",
  ignore,
  fn: () => {
    const seen = onSmallDisk(
      `
      try { append(disk + '/receipts.jsonl', 'x'); } catch (error) { console.log(JSON.stringify(error.name)); }
    `,
      'touch "$1/receipts.jsonl"',
      'mount -o remount,ro "$1"',
    );
    equal(seen, "ReceiptLost");
  },
});

Deno.test("Rows are read and verified while others append", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeFile(path, fileBytes(plainLines(20)));
    const writers = [writer(path, "a", 150), writer(path, "b", 150)];
    let seen = 20;
    let isDone = false;
    const ended = Promise.all(writers.map((child) => child.output())).then(() => isDone = true);
    while (!isDone) {
      const result = verify(path);
      if (result.outcome !== "proven") throw new Error(JSON.stringify(result));
      ok(result.counts.proven >= seen);
      seen = result.counts.proven;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await ended;
    equal((verify(path) as { counts: { proven: number } }).counts.proven, 320);
  });
});
