/** What a hook does when its receipt finds no place: it denies, and works again when there is one. */
import { deepEqual, equal, match } from "node:assert/strict";
import { type Answer, authorize } from "../../src/authorizer/pipeline.ts";
import { segmentPath, segmentsOf } from "../../src/receipts/segments.ts";
import { bound, canMount, mounted, readOnly } from "../hook/mounts.ts";
import { Project, type Run } from "../hook/project.ts";
import { allowed } from "../hook/verdict.ts";
import { allReceipts, limitSegments } from "./real_log.ts";

/** Ends with deny JSON and exit code 2, which `hook` has checked; nothing of it is in the log. */
async function lost(project: Project, run: Run, why: RegExp): Promise<void> {
  const before = allReceipts(project).length;
  const { decision, code, reason } = await project.inside(run);
  deepEqual([decision, code], ["deny", 2]);
  match(reason, /^Tenuo hook error \(fail-closed\): Receipts: /);
  match(reason, why);
  equal(allReceipts(project).length, before);
}

async function goesOn(project: Project): Promise<void> {
  const before = allReceipts(project).length;
  equal((await project.inside()).decision, "allow");
  equal(allReceipts(project).length, before + 1);
}

/** The pipeline in this process, for what no process prints: the code. */
async function answer(project: Project): Promise<Answer> {
  return await authorize({
    locate: () => ({ project: project.root, root: project.pinned }),
    decode: () => ({
      door: "hook",
      tool: "Read",
      input: { file_path: project.path("sandbox/notes.txt") },
      cwd: project.root,
    }),
  });
}

const ignore = !canMount;

/** The state directory on a small disk, filled to its last block; nothing of it comes back. */
function full(project: Project, more = "true"): readonly string[] {
  const state = project.path(".state");
  const aside = project.outside("aside");
  return mounted(
    `rm -rf ${aside}; cp -a ${state} ${aside}; mount -t tmpfs -o size=512k,mode=700 none ${state}; ` +
      `cp -a ${aside}/. ${state}; ${more}; cat /dev/zero > ${state}/filler 2>/dev/null || true`,
  );
}

Deno.test({
  name: "On a full disk the call is denied, and the next one is allowed when there is room",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    allowed(project, await project.inside());
    // What is left of the log's last block would be room enough.
    const under = full(project, `truncate -s %4096 ${project.state("receipts")}`);
    await lost(project, { under }, /could not be written; is the disk full/);
    await goesOn(project);
  },
});

Deno.test({
  name: "On a full disk with a file to begin the call is denied, and the log stays as it is",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    limitSegments(project, 1);
    for (let count = 0; count < 3; count++) equal((await project.inside()).decision, "allow");
    await lost(project, { under: full(project) }, /could not be written; is the disk full/);
    await goesOn(project);
    equal(segmentsOf(project.state("receipts")).length, 3);
  },
});

Deno.test({
  name: "With a read-only folder and no file to write to the call is denied",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    equal((await project.inside()).decision, "allow");
    const path = project.state("receipts");
    Deno.renameSync(path, segmentPath(path, 1)); // as a rotation that was killed
    const under = readOnly(project.path(".state"));
    await lost(
      project,
      { under },
      /Cannot create .*receipts\.jsonl; is the disk full or read-only/,
    );
    await goesOn(project);
  },
});

Deno.test({
  name: "With a read-only file the call is denied",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    equal((await project.inside()).decision, "allow");
    const under = readOnly(project.state("receipts"));
    await lost(project, { under }, /Cannot open .*receipts\.jsonl/);
    await goesOn(project);
  },
});

Deno.test({
  name: "A full file that cannot be renamed goes on, and no call is denied for it",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    limitSegments(project, 1);
    equal((await project.inside()).decision, "allow");
    const path = project.state("receipts");
    const under = bound(path);
    for (let count = 0; count < 3; count++) {
      equal((await project.inside({ under })).decision, "allow");
    }
    equal(segmentsOf(path).length, 0);
    equal(allReceipts(project).length, 4);
    await goesOn(project);
    equal(segmentsOf(path).length, 1);
  },
});

Deno.test("At a limit of the file's size the call is denied, and allowed when the limit is gone", async () => {
  await using project = await Project.create();
  limitSegments(project, 1 << 30);
  equal((await project.inside()).decision, "allow");
  // In blocks of 512 bytes: one byte more than the log has needs another one.
  const blocks = Math.floor(Deno.statSync(project.state("receipts")).size / 512);
  const under = ["sh", "-c", `trap '' XFSZ; ulimit -f ${blocks + 1}; exec "$@"`, "sh"];
  await lost(project, { under }, /could not be written; is the disk full/);
  await goesOn(project);
});

Deno.test("A lost receipt has the code 9010", async () => {
  await using project = await Project.create();
  const path = project.state("receipts");
  Deno.renameSync(path, `${path}.aside`);
  const without = await answer(project);
  Deno.mkdirSync(path);
  const folder = await answer(project);
  Deno.removeSync(path);
  Deno.renameSync(`${path}.aside`, path);
  const { writeSync } = Deno.FsFile.prototype;
  let full: Answer;
  try {
    Deno.FsFile.prototype.writeSync = function (bytes) {
      return writeSync.call(this, bytes.subarray(0, 100)); // what still fits
    };
    full = await answer(project);
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
  }
  const codes = [without, folder, full].map((one) => one.verdict === "deny" && one.code);
  deepEqual(codes, [9010, 9010, 9010]);
  equal(Deno.statSync(path).size, 0, "what fitted was taken back");
  equal((await answer(project)).verdict, "allow");
  equal(allReceipts(project).length, 1);
});
