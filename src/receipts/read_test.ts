import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { UnsafeFile } from "../state/read_file.ts";
import { longestLine, ReceiptsFile } from "./read.ts";
import { withFile } from "./sample_log.ts";

const decoder = new TextDecoder();

interface Seen {
  readonly text: string;
  readonly fault: string | undefined;
}

function readAll(path: string, start = 0): Seen[] {
  return ReceiptsFile.use(
    path,
    (file) =>
      [...file.lines(start)].map(({ bytes, fault }) => ({ text: decoder.decode(bytes), fault })),
  );
}

function texts(path: string, start = 0): string[] {
  return readAll(path, start).map(({ text }) => text);
}

Deno.test("An empty file has no lines", () => {
  withFile("", (path) => {
    deepEqual(readAll(path), []);
  });
});

Deno.test("Lines come in order, empty ones included, and the last may lack its line feed", () => {
  withFile("a\n\nc\n", (path) => deepEqual(texts(path), ["a", "", "c"]));
  withFile("a\nb", (path) => {
    deepEqual(readAll(path), [
      { text: "a", fault: undefined },
      { text: "b", fault: "unfinished" },
    ]);
  });
});

Deno.test("Lines of any length around the chunk size are read whole, from any of them on", () => {
  const length = fc.oneof(fc.nat(20), fc.integer({ min: 65530, max: 65542 }), fc.nat(200_000));
  const property = fc.property(
    fc.array(length, { maxLength: 6 }),
    fc.boolean(),
    (lengths, finished) => {
      const lines = lengths.map((size, at) => String(at).repeat(size));
      const kept = finished || lines.at(-1) !== "" ? lines : lines.slice(0, -1);
      withFile(lines.join("\n") + (finished && lines.length > 0 ? "\n" : ""), (path) => {
        deepEqual(texts(path), kept);
        const offsets = ReceiptsFile.use(
          path,
          (file) => [...file.lines()].map((one) => one.offset),
        );
        for (const [at, offset] of offsets.entries()) {
          deepEqual(texts(path, offset), kept.slice(at));
        }
      });
    },
  );
  fc.assert(property, { numRuns: 60 });
});

Deno.test("Lines are numbered, and stay what they are while the next ones are read", () => {
  withFile("one\ntwo\nthree\n", (path) => {
    const lines = ReceiptsFile.use(path, (file) => [...file.lines()]);
    deepEqual(lines.map(({ number }) => number), [1, 2, 3]);
    deepEqual(lines.map(({ bytes }) => decoder.decode(bytes)), ["one", "two", "three"]);
  });
});

Deno.test("What is appended after the opening is left out", () => {
  withFile("a\n", (path) => {
    ReceiptsFile.use(path, (file) => {
      Deno.writeTextFileSync(path, "b\n", { append: true });
      equal([...file.lines()].length, 1);
    });
  });
});

Deno.test("A line without end is given up, not held in memory; what follows is read", () => {
  withFile(`a\n${"x".repeat(longestLine + 1)}\nb\n`, (path) => {
    deepEqual(readAll(path).map(({ fault }) => fault), [undefined, "too long", undefined]);
  });
});

Deno.test("A file that shrinks while it is read is an error", () => {
  withFile("a\nb\n", (path) => {
    ReceiptsFile.use(path, (file) => {
      Deno.truncateSync(path, 1);
      throws(() => [...file.lines()], { name: "UnsafeFile", message: /shrank/ });
    });
  });
});

Deno.test("A missing file, a link, a directory and a named pipe are refused", () => {
  withFile("", (path) => {
    Deno.symlinkSync(path, `${path}.link`);
    new Deno.Command("mkfifo", { args: [`${path}.fifo`] }).outputSync();
    for (const name of [`${path}.none`, `${path}.link`, `${path}.fifo`, `${path}/..`]) {
      throws(() => ReceiptsFile.use(name, () => {}), UnsafeFile);
    }
  });
});

Deno.test("The opening waits for a writer that is in the middle of a line", async () => {
  const directory = await Deno.makeTempDir({ prefix: "tenuo-" });
  try {
    const path = `${directory}/receipts.jsonl`;
    const code = `const file = Deno.openSync(${
      JSON.stringify(path)
    }, { append: true, create: true });
      file.lockSync(true);
      file.writeSync(new TextEncoder().encode('half'));
      console.log('locked');
      Deno.stdin.readSync(new Uint8Array(1));
      await new Promise((resolve) => setTimeout(resolve, 150));
      file.writeSync(new TextEncoder().encode(' a line\\n'));`;
    await using writer = new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = writer.stdout.getReader();
    await output.read();
    const input = writer.stdin.getWriter();
    await input.write(new Uint8Array(1));
    await input.close();
    deepEqual(readAll(path), [{ text: "half a line", fault: undefined }]);
    await output.cancel();
    await writer.status;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
