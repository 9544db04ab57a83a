import { deepEqual, equal, throws } from "node:assert/strict";
import { openRegular, readRegular, readRegularText, UnsafeFile } from "./read_file.ts";

/** Runs `body` in a fresh directory, which is removed afterwards. */
function inDirectory(body: (directory: string) => void): void {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "state_" }));
  try {
    body(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function refused(read: () => unknown, about: RegExp, missing = false): void {
  throws(read, (error) => {
    equal(error instanceof UnsafeFile, true);
    equal((error as UnsafeFile).missing, missing);
    equal(about.test((error as UnsafeFile).message), true, (error as UnsafeFile).message);
    return true;
  });
}

Deno.test("A regular file is read whole, up to the limit", () => {
  inDirectory((directory) => {
    const path = `${directory}/file`;
    Deno.writeFileSync(path, Uint8Array.of(1, 2, 3));
    deepEqual([...readRegular(path, 3)], [1, 2, 3]);
    refused(() => readRegular(path, 2), /larger than 2 bytes/);
    Deno.writeTextFileSync(path, "");
    equal(readRegular(path, 0).length, 0);
  });
});

Deno.test("What is no regular file is not opened", () => {
  inDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "x");
    Deno.symlinkSync("file", `${directory}/link`);
    Deno.symlinkSync("nowhere", `${directory}/dangling`);
    Deno.mkdirSync(`${directory}/folder`);
    new Deno.Command("mkfifo", { args: [`${directory}/pipe`] }).outputSync();
    for (const name of ["link", "dangling", "folder", "pipe"]) {
      refused(() => readRegular(`${directory}/${name}`, 10), /is not a regular file/);
      refused(() => openRegular(`${directory}/${name}`, { read: true }), /is not a regular file/);
    }
    refused(() => readRegular("/dev/zero", 10), /is not a regular file/);
    refused(() => readRegular(`${directory}/missing`, 10), /^Missing /, true);
    refused(() => readRegular(`${directory}/file/x`, 10), /^Cannot look at /);
  });
});

Deno.test("Text is trimmed, and must be UTF-8", () => {
  inDirectory((directory) => {
    const path = `${directory}/file`;
    Deno.writeTextFileSync(path, " \n text \r\n");
    equal(readRegularText(path), "text");
    Deno.writeFileSync(path, Uint8Array.of(0xff, 0xfe));
    refused(() => readRegularText(path), /is not UTF-8/);
  });
});

Deno.test("No descriptor stays open", () => {
  if (Deno.build.os !== "linux") return;
  inDirectory((directory) => {
    const path = `${directory}/file`;
    Deno.writeTextFileSync(path, "text");
    const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const before = open();
    for (let i = 0; i < 20; i++) {
      readRegular(path, 10);
      throws(() => readRegular(path, 1));
    }
    equal(open(), before);
  });
});

Deno.test("A file that is replaced all the time is read whole", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/file`;
  Deno.writeTextFileSync(path, "0".repeat(64));
  const script = `for i in $(seq 400); do printf %064d 0 > "$1.new"; mv "$1.new" "$1"; done`;
  const writer = new Deno.Command("sh", { args: ["-c", script, "sh", path] }).spawn();
  let done = false;
  const ended = writer.status.then(() => done = true);
  try {
    while (!done) {
      for (let i = 0; i < 200; i++) {
        equal(new TextDecoder().decode(readRegular(path, 64)), "0".repeat(64));
      }
      await new Promise((next) => setTimeout(next, 0));
    }
  } finally {
    await ended;
    Deno.removeSync(folder, { recursive: true });
  }
});
