/** Files that stay open are read as those that are opened each time. */
import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { OpenFiles } from "./open_files.ts";
import { readRegular } from "./read_file.ts";

function inFolder(body: (folder: string) => void): void {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "open_" }));
  try {
    body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function said(read: () => Uint8Array): string {
  try {
    return new TextDecoder("latin1").decode(read());
  } catch (error) {
    return String(error);
  }
}

const limit = 40;

/** What can happen to a path. */
const changes: Readonly<Record<string, (path: string, text: string) => void>> = {
  write: (path, text) => Deno.writeTextFileSync(path, text),
  replace: (path, text) => {
    Deno.writeTextFileSync(`${path}.new`, text);
    Deno.renameSync(`${path}.new`, path);
  },
  swap: (path) => {
    Deno.renameSync(path, `${path}.old`);
    Deno.renameSync(`${path}.other`, path);
    Deno.renameSync(`${path}.old`, `${path}.other`);
  },
  remove: (path) => Deno.removeSync(path, { recursive: true }),
  link: (path) => {
    Deno.removeSync(path, { recursive: true });
    Deno.symlinkSync(`${path}.other`, path);
  },
  folder: (path) => {
    Deno.removeSync(path, { recursive: true });
    Deno.mkdirSync(path);
  },
  nothing: () => {},
};

Deno.test("What is read is what readRegular reads, whatever happened to the path", () => {
  const step = fc.record({
    change: fc.constantFrom(...Object.keys(changes)),
    text: fc.string({ maxLength: 60 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      inFolder((folder) => {
        const files = new OpenFiles();
        const path = `${folder}/file`;
        Deno.writeTextFileSync(path, "first");
        Deno.writeTextFileSync(`${path}.other`, "other");
        for (const { change, text } of steps) {
          try {
            changes[change]?.(path, text);
          } catch {
            // Not possible as things are.
          }
          equal(said(() => files.read(path, limit)), said(() => readRegular(path, limit)), change);
        }
        files[Symbol.dispose]();
      });
    }),
    { numRuns: 100 },
  );
});

Deno.test("A file that is as it was is not opened again, for a while", () => {
  inFolder((folder) => {
    const path = `${folder}/file`;
    Deno.writeTextFileSync(path, "text");
    const files = new OpenFiles();
    const { openSync } = Deno;
    const real = performance.now;
    let opened = 0;
    Deno.openSync = (...args) => {
      opened++;
      return openSync(...args);
    };
    try {
      const start = performance.now();
      const opens = [0, 1, 100, 199, 201, 202, 500].map((milliseconds) => {
        performance.now = () => start + milliseconds;
        files.read(path, limit);
        return opened;
      });
      deepEqual(opens, [1, 1, 1, 1, 2, 2, 3]);
    } finally {
      Deno.openSync = openSync;
      performance.now = real;
      files[Symbol.dispose]();
    }
  });
});

Deno.test("No more than some files stay open", { ignore: Deno.build.os !== "linux" }, () => {
  inFolder((folder) => {
    const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const before = count();
    const files = new OpenFiles();
    for (let at = 0; at < 500; at++) {
      Deno.writeTextFileSync(`${folder}/${at}`, "text");
      files.read(`${folder}/${at}`, limit);
      throws(() => files.read(`${folder}/${at}`, 3), {
        name: "UnsafeFile",
        message: /larger than 3/,
      });
    }
    equal(count() - before, 64);
    files[Symbol.dispose]();
    equal(count(), before);
  });
});
