/** Warrant, snapshot, keys and revocation: a call needs all of them, each bound to the others. */
import { equal, match, notEqual, ok } from "node:assert/strict";
import { appendReceipt } from "../../src/receipts/log.ts";
import { signRevocationList } from "../../src/protocol/revocation.ts";
import { keyOf, newKey, opened, putSnapshot, putWarrant, snapshotOf, widened } from "./forge.ts";
import { narrow, Project } from "./project.ts";
import { allowed, refused } from "./verdict.ts";

const hosts = { file_path: "/etc/hosts" };

/** The state files that a mint replaces, as they are now. */
function saved(project: Project): () => void {
  const files = (["snapshot", "warrant", "revocations"] as const).map((file) =>
    project.state(file)
  );
  const contents = files.map((file) => Deno.readFileSync(file));
  return () => files.forEach((file, i) => Deno.writeFileSync(file, contents[i] as Uint8Array));
}

Deno.test("A forged warrant and snapshot that are honest in all but name hold", async () => {
  await using project = await Project.create();
  putSnapshot(project, snapshotOf(project).snapshot);
  putWarrant(project);
  allowed(project, await project.inside());
});

Deno.test("The warrant alone opened up still meets the snapshot's no", async () => {
  await using project = await Project.create();
  putWarrant(project, { tools: opened(project, "read_file") });
  allowed(project, await project.inside());
  refused(project, await project.ask("Read", hosts), 1501, /is not within subpath/);
  const tools = new Map(opened(project, "read_file")).set("cron_create", new Map());
  putWarrant(project, { tools });
  refused(project, await project.ask("EnterWorktree", {}), 1500, /is not granted/);
  refused(project, await project.ask("cron_create", {}), 1500);
});

Deno.test("The snapshot alone opened up still meets the warrant's no", async () => {
  await using project = await Project.create();
  const honest = snapshotOf(project).snapshot;
  const { tools } = { tools: new Map(opened(project, "read_file")) };
  // Signed by the issuer, and the warrant does not name it.
  const digest = putSnapshot(project, widened(honest));
  refused(project, await project.ask("Read", hosts), 9006, /names another policy snapshot/);
  refused(project, await project.inside(), 9006);
  // The warrant names it, and grants what it granted before.
  putWarrant(project, { snapshot: honest, digest });
  refused(project, await project.ask("Read", hosts), 1501, /warrant refuses/);
  allowed(project, await project.inside());
  // Only both together allow it: this is what a person's refresh does.
  putWarrant(project, { tools, digest });
  allowed(project, await project.ask("Read", hosts));
});

Deno.test("A snapshot that another key signed is no snapshot", async () => {
  await using project = await Project.create();
  putSnapshot(project, widened(snapshotOf(project).snapshot), newKey());
  refused(project, await project.inside(), 1100, /not signed by the pinned root/);
  const key = keyOf(project, "holderKey");
  Deno.copyFileSync(project.state("snapshot"), project.path("kept"));
  await project.must("refresh", "--yes");
  putSnapshot(project, widened(snapshotOf(project).snapshot), key);
  refused(project, await project.inside(), 1100);
});

Deno.test("A warrant that another key signed, or that is not for here, is refused", async () => {
  await using project = await Project.create();
  const { snapshot, digest } = snapshotOf(project);
  const now = Math.floor(Date.now() / 1000);
  const rows: readonly (readonly [Parameters<typeof putWarrant>[1], number])[] = [
    [{ issuer: newKey() }, 1406],
    [{ issuer: keyOf(project, "holderKey") }, 1406],
    [{ issuer: keyOf(project, "receiptKey") }, 1406],
    [{ bound: false }, 9006],
    [{ digest: "0".repeat(64) }, 9006],
    [{ snapshot: { ...snapshot, authority: "0".repeat(32) }, digest }, 9006],
    [{ snapshot: { ...snapshot, project: "/elsewhere" }, digest }, 9006],
    [{ snapshot: { ...snapshot, serial: snapshot.serial + 1 }, digest }, 9006],
    [{ issuedAt: now + 3600, expiresAt: now + 7200 }, 1302],
    [{ issuedAt: now - 7200, expiresAt: now - 1 }, 1300],
    [{ expiresAt: now + 91 * 24 * 3600 }, 1303],
    [{ type: "issuer" }, 1201],
    [{ tools: new Map() }, 1500],
  ];
  for (const [forgery, code] of rows) {
    putWarrant(project, forgery);
    refused(project, await project.inside(), code);
  }
  putWarrant(project);
  allowed(project, await project.inside());
});

Deno.test("Another project's authority is none here", async () => {
  await using project = await Project.create();
  await using other = await Project.create();
  const restore = saved(project);
  Deno.copyFileSync(other.state("warrant"), project.state("warrant"));
  refused(project, await project.inside(), 1406);
  restore();
  for (const file of ["snapshot", "warrant", "revocations"] as const) {
    Deno.copyFileSync(other.state(file), project.state(file));
  }
  refused(project, await project.inside(), 1100);
  // Signed by the same issuer, as for a project that was copied with its state.
  restore();
  putSnapshot(project, { ...snapshotOf(project).snapshot, project: other.root });
  refused(project, await project.inside(), 9006, /another project's/);
});

Deno.test("A project that was copied or moved has no authority in its new place", async () => {
  await using project = await Project.create();
  const copy = project.outside("copy");
  new Deno.Command("cp", { args: ["-a", project.root, copy] }).outputSync();
  const args = ["--project", copy, "--root", project.pinned];
  const { decision, reason } = await project.ask(
    "Read",
    { file_path: `${copy}/sandbox/notes.txt` },
    {
      args,
    },
  );
  equal(decision, "deny");
  match(reason, /another project's/);
});

Deno.test("The holder's key is needed for each call", async () => {
  await using project = await Project.create();
  const key = Deno.readTextFileSync(project.state("holderKey"));
  Deno.writeTextFileSync(
    project.state("holderKey"),
    `${btoa(String.fromCharCode(...newKey().seed))}\n`,
  );
  refused(project, await project.inside(), 1600);
  Deno.removeSync(project.state("holderKey"));
  refused(project, await project.inside(), 9002);
  Deno.writeTextFileSync(project.state("holderKey"), key);
  putWarrant(project, { holder: newKey().publicKey });
  refused(project, await project.inside(), 1600);
  // A tool without arguments needs the proof as well.
  refused(project, await project.ask("TodoWrite", {}), 1600);
});

Deno.test("The wired root decides, whatever .state says", async () => {
  await using project = await Project.create();
  const forger = newKey();
  const honest = project.pinned;
  putSnapshot(project, widened(snapshotOf(project).snapshot), forger);
  Deno.writeTextFileSync(project.state("issuerPublic"), `${forger.publicKey}\n`);
  refused(project, await project.inside(), 1100);
  for (
    const root of [forger.publicKey.replace(/^./, "g"), "", "00", "0".repeat(64), `${honest} `]
  ) {
    const args = ["--project", project.root, "--root", root];
    const input = { file_path: project.path("sandbox/notes.txt") };
    equal((await project.ask("Read", input, { args })).decision, "deny", root);
  }
});

Deno.test("A warrant ends when its time is over, and refresh mints another", async () => {
  await using project = await Project.create({ policy: `ttl_seconds: 1\n${narrow}` });
  await new Promise((done) => setTimeout(done, 1600));
  refused(project, await project.inside(), 1300, /has expired; a person can run .* refresh/);
  for (let attempt = 0; attempt < 5; attempt++) {
    // A second is not long on a machine that has other things to do.
    await project.must("refresh");
    const verdict = await project.inside();
    if (verdict.decision === "allow") return allowed(project, verdict);
    refused(project, verdict, 1300);
  }
  throw new Error("No refresh was followed by an allowed call");
});

Deno.test("A revocation holds from the next call on, survives refresh, and is lifted", async () => {
  await using project = await Project.create();
  allowed(project, await project.inside());
  await project.must("revoke");
  refused(project, await project.inside(), 1800, /is revoked; a person can run .* revoke --lift/);
  await project.must("refresh");
  refused(project, await project.inside(), 1800);
  await project.must("init");
  refused(project, await project.inside(), 1800);
  await project.must("revoke");
  const lift = await project.command("revoke", "--lift");
  notEqual(lift.code, 0, "Lifting asks for a person");
  refused(project, await project.inside(), 1800);
  await project.must("revoke", "--lift", "--yes");
  allowed(project, await project.inside());
  await project.must("refresh");
  allowed(project, await project.inside());
});

Deno.test("A revocation list that is gone, forged or older than one seen refuses", async () => {
  await using project = await Project.create();
  const old = Deno.readFileSync(project.state("revocations"));
  await project.must("revoke");
  refused(project, await project.inside(), 1800);
  Deno.writeFileSync(project.state("revocations"), old);
  for (let i = 0; i < 3; i++) refused(project, await project.inside(), 9009);
  const list = { ids: [], version: 99, issuedAt: 0 };
  Deno.writeFileSync(project.state("revocations"), signRevocationList(list, newKey()));
  refused(project, await project.inside(), 1801);
  Deno.removeSync(project.state("revocations"));
  refused(project, await project.inside(), 9002);
  // The refusals in between do not make the older list good.
  Deno.writeFileSync(project.state("revocations"), old);
  for (let i = 0; i < 3; i++) refused(project, await project.inside(), 9009);
});

Deno.test("No mint washes a revocation list that was put back or removed", async () => {
  await using project = await Project.create();
  const old = Deno.readFileSync(project.state("revocations"));
  await project.must("revoke");
  for (
    const spoil of [
      () => Deno.writeFileSync(project.state("revocations"), old),
      () => Deno.removeSync(project.state("revocations")),
    ]
  ) {
    spoil();
    for (const command of ["refresh", "init"]) {
      const { code, stderr } = await project.command(command);
      notEqual(code, 0, command);
      match(stderr, /older than the newest receipt; run revoke/);
      equal((await project.inside()).decision, "deny");
    }
  }
  await project.must("revoke");
  refused(project, await project.inside(), 1800);
  await project.must("revoke", "--lift", "--yes");
  allowed(project, await project.inside());
});

Deno.test("An older snapshot and its warrant put back are refused each time", async () => {
  await using project = await Project.create();
  const restore = saved(project);
  project.write("tenuo.yaml", narrow.replace("ls,cat,echo", "ls"));
  await project.must("refresh");
  project.write("tenuo.yaml", narrow);
  restore();
  for (let i = 0; i < 3; i++) {
    refused(project, await project.inside(), 9009, /older than the newest receipt/);
  }
  // What is refused anyway, and what cannot be read, does not wash the trail either.
  refused(project, await project.ask("EnterWorktree", {}), 1500);
  refused(project, await project.inside(), 9009);
  refused(project, await project.hook("garbage"), 9001);
  refused(project, await project.inside(), 9009);
  Deno.renameSync(project.state("snapshot"), project.path("aside"));
  refused(project, await project.inside(), 9002);
  Deno.renameSync(project.path("aside"), project.state("snapshot"));
  refused(project, await project.inside(), 9009);
  const post = { ...project.event("Read", {}), hook_event_name: "PostToolUse", tool_response: "x" };
  equal((await project.post(post)).code, 0);
  refused(project, await project.inside(), 9009);
  await project.must("refresh", "--yes");
  allowed(project, await project.inside());
});

Deno.test("A clock behind the newest receipt refuses each time, and refresh mends it", async () => {
  await using project = await Project.create();
  const future = (seconds: number) =>
    appendReceipt(project.state("receipts"), {
      time: new Date(Date.now() + seconds * 1000).toISOString(),
      kind: "act",
      door: "command",
      tool: "",
      reason: "from a clock that was ahead",
      serial: 1,
      revocation: 1,
    }, { key: keyOf(project, "receiptKey"), sync: false });
  future(20);
  allowed(project, await project.inside());
  future(3600);
  for (let i = 0; i < 3; i++) {
    refused(project, await project.inside(), 9008, /clock is \d+ s behind/);
  }
  refused(project, await project.ask("EnterWorktree", {}), 1500);
  refused(project, await project.inside(), 9008);
  const post = { ...project.event("Read", {}), hook_event_name: "PostToolUse", tool_response: "x" };
  equal((await project.post(post)).code, 0);
  refused(project, await project.inside(), 9008);
  await project.must("refresh");
  allowed(project, await project.inside());
});

Deno.test("Small steps back do not add up", async () => {
  await using project = await Project.create();
  allowed(project, await project.inside());
  const ahead = new Date(Date.now() + 25_000).toISOString();
  appendReceipt(project.state("receipts"), {
    time: ahead,
    kind: "act",
    door: "command",
    tool: "",
    reason: "a clock that is a little ahead",
    serial: 1,
    revocation: 1,
  }, { key: keyOf(project, "receiptKey"), sync: false });
  allowed(project, await project.inside());
  ok(project.last().time >= ahead, "The trail's time does not go back");
});

Deno.test("Receipts name what the decision rests on", async () => {
  await using project = await Project.create();
  allowed(project, await project.inside());
  const { snapshot, digest } = snapshotOf(project);
  const receipt = project.last();
  equal(receipt.policy, digest);
  equal(receipt.serial, snapshot.serial);
  equal(receipt.revocation, 1);
  equal(receipt.capability, "read_file");
  equal(receipt.rule, "subpath:{sandbox}");
  equal(receipt.session, "session-1");
  equal(receipt.call, "toolu_1");
  match(receipt.proof ?? "", /^[0-9a-f]{128}$/);
  match(receipt.chain ?? "", /^[0-9a-f]{64}$/);
  match(receipt.warrant ?? "", /^[0-9a-f]{32}$/);
});
