/** Receipts written by several processes at once, by processes that are killed, on disks that fail. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { appendReceipt } from "./log.ts";
import { fileBytes, plainLines, sampleDraft, sampleKey, walkLog, withFile } from "./sample_log.ts";
import { segmentsOf } from "./segments.ts";

const prelude = `
  import { appendReceipt } from ${JSON.stringify(import.meta.resolve("./log.ts"))};
  import { sampleDraft, sampleKey, walkLog } from ${
  JSON.stringify(import.meta.resolve("./sample_log.ts"))
};
  const append = (path, reason, options = {}) =>
    appendReceipt(path, sampleDraft({ reason }), { key: sampleKey, sync: false, ...options });
`;

function writer(path: string, name: string, count: number, options = {}): Deno.ChildProcess {
  const words = [path, name].map((word) => JSON.stringify(word));
  const code = `${prelude}
    const [path, name, options] = [${words}, ${JSON.stringify(options)}];
    for (let at = 0; at < ${count}; at++) append(path, name + " " + at, options);`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
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

for (const rotation of [undefined, { bytes: 20_000, daily: false }, { bytes: 1, daily: false }]) {
  const count = rotation?.bytes === 1 ? 50 : 1000;
  const files = rotation === undefined ? "one file" : `segments of ${rotation.bytes} bytes or more`;
  Deno.test(`Sixteen processes with ${count} receipts each, in ${files}: one whole chain`, async () => {
    await withDirectory(async (directory) => {
      const path = `${directory}/receipts.jsonl`;
      await Deno.writeTextFile(path, "");
      const names = Array.from({ length: 16 }, (_, at) => `writer ${at}`);
      const writers = names.map((name) =>
        writer(path, name, count, rotation === undefined ? {} : { rotation })
      );
      const outputs = await Promise.all(writers.map((one) => one.output()));
      for (const { code, stderr } of outputs) equal(code, 0, new TextDecoder().decode(stderr));
      const receipts = walkLog(path);
      equal(receipts.length, 16 * count);
      for (const name of names) {
        const own = receipts.flatMap(({ reason }) =>
          reason?.startsWith(`${name} `) ? [reason] : []
        );
        deepEqual(own, Array.from({ length: count }, (_, at) => `${name} ${at}`));
      }
      const made = segmentsOf(path).length;
      if (rotation === undefined) equal(made, 0);
      else if (rotation.bytes === 1) equal(made, 16 * count - 1);
      else ok(made > 250 && made < 500, `${made} segments`);
    });
  });
}

Deno.test("Writers that are killed lose no more than the line they were at", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeTextFile(path, "");
    const rotation = { bytes: 30_000, daily: false };
    const writers = Array.from(
      { length: 4 },
      (_, at) => writer(path, `writer ${at}`, 1_000_000, { rotation }),
    );
    const reached = () => segmentsOf(path).length;
    const deadline = Date.now() + 20_000;
    for (const child of writers) {
      const before = reached();
      while (reached() < before + 2 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      child.kill("SIGKILL");
      await child.output();
    }
    appendReceipt(path, sampleDraft({ reason: "last" }), { key: sampleKey, sync: true });
    const receipts = walkLog(path);
    equal(receipts.at(-1)?.reason, "last");
    ok(receipts.length > 400 && receipts.filter(({ kind }) => kind === "repair").length <= 4);
    for (let at = 0; at < 4; at++) {
      const own = receipts.flatMap(({ reason }) =>
        reason?.startsWith(`writer ${at} `) ? [Number(reason.split(" ")[2])] : []
      );
      deepEqual(own, own.map((_, index) => index), "no line of a writer is missing");
    }
  });
});

/** Runs code with `disk` mounted as a small file system that nobody else sees. */
function onSmallDisk(code: string, options: string, ...mounted: string[]): unknown {
  return withFile("", (path) => {
    const disk = path.slice(0, path.lastIndexOf("/"));
    const script = [
      `mount -t tmpfs -o ${options} tmpfs "$1"`,
      ...mounted,
      'exec "$2" eval --no-check "const disk = Deno.args[0]; $3" "$1"',
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
const lost = "ReceiptLost: Receipts: the line could not be written; is the disk full or read-only?";

Deno.test({
  name: "On a full disk the receipt is lost, the log stays whole and goes on when there is room",
  ignore,
  fn: () => {
    const seen = onSmallDisk(
      `
      const path = disk + '/receipts.jsonl';
      Deno.writeTextFileSync(path, '');
      Deno.writeTextFileSync(disk + '/other', 'x'.repeat(8192));
      let written = 0;
      let why = '';
      try {
        for (;;) { append(path, 'x'.repeat(700)); written++; }
      } catch (error) { why = error.name + ': ' + error.message; }
      const full = walkLog(path).length;
      Deno.removeSync(disk + '/other');
      append(path, 'x'.repeat(700));
      console.log(JSON.stringify({ written, why, full, after: walkLog(path).length }));
    `,
      "size=64k",
    );
    const { written } = seen as { written: number };
    ok(written > 20 && written < 64);
    deepEqual(seen, { written, why: lost, full: written, after: written + 1 });
  },
});

Deno.test({
  name: "Where there is room for no other file, the receipt is lost until there is",
  ignore,
  fn: () => {
    const seen = onSmallDisk(
      `
      const path = disk + '/receipts.jsonl';
      const rotation = { bytes: 1, daily: false };
      Deno.writeTextFileSync(path, '');
      const why = [];
      // Two names are left: each segment takes one.
      for (let at = 0; at < 5; at++) {
        try { append(path, 'x', { rotation }); why.push(''); }
        catch (error) { why.push(error.message.replace(disk, '')); }
      }
      const full = walkLog(path).length;
      Deno.removeSync(disk + '/other');
      append(path, 'x', { rotation });
      console.log(JSON.stringify({ why, full, after: walkLog(path).length }));
    `,
      "size=64k,nr_inodes=5",
      'touch "$1/other"',
    );
    const none = "Receipts: Cannot create /receipts.jsonl; is the disk full or read-only?";
    deepEqual(seen, { why: ["", "", "", none, none], full: 3, after: 4 });
  },
});

Deno.test({
  name: "On a read-only disk the receipt is lost",
  ignore,
  fn: () => {
    const seen = onSmallDisk(
      `
      try { append(disk + '/receipts.jsonl', 'x'); }
      catch (error) { console.log(JSON.stringify(error.message.replace(disk, ''))); }
    `,
      "size=64k",
      'touch "$1/receipts.jsonl"',
      'mount -o remount,ro "$1"',
    );
    equal(seen, "Receipts: Cannot open /receipts.jsonl; is it read-only or another user's?");
  },
});

/** Runs code with files limited to 4096 bytes. */
function withFileLimit(path: string, code: string): Deno.CommandOutput {
  // In blocks of 512 bytes. Ignored, the signal leaves EFBIG.
  const script = `trap '' XFSZ; ulimit -f 8; exec "$1" eval --no-check "$2"`;
  return new Deno.Command("sh", {
    args: [
      "-c",
      script,
      "sh",
      Deno.execPath(),
      `${prelude}
      const path = ${JSON.stringify(path)};
      ${code}`,
    ],
  }).outputSync();
}

Deno.test("At a limit of the file's size the receipt is lost and the log stays whole", () => {
  withFile("", (path) => {
    const { code, stdout, stderr } = withFileLimit(
      path,
      `
      let written = 0;
      try { for (;;) { append(path, 'x'.repeat(300)); written++; } }
      catch (error) { console.log(JSON.stringify([error.name + ': ' + error.message, written, walkLog(path).length])); }
      `,
    );
    equal(code, 0, new TextDecoder().decode(stderr));
    deepEqual(JSON.parse(new TextDecoder().decode(stdout)), [lost, 5, 5]);
    appendReceipt(path, sampleDraft(), { key: sampleKey, sync: false });
    deepEqual(walkLog(path).map(({ kind }) => kind), Array(6).fill("decision"));
  });
});

Deno.test("Rows are read and walked while others append", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeFile(path, fileBytes(plainLines(20)));
    const writers = ["a", "b"].map((name) => writer(path, name, 150));
    let seen = 20;
    let isDone = false;
    const ended = Promise.all(writers.map((child) => child.output())).then(() => isDone = true);
    while (!isDone) {
      const { length } = walkLog(path);
      ok(length >= seen);
      seen = length;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await ended;
    equal(walkLog(path).length, 320);
  });
});
