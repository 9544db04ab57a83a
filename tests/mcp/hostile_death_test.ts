/** A server that dies or never answers: an error result, a receipt, and the next call works. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { HostileGround, isError, isSane, textOf } from "./hostile_ground.ts";
import { canLookAtProcesses, descendants } from "./processes.ts";
import { RawPeer } from "./raw_peer.ts";
import { until } from "./session.ts";

/** The decision and the outcome of the only call of a tool. */
function rowsOf(ground: HostileGround, tool: string): string[] {
  const rows = ground.governed.receipts();
  const decision = rows.find((row) =>
    row.kind === "decision" && row.tool === `mcp__hostile__${tool}`
  );
  const outcome = rows.find((row) => row.kind === "outcome" && row.of === decision?.seq);
  return [String(decision?.decision), String(outcome?.outcome)];
}

Deno.test("A server that ends in the middle of a call", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  const answer = await peer.call("die");
  equal(isError(answer), true, JSON.stringify(answer));
  match(textOf(answer), /hostile.*(ended|exit|code 3)/s);
  equal(await isSane(peer), true);
  deepEqual(rowsOf(ground, "die"), ["allow", "failed"]);
});

Deno.test({
  name:
    "A server that is killed in the middle of calls: each has its error, and the next one works",
  ignore: !canLookAtProcesses,
  async fn() {
    await using ground = await HostileGround.create();
    await using peer = await ground.connectSane();
    ground.reached();
    const calls = Array.from({ length: 20 }, () => peer.call("silent"));
    await until("the calls", () => {
      const log = Deno.readTextFileSync(ground.governed.project.path("sandbox/hostile.log"));
      return log.split('"silent"').length > 20;
    });
    const [server] = descendants(peer.pid);
    ok(server);
    Deno.kill(server, "SIGKILL");
    for (const answer of await Promise.all(calls)) {
      equal(isError(answer), true);
      match(textOf(answer), /SIGKILL|killed|ended/);
    }
    equal(await isSane(peer), true);
    const outcomes = ground.governed.receipts().filter(({ kind }) => kind === "outcome");
    equal(outcomes.length, 20);
    equal(outcomes.every(({ outcome }) => outcome === "failed"), true);
  },
});

Deno.test("A server that dies again and again is waited for longer each time, with a clear error", async () => {
  await using ground = await HostileGround.create();
  await using peer = await ground.connectSane();
  const said: string[] = [];
  for (let n = 0; n < 8; n++) {
    const answer = await peer.call("die");
    equal(isError(answer), true);
    said.push(textOf(answer));
  }
  match(said.at(-1) ?? "", /hostile/);
  deepEqual((await peer.ask("ping")).result, {});
});

Deno.test("A server that does not answer in time", async () => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 1 } });
  await using peer = await ground.connectSane();
  const started = performance.now();
  const answer = await peer.call("silent");
  const taken = performance.now() - started;
  equal(isError(answer), true);
  match(textOf(answer), /1 s/);
  ok(taken > 900 && taken < 5000, `It took ${taken} ms`);
  equal(await isSane(peer), true);
  deepEqual(rowsOf(ground, "silent"), ["allow", "failed"]);
  const told = ground.reached().filter(({ method }) => method === "notifications/cancelled");
  equal(told.length, 1, "The server is told that nobody waits");
  // What comes late is nobody's, and no fault that the log has to know.
  const before = ground.governed.receipts().length;
  const late = await peer.call("late", { milliseconds: 1500 });
  equal(isError(late), true);
  await new Promise((next) => setTimeout(next, 800));
  equal(await isSane(peer), true);
  equal(ground.governed.receipts().length - before, 3, "A decision, its outcome, a decision");
});

Deno.test("Progress is a sign of life, also when the whole takes longer than a call may", async () => {
  await using ground = await HostileGround.create({ policy: { timeout_seconds: 1 } });
  await using peer = await ground.connectSane();
  const calling = peer.call("late", { milliseconds: 2200 }, { _meta: { progressToken: "t" } });
  for (let n = 1; n < 7; n++) {
    const params = { progressToken: "t", progress: n };
    const line = JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params });
    await peer.call("emit", { lines: [`${line}\n`], after: 300 });
  }
  match(textOf(await calling), /^late/);
  const told = peer.told.filter(({ method }) => method === "notifications/progress");
  deepEqual(told.map(({ params }) => params?.progress), [1, 2, 3, 4, 5, 6]);
});

Deno.test("A server that cannot be started is an error that names it, and the client lives on", async () => {
  await using ground = await HostileGround.create();
  const list = ground.governed.project.path("sandbox/hostile.json");
  // Its script stays as it was approved; it fails by itself.
  Deno.renameSync(list, `${list}.gone`);
  await using peer = new RawPeer(ground.launch());
  await peer.initialize();
  const answer = await peer.call("plain");
  match(JSON.stringify(answer), /hostile/);
  Deno.renameSync(`${list}.gone`, list);
  for (let n = 0; n < 20 && !await isSane(peer); n++) {
    await new Promise((next) => setTimeout(next, 500));
  }
  equal(await isSane(peer), true);
});
