import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { basename, dirname } from "node:path";
import { writeBundle } from "./bundle.ts";
import { bundleFiles } from "./bundle_files.ts";
import { openCheckpoint } from "../checkpoint.ts";
import { keepEvidence } from "../evidence.ts";
import { advanceCheckpoint, checkpointPath } from "../kept_checkpoint.ts";
import { lineDigest } from "../receipt.ts";
import { fileBytes, otherKey, sampleDraft, sampleKey, sampleLines } from "../sample_log.ts";
import { segmentPath } from "../segments.ts";

const { publicKey } = sampleKey;
const root = otherKey.publicKey;
const digests = ["a", "b", "c"].map(lineDigest) as [string, string, string];

/** Nine rows over two segments and the file that is written to; each segment has its own evidence. */
const lines = sampleLines(Array.from({ length: 9 }, (_, at) => ({
  draft: sampleDraft({
    time: `2026-03-0${1 + Math.floor(at / 3)}T12:0${at}:00.000Z`,
    args: { chain: "f".repeat(64), text: `"chain":"${"e".repeat(64)}"` },
    chain: digests[Math.floor(at / 3)] as string,
    policy: digests[0],
  }),
})));

async function withLog(use: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "bundle_" }));
  try {
    const path = `${folder}/state/receipts.jsonl`;
    Deno.mkdirSync(dirname(path));
    for (const number of [1, 2]) {
      const rows = lines.slice(number * 3 - 3, number * 3);
      Deno.writeFileSync(segmentPath(path, number), fileBytes(rows));
    }
    Deno.writeFileSync(path, fileBytes(lines.slice(6)));
    for (const [at, name] of digests.entries()) keepEvidence(path, "warrant", name, `chain ${at}`);
    keepEvidence(path, "policy", digests[0], "policy");
    for (const name of ["e".repeat(64), "f".repeat(64)]) keepEvidence(path, "warrant", name, "no");
    await use(path, folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function request(path: string, file: string) {
  const gzip = !file.endsWith(".tar");
  const now = Date.parse("2026-03-09T00:00:00.000Z");
  return { path, publicKey, root, key: sampleKey, file, gzip, force: false, now };
}

/** Unpacks by the system's own tar and returns the files by name. */
function unpack(archive: string, into: string): Map<string, Uint8Array> {
  Deno.mkdirSync(into);
  const args = ["-xf", archive, "-C", into];
  const { success, stderr } = new Deno.Command("tar", { args }).outputSync();
  ok(success, new TextDecoder().decode(stderr));
  const files = new Map<string, Uint8Array>();
  const walk = (folder: string, prefix: string) => {
    for (const { name, isFile, isDirectory } of Deno.readDirSync(folder)) {
      if (isFile) files.set(prefix + name, Deno.readFileSync(`${folder}/${name}`));
      else if (isDirectory) walk(`${folder}/${name}`, `${prefix}${name}/`);
      else throw new Error(`${name} is neither`);
    }
  };
  walk(`${into}/receipts`, "");
  return files;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const checkpoints = (files: Map<string, Uint8Array>) =>
  text(files.get("receipts.checkpoint")).trimEnd().split("\n")
    .map((line) => openCheckpoint(line, publicKey))
    .map((it) => it && [it.count, it.head]);

Deno.test("A whole log: its files byte for byte, both keys, a checkpoint and what its rows name", async () => {
  await withLog(async (path, folder) => {
    for (const name of ["all.tar", "all.tar.gz"]) {
      const file = `${folder}/${name}`;
      const bundled = await writeBundle(request(path, file));
      const { size, mode } = Deno.statSync(file);
      deepEqual(bundled, {
        bytes: size,
        files: ["receipts.000001.jsonl", "receipts.000002.jsonl", "receipts.jsonl"],
        first: 1,
        last: 9,
        isSound: true,
        warnings: [],
      });
      equal((mode ?? 0) & 0o777, 0o600);
      const files = unpack(file, `${folder}/${name}.unpacked`);
      deepEqual(
        [...files.keys()].sort(),
        [
          "MANIFEST.sha256",
          "README.txt",
          ...[`${digests[0]}.policy`, ...digests.map((digest) => `${digest}.warrant`)]
            .map((name) => `evidence/${name}`).sort(),
          "issuer_pub.hex",
          "receipt_pub.hex",
          ...bundled.files.slice(0, 2),
          "receipts.checkpoint",
          "receipts.jsonl",
        ].sort(),
      );
      for (const part of [segmentPath(path, 1), segmentPath(path, 2), path]) {
        deepEqual(files.get(basename(part)), Deno.readFileSync(part));
      }
      deepEqual(checkpoints(files), [[9, lineDigest(lines[8] as string)]]);
      equal(text(files.get("receipt_pub.hex")), `${publicKey}\n`);
      equal(text(files.get("issuer_pub.hex")), `${root}\n`);
      const readme = text(files.get("README.txt"));
      for (const part of [publicKey, root, "receipts verify", "verify_receipts.py"]) {
        ok(readme.includes(part), part);
      }
      for (const name of readme.match(/verify_receipts\w*\.py/g) ?? []) {
        ok(Deno.statSync(new URL(`../../../scripts/${name}`, import.meta.url)).isFile, name);
      }
      const own = readme.split("\n").filter((line) => /--(key|root) [0-9a-f]/.test(line));
      deepEqual(own, [], "Keys to compare with are not taken from the bundle");
      ok(readme.split("\n").every((line) => line.length <= 115), "Lines fit a page");
    }
  });
});

Deno.test("From a segment or a time on: the line before is vouched for, its evidence stays away", async () => {
  await withLog(async (path, folder) => {
    const since = (text: string) => ({ since: Date.parse(text) });
    const rows = [
      [{ segment: 1 }, 1],
      [{ segment: 2 }, 4],
      [{ segment: 3 }, 7],
      [since("2026-03-02T12:04:30.000Z"), 4],
      [since("2026-03-02T12:00:00.000Z"), 1],
      [since("2026-04-01T00:00:00.000Z"), 7],
      [since("2020-01-01T00:00:00.000Z"), 1],
    ] as const;
    for (const [at, [from, first]] of rows.entries()) {
      const file = `${folder}/${at}.tar.gz`;
      const bundled = await writeBundle({ ...request(path, file), from });
      deepEqual([bundled.first, bundled.last, bundled.warnings], [first, 9, []]);
      const files = unpack(file, `${folder}/${at}`);
      const before = first === 1 ? [] : [[first - 1, lineDigest(lines[first - 2] as string)]];
      deepEqual(checkpoints(files), [...before, [9, lineDigest(lines[8] as string)]]);
      const chains = digests.slice((first - 1) / 3);
      const packed = [...files.keys()].filter((name) => name.endsWith(".warrant"));
      deepEqual(packed.sort(), chains.map((digest) => `evidence/${digest}.warrant`).sort());
    }
    const missing = { ...request(path, `${folder}/x.tar`), from: { segment: 7 } };
    await rejects(writeBundle(missing), {
      name: "UnsafeFile",
      message: "There is no receipts.000007.jsonl; there are receipts.000001.jsonl, " +
        "receipts.000002.jsonl, receipts.jsonl",
    });
    Deno.removeSync(segmentPath(path, 1));
    const { warnings } = await writeBundle(request(path, `${folder}/later.tar`));
    match(warnings.join(), /^Nothing here vouches for what line 4 continues/);
    deepEqual(checkpoints(unpack(`${folder}/later.tar`, `${folder}/later`)), [
      [9, lineDigest(lines[8] as string)],
    ]);
  });
});

Deno.test("The same log gives the same bytes, but for the checkpoint's time", async () => {
  await withLog(async (path, folder) => {
    const pack = async (name: string, now = request("", "").now) => {
      await writeBundle({ ...request(path, `${folder}/${name}`), now });
      return Deno.readFileSync(`${folder}/${name}`);
    };
    for (const end of [".tar", ".tar.gz"]) {
      deepEqual(await pack(`a${end}`), await pack(`b${end}`));
    }
    await pack("c.tar", Date.parse("2026-03-10T00:00:00.000Z"));
    const [a, c] = ["a", "c"].map((name) => unpack(`${folder}/${name}.tar`, `${folder}/${name}`));
    const differing = [...a?.keys() ?? []].filter((name) =>
      text(a?.get(name)) !== text(c?.get(name))
    );
    deepEqual(differing.sort(), ["MANIFEST.sha256", "receipts.checkpoint"]);
  });
});

Deno.test("Python's tarfile unpacks it to the same", { ignore: !hasPython() }, async () => {
  await withLog(async (path, folder) => {
    await writeBundle(request(path, `${folder}/a.tar.gz`));
    const code = "import sys, tarfile\nwith tarfile.open(sys.argv[1]) as t:\n" +
      "  for m in t: print(m.name, m.size, oct(m.mode), m.uid, m.gid, m.mtime, m.isreg())\n" +
      "  t.extractall(sys.argv[2])";
    const args = ["-c", code, `${folder}/a.tar.gz`, `${folder}/python`];
    const { success, stdout, stderr } = new Deno.Command("python3", { args }).outputSync();
    ok(success, text(stderr));
    match(text(stdout), /^receipts\/README\.txt \d+ 0o600 0 0 1772539680 True$/m);
    const byTar = unpack(`${folder}/a.tar.gz`, `${folder}/tar`);
    ok(byTar.size > 8);
    for (const [name, bytes] of byTar) {
      deepEqual(Deno.readFileSync(`${folder}/python/receipts/${name}`), bytes, name);
    }
  });
});

Deno.test("A file that is there is kept, and a link in its place is not followed", async () => {
  await withLog(async (path, folder) => {
    const file = `${folder}/a.tar`;
    Deno.writeTextFileSync(file, "kept");
    await rejects(writeBundle(request(path, file)), { name: "BundleError", message: /exists/ });
    equal(Deno.readTextFileSync(file), "kept");
    await writeBundle({ ...request(path, file), force: true });
    equal(unpack(file, `${folder}/forced`).size, 12);
    Deno.writeTextFileSync(`${folder}/target`, "kept");
    Deno.removeSync(file);
    Deno.symlinkSync("target", file);
    await rejects(writeBundle(request(path, file)), { name: "BundleError", message: /exists/ });
    await writeBundle({ ...request(path, file), force: true });
    equal(Deno.readTextFileSync(`${folder}/target`), "kept");
    ok(Deno.lstatSync(file).isFile);
    deepEqual([...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".new")), []);
  });
});

Deno.test("Links in the log's and the evidence's places are not followed, and nothing stays behind", async () => {
  await withLog(async (path, folder) => {
    const evidence = `${dirname(path)}/evidence/${digests[0]}.warrant`;
    for (const place of [evidence, segmentPath(path, 1), path]) {
      Deno.renameSync(place, `${place}.away`);
      Deno.symlinkSync(`${basename(place)}.away`, place);
      const file = `${folder}/a.tar.gz`;
      await rejects(writeBundle(request(path, file)), {
        name: "UnsafeFile",
        message: /not a regular file/,
      });
      deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["state"]);
      Deno.renameSync(`${place}.away`, place);
    }
    const nowhere = `${folder}/missing/a.tar`;
    await rejects(writeBundle(request(path, nowhere)), { name: "BundleError" });
  });
});

Deno.test("Torn bytes at the end are left out and told; missing evidence is told", async () => {
  await withLog(async (path, folder) => {
    const whole = Deno.readFileSync(path);
    for (const [at, torn] of ['{"seq":10,', '{"seq":10,\n', "\0\0\n{\n"].entries()) {
      Deno.writeFileSync(path, whole);
      Deno.writeTextFileSync(path, torn, { append: true });
      const { warnings, isSound } = await writeBundle(request(path, `${folder}/${at}.tar`));
      ok(isSound);
      match(warnings.join(), new RegExp(`^${torn.length} bytes after the last line`));
      deepEqual(unpack(`${folder}/${at}.tar`, `${folder}/${at}`).get("receipts.jsonl"), whole);
    }
    Deno.removeSync(`${dirname(path)}/evidence/${digests[0]}.warrant`);
    Deno.removeSync(`${dirname(path)}/evidence/${digests[1]}.warrant`);
    const { warnings } = await writeBundle(request(path, `${folder}/m.tar`));
    match(warnings.join("\n"), /^Evidence is missing: [0-9a-f]{64}\.warrant and 1 more;/m);
  });
});

Deno.test("A log that was cut or altered is packed with the checkpoint that shows it", async () => {
  await withLog(async (path, folder) => {
    advanceCheckpoint(path, sampleKey);
    const kept = Deno.readTextFileSync(checkpointPath(path));
    const cut = fileBytes(lines.slice(6, 8));
    const forged = fileBytes([
      ...lines.slice(6, 8),
      (lines[8] as string).replace('"allow"', '"deny"'),
    ]);
    for (const [at, content] of [cut, forged].entries()) {
      Deno.writeFileSync(path, content);
      const { isSound, warnings } = await writeBundle(request(path, `${folder}/${at}.tar`));
      equal(isSound, false);
      match(warnings.join(), /cut or replaced|not signed by the receipt key/);
      const files = unpack(`${folder}/${at}.tar`, `${folder}/${at}`);
      equal(text(files.get("receipts.checkpoint")), kept);
      deepEqual(files.get("receipts.jsonl"), content);
      match(text(files.get("README.txt")), /^WARNING: /m);
    }
  });
});

Deno.test("Without the receipt key the kept checkpoint goes along, if it fits", async () => {
  await withLog(async (path, folder) => {
    advanceCheckpoint(path, sampleKey);
    const { key: _, ...keyless } = request(path, `${folder}/a.tar`);
    const { warnings } = await writeBundle(keyless);
    deepEqual(warnings, ["Without the receipt key there is no fresh checkpoint"]);
    const files = unpack(`${folder}/a.tar`, `${folder}/a`);
    equal(text(files.get("receipts.checkpoint")), Deno.readTextFileSync(checkpointPath(path)));
    Deno.removeSync(checkpointPath(path));
    await writeBundle({ ...keyless, file: `${folder}/b.tar` });
    equal(unpack(`${folder}/b.tar`, `${folder}/b`).has("receipts.checkpoint"), false);
  });
});

Deno.test("What writers do after the look does not change what is packed", async () => {
  await withLog((path) => {
    const whole = Deno.readFileSync(path);
    const log = bundleFiles(path, sampleKey);
    try {
      Deno.writeTextFileSync(path, "more\n", { append: true });
      Deno.renameSync(path, segmentPath(path, 3));
      Deno.writeTextFileSync(path, "the next file\n");
      const [active] = log.files.slice(-1);
      deepEqual([...active?.chunks() ?? []].flatMap((chunk) => [...chunk]), [...whole]);
    } finally {
      log.close();
    }
    return Promise.resolve();
  });
});

Deno.test("A disk that fills up at any write is told of, and nothing stays behind", async () => {
  await withLog(async (path, folder) => {
    const original = Deno.FsFile.prototype.writeSync;
    for (const name of ["a.tar", "a.tar.gz"]) {
      let isWhole = false;
      for (let room = 0; !isWhole; room++) {
        let left = room;
        Deno.FsFile.prototype.writeSync = function (bytes) {
          if (left-- <= 0) throw new Error("No space left on device");
          return original.call(this, bytes.subarray(0, 4096)); // also in parts
        };
        try {
          await writeBundle(request(path, `${folder}/${name}`));
          isWhole = true;
        } catch (error) {
          equal((error as Error).name, "BundleError");
          match((error as Error).message, /cannot be written: No space left on device$/);
          deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["state"]);
        } finally {
          Deno.FsFile.prototype.writeSync = original;
        }
      }
      equal(unpack(`${folder}/${name}`, `${folder}/${name}.unpacked`).size, 12);
      for (const left of [name, `${name}.unpacked`]) {
        Deno.removeSync(`${folder}/${left}`, { recursive: true });
      }
    }
  });
});

Deno.test("A log without receipts is no bundle", async () => {
  await withLog(async (path, folder) => {
    for (const number of [1, 2]) Deno.removeSync(segmentPath(path, number));
    Deno.writeTextFileSync(path, "");
    await rejects(writeBundle(request(path, `${folder}/a.tar`)), {
      name: "UnsafeFile",
      message: /holds no receipts yet$/,
    });
  });
});

Deno.test("The commands of README.txt hold", { ignore: !hasTools() }, async () => {
  await withLog(async (path, folder) => {
    await writeBundle(request(path, `${folder}/a.tar.gz`));
    unpack(`${folder}/a.tar.gz`, `${folder}/a`);
    const readme = Deno.readTextFileSync(`${folder}/a/receipts/README.txt`);
    const byHand = readme.slice(readme.indexOf("3. By hand"), readme.indexOf("docs/RECEIPTS.md"));
    const script = byHand.split("\n").filter((line) => line.startsWith("     ")).join("\n");
    const options = { args: ["-ec", script], cwd: `${folder}/a/receipts` };
    const { success, stdout, stderr } = new Deno.Command("sh", options).outputSync();
    ok(success, `${script}\n${text(stdout)}${text(stderr)}`);
    const printed = text(stdout).trim().split("\n");
    equal(printed.filter((line) => line.endsWith(": OK")).length, 11);
    const [one, other, verdict] = printed.slice(11);
    equal(one, `${other}  -`);
    equal(other, lineDigest(lines[0] as string));
    match(verdict ?? "", /Verified Successfully/);
  });
});

function runs(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function hasPython(): boolean {
  return runs("python3", "--version");
}

function hasTools(): boolean {
  return runs("openssl", "version") && hasPython() && runs("sha256sum", "--version");
}
