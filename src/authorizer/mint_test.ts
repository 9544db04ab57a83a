import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { revocationId } from "../protocol/revocation.ts";
import { statePath } from "../state/layout.ts";
import { openSnapshot, openWarrant, requireBound, verifyGrant } from "./authority.ts";
import {
  addRevoked,
  capabilitiesOf,
  currentIsRevoked,
  currentWarrant,
  liftRevoked,
  mint,
  prepareState,
  readHeld,
  renew,
} from "./mint.ts";
import { base, inProject } from "./test_mint.ts";

Deno.test("A minted warrant verifies, grants what the routes need and names its snapshot", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(base);
    const minted = mint(project, snapshot, "init");
    const { root } = readHeld(project);
    const place = { project, root };
    const now = Math.floor(Date.now() / 1000);
    const { leaf } = await verifyGrant(place, openWarrant(place), now);
    requireBound(leaf, openSnapshot(place));
    equal(leaf.id, minted.id);
    const ids = Array.from({ length: 12 }, () => mint(project, snapshot, "refresh").id);
    for (const id of ids) match(id, /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/, "UUIDv7");
    equal(leaf.expiresAt - leaf.issuedAt, 3600);
    deepEqual([...leaf.tools.keys()].toSorted(), [...capabilitiesOf(snapshot).keys()].toSorted());
    ok(leaf.tools.has("read_file") && leaf.tools.has("run_command"));
  });
});

Deno.test("Each mint has a serial above all that went before", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(base);
    deepEqual([1, 2, 3].map(() => mint(project, snapshot, "refresh").serial), [1, 2, 3]);
    Deno.removeSync(statePath(project, "snapshot"));
    equal(mint(project, snapshot, "refresh").serial, 4, "Also when the snapshot was lost");
    Deno.writeTextFileSync(statePath(project, "snapshot"), "garbage");
    equal(mint(project, { ...snapshot, serial: 99 }, "refresh").serial, 99);
    const { snapshot: held } = readHeld(project);
    equal(mint(project, { ...snapshot, authority: "0".repeat(32) }, "refresh").serial, 100);
    equal(readHeld(project).snapshot?.authority, held?.authority, "The authority stays");
  });
});

Deno.test("Renewal mints when the warrant is over or gone, from the snapshot in force", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    throws(() => renew(project), /No policy snapshot/);
    mint(project, await compile(base), "init");
    equal(renew(project).renewed, false);
    Deno.removeSync(statePath(project, "warrant"));
    equal(renew(project).renewed, true);
    mint(project, await compile(base, { ttlSeconds: -5 }), "init");
    equal(currentWarrant(project) === undefined, true, "A warrant that ends before it starts");
  });
});

Deno.test("Renewal does not bring an older snapshot back into force", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    mint(project, await compile(base), "init");
    const old = Deno.readFileSync(statePath(project, "snapshot"));
    mint(project, await compile(base.replace("ls,cat", "ls")), "refresh");
    Deno.writeFileSync(statePath(project, "snapshot"), old);
    Deno.removeSync(statePath(project, "warrant"));
    throws(() => renew(project), /older than the newest receipt/);
  });
});

Deno.test("A revoked warrant's successors are born revoked, until it is lifted", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(base);
    let { id } = mint(project, snapshot, "init");
    addRevoked(project, id);
    for (let i = 0; i < 3; i++) {
      const next = mint(project, snapshot, "refresh");
      equal(next.revoked, true);
      id = next.id;
      equal(currentIsRevoked(project, readHeld(project)), true);
    }
    const { version, ids } = readHeld(project).revocations;
    liftRevoked(project, id);
    const left = readHeld(project).revocations;
    equal(left.version, version + 1);
    deepEqual(left.ids, ids.filter((one) => !one.endsWith(id)), "Only this one is lifted");
    equal(mint(project, snapshot, "refresh").revoked, false);
  });
});

Deno.test("A revocation meets the warrant that a mint put in place meanwhile", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    const snapshot = await compile(base);
    const seen = mint(project, snapshot, "init");
    mint(project, snapshot, "refresh");
    addRevoked(project, seen.id);
    equal(currentIsRevoked(project, readHeld(project)), true);
  });
});

Deno.test("Lifting keeps a revocation that came in since the caller looked", async () => {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    const { id } = mint(project, await compile(base), "init");
    addRevoked(project, id);
    const other = "0".repeat(32);
    addRevoked(project, other);
    const { ids } = liftRevoked(project, id);
    deepEqual(ids, [revocationId(other)]);
    equal(currentIsRevoked(project, readHeld(project)), false);
  });
});

Deno.test("State is made once: keys stay, files are private", async () => {
  await inProject(({ project }) => {
    prepareState(project);
    const names = [...Deno.readDirSync(`${project}/.state`)].map(({ name }) => name).toSorted();
    deepEqual(names, [
      ...[".gitignore", ".ignore", ".rgignore", "holder_key.b64", "issuer_key.b64"],
      ...["issuer_pub.hex", "receipt_key.b64", "receipt_pub.hex", "receipts.jsonl"],
      "revocations.cbor",
    ]);
    const mode = (name: string) => (Deno.statSync(`${project}/.state/${name}`).mode ?? 0) & 0o777;
    equal(mode(""), 0o700);
    for (const name of names.filter((name) => name.endsWith(".b64"))) equal(mode(name), 0o600);
    const contents = () => names.map((name) => Deno.readTextFileSync(`${project}/.state/${name}`));
    const before = contents();
    prepareState(project);
    deepEqual(contents(), before);
    for (const name of names.filter((name) => name.endsWith(".b64"))) {
      match(Deno.readTextFileSync(`${project}/.state/${name}`), /^[A-Za-z0-9+/]{43}=\n$/);
    }
  });
});
