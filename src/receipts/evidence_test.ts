import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import {
  evidenceFolder,
  evidencePath,
  hasEvidence,
  keepEvidence,
  readEvidence,
} from "./evidence.ts";
import { lineDigest } from "./receipt.ts";
import { keepPresented } from "./presented_evidence.ts";
import { withFile } from "./sample_log.ts";

const bytes = Uint8Array.of(1, 2, 3);
const name = lineDigest(bytes);
const mode = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o777;
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("Evidence is private, is read back as it was, and is written once", () => {
  withFile("", (path) => {
    equal(readEvidence(path, "warrant", name), undefined);
    keepEvidence(path, "warrant", name, bytes);
    keepEvidence(path, "policy", name, "text");
    deepEqual([...readEvidence(path, "warrant", name) ?? []], [1, 2, 3]);
    equal(new TextDecoder().decode(readEvidence(path, "policy", name)), "text");
    deepEqual(names(evidenceFolder(path)), [`${name}.policy`, `${name}.warrant`]);
    equal(mode(evidenceFolder(path)), 0o700);
    equal(mode(evidencePath(path, "warrant", name)), 0o600);
    const { ino } = Deno.statSync(evidencePath(path, "warrant", name));
    keepEvidence(path, "warrant", name, bytes);
    equal(Deno.statSync(evidencePath(path, "warrant", name)).ino, ino);
  });
});

Deno.test("What lies there instead of it is replaced, and links are not followed", () => {
  withFile("", (path) => {
    const file = evidencePath(path, "warrant", name);
    keepEvidence(path, "warrant", name, bytes);
    for (const other of ["", "123", "longer than it was"]) {
      Deno.writeTextFileSync(file, other);
      equal(hasEvidence(path, "warrant", name, bytes), false);
      keepEvidence(path, "warrant", name, bytes);
      deepEqual([...readEvidence(path, "warrant", name) ?? []], [1, 2, 3]);
    }
    Deno.writeFileSync(`${path}.elsewhere`, bytes);
    Deno.removeSync(file);
    Deno.symlinkSync(`${path}.elsewhere`, file);
    throws(() => readEvidence(path, "warrant", name), { name: "UnsafeFile" });
    keepEvidence(path, "warrant", name, bytes);
    ok(Deno.lstatSync(file).isFile);
    Deno.removeSync(evidenceFolder(path), { recursive: true });
    Deno.mkdirSync(`${path}.folder`);
    Deno.symlinkSync(`${path}.folder`, evidenceFolder(path));
    throws(() => keepEvidence(path, "warrant", name, bytes), /is not a directory/);
    deepEqual(names(`${path}.folder`), []);
  });
});

Deno.test("Nothing but a digest is a name", () => {
  withFile("", (path) => {
    for (const bad of ["", "../../x", name.toUpperCase(), `${name}0`, `${name}\n`]) {
      throws(() => keepEvidence(path, "warrant", bad, bytes), { name: "UnsafeFile" });
      throws(() => readEvidence(path, "warrant", bad), { name: "UnsafeFile" });
    }
  });
});

Deno.test("Presented chains have a limit; what is known and what is the project's own goes on", () => {
  withFile("", (path) => {
    const chain = (number: number) => new TextEncoder().encode(`chain ${number}`);
    const present = (number: number) =>
      keepPresented(path, lineDigest(chain(number)), chain(number), 5 * 4096);
    for (let number = 0; number < 5; number++) present(number);
    throws(() => present(5), { name: "EvidenceFull", message: /has reached its limit of 20480/ });
    equal(names(evidenceFolder(path)).length, 5);
    present(0);
    keepEvidence(path, "warrant", name, bytes);
    throws(() => present(5), { name: "EvidenceFull" });
    for (const number of [0, 1]) {
      Deno.removeSync(evidencePath(path, "warrant", lineDigest(chain(number))));
    }
    present(5); // somebody made room
    throws(() => present(6), { name: "EvidenceFull" });
  });
});

Deno.test("A writer that is killed leaves nothing under a digest's name but the whole", async () => {
  const directory = await Deno.makeTempDir({ prefix: "tenuo-" });
  try {
    const path = `${directory}/receipts.jsonl`;
    const code = `
      import { keepEvidence } from ${JSON.stringify(import.meta.resolve("./evidence.ts"))};
      const write = Deno.FsFile.prototype.writeSync;
      Deno.FsFile.prototype.writeSync = function (bytes) {
        write.call(this, bytes.subarray(0, 100));
        Deno.kill(Deno.pid, "SIGKILL");
      };
      keepEvidence(Deno.args[0], "warrant", ${JSON.stringify(name)}, new Uint8Array(1000));
    `;
    const script = `${directory}/killed.ts`;
    await Deno.writeTextFile(script, code);
    const { signal } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-config", "--no-lock", script, path],
    }).output();
    equal(signal, "SIGKILL");
    equal(readEvidence(path, "warrant", name), undefined);
    const [left] = names(evidenceFolder(path));
    match(left ?? "", /\.new$/);
    keepEvidence(path, "warrant", name, bytes);
    deepEqual([...readEvidence(path, "warrant", name) ?? []], [1, 2, 3]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
