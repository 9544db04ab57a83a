/** Appends that are refused: the receipt is lost, the file is as it was. */
import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { ReceiptLost } from "./log.ts";
import { append, countReads, fileBytes, plainLines, walkLog, withFile } from "./sample_log.ts";

Deno.test("A missing file, a link, a directory and a named pipe are refused", () => {
  withFile("", (path) => {
    Deno.symlinkSync(path, `${path}.link`);
    Deno.symlinkSync(`${path}.none`, `${path}.dangling`);
    new Deno.Command("mkfifo", { args: [`${path}.fifo`] }).outputSync();
    for (const end of [".none", ".link", ".dangling", ".fifo", "/.."]) {
      throws(() => append(`${path}${end}`), ReceiptLost, end);
    }
    equal(Deno.readTextFileSync(path), "");
    throws(() => Deno.lstatSync(`${path}.none`), Deno.errors.NotFound);
  });
});

Deno.test({
  name: "A read-only file loses the receipt (not for root, whom no mode stops)",
  ignore: Deno.uid() === 0,
  fn: () => {
    withFile(fileBytes(plainLines(1)), (path) => {
      Deno.chmodSync(path, 0o444);
      throws(() => append(path), ReceiptLost);
      equal(walkLog(path).length, 1);
    });
  },
});

Deno.test("What the system refuses is a lost receipt, whatever it is", () => {
  const refuse = () => {
    throw new Deno.errors.NotSupported("no");
  };
  const calls = ["tryLockSync", "seekSync", "readSync", "writeSync", "syncDataSync"] as const;
  withFile(fileBytes(plainLines(2)), (path) => {
    const before = Deno.readFileSync(path);
    for (const name of calls) {
      const kept = Deno.FsFile.prototype[name];
      try {
        Object.assign(Deno.FsFile.prototype, { [name]: refuse });
        throws(() => append(path, {}, { sync: true }), {
          name: "ReceiptLost",
          message: /^Receipts: (?:Cannot (?:lock|read) \/|the line could not be written)/,
        }, name);
      } finally {
        Object.assign(Deno.FsFile.prototype, { [name]: kept });
      }
      deepEqual(Deno.readFileSync(path), before, name);
    }
    append(path);
    equal(walkLog(path).length, 3);
  });
});

Deno.test("A file that stays locked loses the receipt after a while", async () => {
  const directory = await Deno.makeTempDir({ prefix: "tenuo-" });
  try {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeTextFile(path, "");
    using holder = await Deno.open(path, { append: true });
    await holder.lock(true);
    const start = performance.now();
    throws(() => append(path), { name: "ReceiptLost", message: /stays locked/ });
    match(String(Math.round((performance.now() - start) / 1000)), /^[5-9]$/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("Two megabytes of no receipts are not ours: the receipt is lost, the file left alone", () => {
  for (const garbage of ["garbage\n".repeat(400_000), "\0".repeat(3 << 20), "\n".repeat(3 << 20)]) {
    withFile(`${plainLines(1)[0]}\n${garbage}`, (path) => {
      const before = Deno.statSync(path).size;
      const { bytes } = countReads(() =>
        throws(() => append(path), {
          name: "ReceiptLost",
          message:
            `Receipts: The last two megabytes of ${path} are no receipts; put back what was there`,
        })
      );
      ok(bytes < 3 << 20, "the file is not read to its start");
      equal(Deno.statSync(path).size, before);
    });
  }
});

Deno.test("A line that the next append could not find is not written", () => {
  withFile(fileBytes(plainLines(2)), (path) => {
    const before = Deno.readFileSync(path);
    throws(() => append(path, { session: "x".repeat(512 << 10) }), {
      name: "ReceiptLost",
      message: /^Receipts: the line would have 52\d{4} bytes, more than the 524288 /,
    });
    deepEqual(Deno.readFileSync(path), before);
    append(path);
    equal(walkLog(path).length, 3);
  });
});
