/** Segments and files that are not as a rotation leaves them, and folders in which none can be made. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { appendReceipt } from "./log.ts";
import { sampleDraft, sampleKey, walkLog, withFile } from "./sample_log.ts";
import { segmentPath, segmentsOf } from "./segments.ts";
import { Disproved } from "./walk.ts";

const small = { key: sampleKey, sync: false, rotation: { bytes: 1, daily: false } };

function append(path: string, options = small): string {
  return appendReceipt(path, sampleDraft(), options);
}

/** The names of what lies in the folder, in order. */
function names(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("A file that cannot become a segment goes on, and does so once it can", () => {
  const { renameSync, readDirSync } = Deno;
  const refuse = () => {
    throw new Deno.errors.PermissionDenied("no");
  };
  for (const change of [{ renameSync: refuse }, { readDirSync: refuse }]) {
    withFile("", (path) => {
      append(path);
      try {
        Object.assign(Deno, change);
        for (let count = 0; count < 3; count++) append(path);
      } finally {
        Object.assign(Deno, { renameSync, readDirSync });
      }
      equal(segmentsOf(path).length, 0);
      append(path);
      equal(segmentsOf(path).length, 1);
      equal(walkLog(path).length, 5);
    });
  }
});

Deno.test("Without room for the next file the receipt is lost; with room the log goes on", () => {
  const { openSync } = Deno;
  withFile("", (path) => {
    append(path);
    try {
      Object.assign(Deno, {
        openSync: (name: string, options: Deno.OpenOptions) => {
          if (options?.createNew) throw new Error("No space left on device (os error 28)");
          return openSync(name, options);
        },
      });
      for (let count = 0; count < 2; count++) {
        throws(() => append(path), {
          name: "ReceiptLost",
          message: `Receipts: Cannot create ${path}; is the disk full or read-only?`,
        });
      }
    } finally {
      Object.assign(Deno, { openSync });
    }
    equal(walkLog(path).length, 1);
    append(path);
    append(path);
    equal(walkLog(path).length, 3);
  });
});

Deno.test("A newest segment that is a link, a folder, empty or full of garbage is not begun anew", () => {
  const make: readonly ((path: string) => void)[] = [
    (path) => Deno.symlinkSync("/dev/null", path),
    (path) => Deno.mkdirSync(path),
    (path) => Deno.writeTextFileSync(path, ""),
    (path) => Deno.writeTextFileSync(path, "garbage\n"),
    (path) => Deno.writeTextFileSync(path, "garbage\n".repeat(300_000)),
  ];
  for (const one of make) {
    withFile("", (path) => {
      append(path);
      append(path);
      const second = Deno.readFileSync(path);
      Deno.truncateSync(path); // as if the chain went on from the segment
      one(segmentPath(path, 2));
      throws(() => append(path), {
        name: "ReceiptLost",
        message: new RegExp(`^Receipts: .*${segmentPath(path, 2)}`),
      });
      equal(Deno.statSync(path).size, 0);
      // While the file has a receipt of its own, nothing else is asked.
      Deno.writeFileSync(path, second);
      append(path, { ...small, rotation: { bytes: 1 << 20, daily: false } });
      equal(Deno.readTextFileSync(path).split("\n").length, 3);
    });
  }
});

Deno.test("A segment with bytes after its last receipt is continued, and the walk names them", () => {
  withFile("", (path) => {
    append(path);
    append(path);
    Deno.truncateSync(path);
    Deno.writeTextFileSync(segmentPath(path, 1), '{"seq":2', { append: true });
    append(path);
    throws(() => walkLog(path), (error) => error instanceof Disproved && error.line === 2);
  });
});

Deno.test("A link or a folder in place of the file that is written to is refused", () => {
  const make: readonly ((path: string) => void)[] = [
    (path) => Deno.symlinkSync(segmentPath(path, 1), path),
    (path) => Deno.symlinkSync(`${path}.none`, path),
    (path) => Deno.mkdirSync(path),
  ];
  for (const one of make) {
    withFile("", (path) => {
      append(path);
      append(path);
      Deno.removeSync(path);
      one(path);
      const before = names(path);
      throws(() => append(path), {
        name: "ReceiptLost",
        message: `Receipts: ${path} is not a regular file; put back the file that was there`,
      });
      deepEqual(names(path), before);
    });
  }
});
