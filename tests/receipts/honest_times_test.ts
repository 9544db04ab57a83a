/** Honest receipts while the state, the clock and the mode change under the calls. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { mint, note, renew } from "../../src/authorizer/mint.ts";
import type { Answer } from "../../src/authorizer/pipeline.ts";
import { appendReceipt } from "../../src/receipts/log.ts";
import { seal, segmentsOf } from "../../src/receipts/segments.ts";
import type { Receipt } from "../../src/receipts/receipt.ts";
import { openKey } from "../../src/authorizer/authority.ts";
import { type Honest, inHonest } from "./honest_project.ts";

const policy = `enforce: { Read: "subpath:{sandbox}", Bash: "shlex:ls" }\n`;
const observing = `mode: dry-run\n${policy}`;

function read(project: Honest, path = "sandbox/notes.txt"): Promise<Answer> {
  return project.ask("Read", { file_path: `${project.project}/${path}` });
}

/** Runs `use` while the clock of this process is this many seconds off. */
async function off(seconds: number, use: () => Promise<unknown>): Promise<void> {
  const { now } = Date;
  Date.now = () => now() + seconds * 1000;
  try {
    await use();
  } finally {
    Date.now = now;
  }
}

/** A call during which, this many times, its authority is replaced after it was read. */
async function overtaken(project: Honest, times: number): Promise<string> {
  const { lstatSync } = Deno;
  const own = project.state("holderKey");
  let left = times;
  let isMinting = false;
  Deno.lstatSync = (path) => {
    // Its key is read after policy and warrant.
    if (String(path) === own && !isMinting && left-- > 0) {
      isMinting = true;
      mint(project.project, project.snapshot, "refresh");
      isMinting = false;
    }
    return lstatSync(path);
  };
  try {
    return (await read(project)).verdict;
  } finally {
    Deno.lstatSync = lstatSync;
  }
}

Deno.test("Observing, enforcing by an edit, observing again, an invalid and a missing policy", () =>
  inHonest(async (project) => {
    const both = async () => [(await read(project)).verdict, (await read(project, "x")).verdict];
    await project.govern(observing);
    deepEqual(await both(), ["silent", "silent"]);
    project.write("tenuo.yaml", policy);
    deepEqual(await both(), ["allow", "deny"]);
    await project.govern(policy);
    deepEqual(await both(), ["allow", "deny"]);
    project.write("tenuo.yaml", observing);
    deepEqual(await both(), ["allow", "deny"]);
    await project.govern(observing);
    project.write("tenuo.yaml", "nonsense: [");
    deepEqual(await both(), ["deny", "deny"]);
    Deno.removeSync(`${project.project}/tenuo.yaml`);
    deepEqual(await both(), ["deny", "deny"]);
    await project.govern(observing);
    deepEqual(await both(), ["silent", "silent"]);
    equal((await project.requireProven()).counts.observed, 4);
  }));

Deno.test("Expiry and renewal, to the second, and clocks that go forth and back", () =>
  inHonest(async (project) => {
    await project.govern(`ttl_seconds: 60\n${policy}`);
    for (const seconds of [0, 5, -20, 9, 4]) await off(seconds, () => read(project));
    for (const seconds of [57, 58, 59, 60, 61, 40]) await off(seconds, () => read(project));
    await off(61, () => {
      renew(project.project);
      return read(project);
    });
    await off(115, () => read(project));
    await off(90, () => read(project));
    await off(80, () => read(project)); // 9008
    await off(81, () => read(project, "x"));
    await read(project);
    await project.govern(policy);
    await read(project);
    await off(-29, () => read(project));
    await off(-100, () => read(project)); // 9008, and before the warrant
    await read(project);
    const codes = project.receipts().flatMap(({ code }) => code ?? []);
    ok(codes.includes(9008) && !codes.includes(9011), JSON.stringify(codes));
    await project.requireProven();
  }));

Deno.test("A sandbox that moved, keys and warrants that are gone, a state that was put back", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    await read(project);
    const sandbox = `${project.project}/sandbox`;
    Deno.renameSync(sandbox, `${sandbox}.away`);
    await read(project);
    Deno.renameSync(`${sandbox}.away`, sandbox);
    const files = ["snapshot", "warrant", "revocations", "holderKey"] as const;
    const before = files.map((file) => [file, Deno.readFileSync(project.state(file))] as const);
    for (const [file, bytes] of before) {
      Deno.removeSync(project.state(file));
      await read(project);
      Deno.writeTextFileSync(project.state(file), "nonsense");
      await read(project);
      Deno.writeFileSync(project.state(file), bytes);
    }
    await project.govern(policy.replace("shlex:ls", "shlex:ls,cat"));
    await read(project);
    const after = files.map((file) => [file, Deno.readFileSync(project.state(file))] as const);
    const putBack = async () => {
      for (const [file, bytes] of before) {
        Deno.writeFileSync(project.state(file), bytes);
        await read(project);
      }
      for (const [file, bytes] of after) Deno.writeFileSync(project.state(file), bytes);
    };
    await putBack();
    project.revoke();
    await putBack();
    project.revoke();
    project.lift();
    await read(project);
    const codes = new Set(project.receipts().flatMap(({ code }) => code ?? []));
    for (const code of [9012, 9002, 9006, 9009, 1800]) ok(codes.has(code), String([...codes]));
    await project.requireProven();
  }));

Deno.test("A decision under an older policy that is recorded after the refresh", () =>
  inHonest(async (project) => {
    for (const before of [policy, observing]) {
      await project.govern(before);
      equal(await overtaken(project, 1), before === policy ? "allow" : "silent");
      await read(project, "x");
    }
    await project.requireProven();
  }));

Deno.test("A decision that is overtaken at every look is refused, and not said to be observed", () =>
  inHonest(async (project) => {
    for (const before of [policy, observing]) {
      await project.govern(before);
      equal(await overtaken(project, 9), "deny");
      const { code, observed } = project.receipts().at(-1) as Receipt;
      deepEqual([code, observed], [9009, undefined]);
    }
    await project.requireProven();
  }));

Deno.test("Torn lines, repairs, segments and all kinds of lines in between", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const log = project.state("receipts");
    const key = openKey(project.place, "receiptKey");
    const time = () => new Date().toISOString();
    for (let turn = 0; turn < 6; turn++) {
      await read(project, turn % 2 === 0 ? "sandbox/notes.txt" : "x");
      const garbage = ["\n", "\n\n{", '{"seq":9', "\0".repeat(5000), "é", ""][turn] as string;
      Deno.writeTextFileSync(log, garbage, { append: true });
      const outcome = (["ok", "failed", "unknown"] as const)[turn % 3] as "ok";
      const draft = { time: time(), kind: "outcome", door: "hook", outcome, of: 1 } as const;
      appendReceipt(log, { ...draft, preview: "x" }, { key, sync: false });
      note(project.project, "session end", {});
      if (turn % 2 === 1) ok(seal(log));
    }
    await read(project);
    equal(segmentsOf(log).length, 3);
    const { counts } = await project.requireProven();
    equal(counts.repairs, 5);
  }));
