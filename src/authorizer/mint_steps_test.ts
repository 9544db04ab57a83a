import { deepEqual, equal, throws } from "node:assert/strict";
import { statePath } from "../state/layout.ts";
import { mint, prepareState, readHeld, renew } from "./mint.ts";
import { inProject } from "./test_mint.ts";

const text = "enforce:\n  Read: subpath:{sandbox}\n";

Deno.test("The policy in force names the lock that was written while it was minted", () =>
  inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(text);
    const pinsInForce = () => readHeld(project).snapshot?.pins;
    mint(project, snapshot, "init");
    equal(pinsInForce(), undefined);
    const serials: (number | undefined)[] = [];
    const pins = (held: { readonly snapshot?: { readonly serial: number } }) => {
      serials.push(held.snapshot?.serial);
      return "aa";
    };
    mint(project, snapshot, "refresh", { pins });
    deepEqual([pinsInForce(), serials], ["aa", [1]]);
    mint(project, { ...snapshot, pins: "bb" }, "refresh", { pins: () => undefined });
    equal(pinsInForce(), undefined);
    mint(project, { ...snapshot, pins: "cc" }, "refresh");
    equal(pinsInForce(), "cc");
  }));

Deno.test("A renewal keeps the pins", () =>
  inProject(async ({ project, compile }) => {
    prepareState(project);
    mint(project, await compile(text, { pins: "aa" }), "init");
    Deno.removeSync(statePath(project, "warrant"));
    equal(renew(project).renewed, true);
    equal(readHeld(project).snapshot?.pins, "aa");
  }));

/** Runs `meanwhile` when something is about to be locked for a change, as another process may. */
function beforeLock<T>(meanwhile: () => void, work: () => T): T {
  const { prototype } = Deno.FsFile;
  const { tryLockSync } = prototype;
  prototype.tryLockSync = function (exclusive) {
    if (exclusive === true) {
      prototype.tryLockSync = tryLockSync;
      meanwhile();
    }
    return tryLockSync.call(this, exclusive);
  };
  try {
    return work();
  } finally {
    prototype.tryLockSync = tryLockSync;
  }
}

Deno.test("A renewal does not undo a refresh that comes in between", () =>
  inProject(async ({ project, compile }) => {
    prepareState(project);
    mint(project, await compile(text), "init");
    const next = await compile(`${text}  Bash: shlex:ls\n`);
    const forget = () => Deno.removeSync(statePath(project, "warrant"));
    forget();
    const refresh = () => {
      mint(project, next, "refresh");
      forget();
    };
    equal(beforeLock(refresh, () => renew(project)).renewed, true);
    const { snapshot } = readHeld(project);
    deepEqual(snapshot?.routes, next.routes);
    equal(snapshot?.serial, 3);
  }));

Deno.test("A renewal is none when a refresh in between made a warrant", () =>
  inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(text);
    mint(project, snapshot, "init");
    Deno.removeSync(statePath(project, "warrant"));
    const refresh = () => mint(project, snapshot, "refresh");
    equal(beforeLock(refresh, () => renew(project)).renewed, false);
    equal(readHeld(project).snapshot?.serial, 2);
  }));

Deno.test("A step that fails leaves everything as it was", () =>
  inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(text);
    mint(project, snapshot, "init");
    const before = Deno.readTextFileSync(statePath(project, "snapshot"));
    const fail = () => {
      throw new Error("no");
    };
    throws(() => mint(project, snapshot, "refresh", { pins: fail }), /^Error: no$/);
    throws(() => mint(project, snapshot, "refresh", { policy: fail }), /^Error: no$/);
    equal(Deno.readTextFileSync(statePath(project, "snapshot")), before);
    equal(
      mint(project, snapshot, "refresh", { policy: (held) => held.snapshot ?? snapshot }).serial,
      2,
    );
  }));
