import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { hex, sha256, signingKey } from "../../protocol/keys.ts";
import { emptyLock, lockPath, openLock, sealLock, writeLock } from "./lock_file.ts";
import type { Lock, PinnedServer } from "./pin.ts";

const issuer = signingKey(new Uint8Array(32).fill(1));
const root = issuer.publicKey;

const server: PinnedServer = {
  identity: { name: "s", version: "1" },
  program: { launch: "00", command: "/bin/true", args: [], files: [] },
  approvedAt: 1,
  tools: { add: { fingerprint: "11", definition: { name: "add", description: '"}\n,"x' } } },
};

function inFolder(body: (project: string) => void): void {
  const project = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "lock_" }));
  try {
    body(project);
  } finally {
    Deno.removeSync(project, { recursive: true });
  }
}

function lockOf(project: string, servers: Lock["servers"] = { one: server }): Lock {
  return { ...emptyLock(project), servers };
}

function refused(project: string, digest: string, name: string, message: RegExp): void {
  throws(() => openLock({ project, root }, digest), (error: Error) => {
    equal(error.name, name);
    return message.test(error.message);
  });
}

Deno.test("A lock that was written is read again, whatever stands in it", () =>
  inFolder((project) => {
    const servers = fc.dictionary(
      fc.string(),
      fc.string().map((description) => ({
        ...server,
        tools: { [description]: { fingerprint: "", definition: { description } } },
      })),
    );
    fc.assert(
      fc.property(servers, (some) => {
        const lock = lockOf(project, some);
        const digest = writeLock(project, lock, issuer);
        equal(digest, hex(sha256(Deno.readFileSync(lockPath(project)))));
        const read = openLock({ project, root }, digest);
        equal(JSON.stringify(read), JSON.stringify(lock));
      }),
      { numRuns: 40 },
    );
  }));

Deno.test("The signature is the last member of one JSON document", () => {
  const text = sealLock(lockOf("/p"), issuer);
  const value = JSON.parse(text) as Record<string, unknown>;
  equal(Object.keys(value).at(-1), "signature");
  const { signature: _signature, ...lock } = value;
  deepEqual(lock, lockOf("/p"));
});

Deno.test("No pins in the policy: nothing is pinned, whatever file lies there", () =>
  inFolder((project) => {
    writeLock(project, lockOf(project), issuer);
    deepEqual(openLock({ project, root }, undefined), emptyLock(project));
  }));

Deno.test("Each changed byte of a lock is noticed", () =>
  inFolder((project) => {
    const digest = writeLock(project, lockOf(project), issuer);
    const bytes = Deno.readFileSync(lockPath(project));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = bytes.slice();
        altered[at] = (altered[at] as number) ^ change;
        Deno.writeFileSync(lockPath(project), altered);
        refused(project, digest, "NotPinned", /not as the project's authority signed it/);
      }),
      { numRuns: 200 },
    );
  }));

Deno.test("A lock that is missing, cut, a link, a folder or signed by another is none", () =>
  inFolder((project) => {
    const path = lockPath(project);
    refused(
      project,
      "00",
      "NotPinned",
      /^mcp\.lock is missing; a person can run tenuo-claude refresh/,
    );
    const digest = writeLock(project, lockOf(project), issuer);
    const text = Deno.readTextFileSync(path);
    for (const cut of ["", "{", text.slice(0, -1), `${text} `, text.slice(1)]) {
      Deno.writeTextFileSync(path, cut);
      refused(project, digest, "NotPinned", /not as the project's authority signed it/);
    }
    const other = signingKey(new Uint8Array(32).fill(2));
    writeLock(project, lockOf(project), other);
    refused(project, digest, "NotPinned", /not as the project's authority signed it/);
    Deno.renameSync(path, `${project}/elsewhere`);
    Deno.symlinkSync(`${project}/elsewhere`, path);
    refused(project, digest, "NotPinned", /not a regular file/);
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    refused(project, digest, "NotPinned", /not a regular file/);
  }));

Deno.test("Another project's lock and another format are refused by name", () =>
  inFolder((project) => {
    const foreign = writeLock(project, lockOf("/another"), issuer);
    refused(project, foreign, "NotPinned", /belongs to \/another/);
    const format = "tenuo-claude-mcp-lock/0" as Lock["format"];
    const old = writeLock(project, { ...lockOf(project), format }, issuer);
    refused(project, old, "NotPinned", /another format/);
  }));

Deno.test("An older lock of the same issuer does not belong to the policy", () =>
  inFolder((project) => {
    writeLock(project, emptyLock(project), issuer);
    const newer = hex(sha256(sealLock(lockOf(project), issuer)));
    refused(project, newer, "BindingMismatch", /not the one that the policy names/);
  }));

Deno.test("A link in the lock's place is replaced, not followed", () =>
  inFolder((project) => {
    Deno.writeTextFileSync(`${project}/target`, "mine");
    Deno.symlinkSync(`${project}/target`, lockPath(project));
    const digest = writeLock(project, lockOf(project), issuer);
    equal(Deno.readTextFileSync(`${project}/target`), "mine");
    equal(openLock({ project, root }, digest).project, project);
  }));
