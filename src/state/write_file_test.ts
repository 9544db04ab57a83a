import { deepEqual, equal, throws } from "node:assert/strict";
import { makePrivateDirectory, writeAtomic, writeIfMissing } from "./write_file.ts";

async function inDirectory(body: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "state_" }));
  try {
    await body(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const names = (directory: string) => [...Deno.readDirSync(directory)].map(({ name }) => name);
const mode = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o777;

Deno.test("A file is replaced whole, with the mode that was asked for", () =>
  inDirectory((directory) => {
    const path = `${directory}/file`;
    const before = Deno.umask(0o077);
    try {
      writeAtomic(path, "one", 0o644);
      equal(mode(path), 0o644);
      writeAtomic(path, Uint8Array.of(50), 0o600);
    } finally {
      Deno.umask(before);
    }
    equal(Deno.readTextFileSync(path), "2");
    equal(mode(path), 0o600);
    deepEqual(names(directory), ["file"]);
  }));

Deno.test("A link in the file's place is replaced, and what it leads to is left alone", () =>
  inDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/target`, "kept");
    Deno.symlinkSync("target", `${directory}/link`);
    writeAtomic(`${directory}/link`, "new", 0o600);
    equal(Deno.readTextFileSync(`${directory}/target`), "kept");
    equal(Deno.lstatSync(`${directory}/link`).isFile, true);
  }));

Deno.test("What cannot be written leaves nothing behind", () =>
  inDirectory((directory) => {
    Deno.mkdirSync(`${directory}/taken/inner`, { recursive: true });
    throws(() => writeAtomic(`${directory}/taken`, "x", 0o600));
    throws(() => writeAtomic(`${directory}/missing/file`, "x", 0o600));
    deepEqual(names(directory), ["taken"]);
  }));

Deno.test("A private directory is for its owner alone, also when it was there", () =>
  inDirectory((directory) => {
    makePrivateDirectory(`${directory}/a/b`);
    equal(mode(`${directory}/a/b`), 0o700);
    Deno.mkdirSync(`${directory}/open`, { mode: 0o755 });
    makePrivateDirectory(`${directory}/open`);
    equal(mode(`${directory}/open`), 0o700);
    Deno.symlinkSync("open", `${directory}/link`);
    throws(() => makePrivateDirectory(`${directory}/link`), /is not a directory/);
    Deno.writeTextFileSync(`${directory}/file`, "");
    throws(() => makePrivateDirectory(`${directory}/file`));
  }));

Deno.test("A file that is there is kept", () =>
  inDirectory((directory) => {
    const path = `${directory}/key`;
    writeIfMissing(path, "first", 0o600);
    writeIfMissing(path, "second", 0o600);
    equal(Deno.readTextFileSync(path), "first");
    equal(mode(path), 0o600);
    Deno.symlinkSync("nowhere", `${directory}/link`);
    writeIfMissing(`${directory}/link`, "third", 0o600);
    equal(Deno.lstatSync(`${directory}/link`).isSymlink, true);
    deepEqual(names(directory).toSorted(), ["key", "link"]);
  }));

Deno.test("Of several that create a file at once one wins, and all see its content", () =>
  inDirectory(async (directory) => {
    const code = `
      import { writeIfMissing } from ${JSON.stringify(import.meta.resolve("./write_file.ts"))};
      const start = Number(Deno.args[1]);
      while (Date.now() < start);
      const seen = [];
      for (let i = 0; i < 60; i++) {
        writeIfMissing(Deno.args[0] + "/key" + i, String(Deno.pid), 0o600);
        seen.push(Deno.readTextFileSync(Deno.args[0] + "/key" + i));
      }
      console.log(JSON.stringify(seen));
    `;
    const start = String(Date.now() + 700);
    const script = `${directory}.ts`;
    Deno.writeTextFileSync(script, code);
    try {
      const outputs = await Promise.all([1, 2, 3, 4].map(() =>
        new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", "--no-config", "--no-lock", "--quiet", script, directory, start],
        }).output()
      ));
      const seen = outputs.map(({ stdout }) => JSON.parse(new TextDecoder().decode(stdout)));
      for (const one of seen) deepEqual(one, seen[0]);
      equal(names(directory).length, 60);
    } finally {
      Deno.removeSync(script);
    }
  }));
