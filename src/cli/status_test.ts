import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openKey, openWarrant, type Place } from "../authorizer/authority.ts";
import { stockPolicy, type TestProject, withProject } from "../authorizer/service_test_project.ts";
import { readChain } from "../protocol/chain.ts";
import { signWarrant, type Warrant } from "../protocol/warrant.ts";
import { appendReceipt } from "../receipts/log.ts";

interface Facts {
  readonly ok: boolean;
  readonly policy: string;
  readonly mode?: string;
  readonly warrant?: { readonly expired: boolean; readonly revoked: boolean };
  readonly receipts: {
    readonly count: number;
    readonly segments: number;
    readonly broken?: string;
  };
  readonly problems: readonly string[];
}

/** What status says in both forms, which must agree. */
function status({ run }: TestProject) {
  const { code, stdout, stderr } = run(["status"]);
  const json = run(["status", "--json"]);
  const facts = JSON.parse(json.stdout) as Facts;
  assert.deepEqual([stderr, json.stderr, json.code], ["", "", code]);
  assert.equal(code, facts.ok ? 0 : 1);
  assert.equal(stdout.match(/^problem +: /gm)?.length ?? 0, facts.problems.length);
  return { code, stdout, facts };
}

function file({ place }: TestProject, name: string): string {
  return `${place.project}/${name}`;
}

/** Puts the project's own warrant, with other times, in its place. */
function setTimes(place: Place, issuedAt: number, expiresAt: number): void {
  const own = readChain(openWarrant(place))[0] as Warrant;
  const bytes = signWarrant({ ...own, issuedAt, expiresAt }, openKey(place, "issuerKey"));
  const text = Buffer.from(bytes).toString("base64url");
  Deno.writeTextFileSync(`${place.project}/.state/warrant.b64`, text);
}

function contents(project: TestProject, folder = file(project, ".state")): [string, string][] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = `${folder}/${name}`;
    return isDirectory ? contents(project, path) : [[path, Deno.readFileSync(path).toString()]];
  }).sort();
}

Deno.test("status of a project in order, and of one that is not yet set up", async () => {
  await withProject((project) => {
    const before = contents(project);
    const { code, stdout } = status(project);
    assert.equal(code, 0);
    assert.match(stdout, /^policy +: tenuo\.yaml, in force, enforce$/m);
    assert.match(stdout, /^warrant +: [0-9a-f]{32} \(serial 1\)$/m);
    assert.match(stdout, /^expires +: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, in (60|59) min$/m);
    assert.match(stdout, /^enforced +: Read, Bash$/m);
    assert.match(stdout, /^default +: deny$/m);
    assert.match(stdout, /^wiring +: Deno and main\.ts \(slower form\), \//m);
    assert.match(stdout, /^service +: down/m);
    assert.match(stdout, /^receipts +: 0$/m);
    assert.doesNotMatch(stdout, /^(mode|revoked|problem) /m);
    assert.deepEqual(contents(project), before, "status changes nothing");

    Deno.removeSync(file(project, ".state"), { recursive: true });
    const bare = status(project);
    assert.equal(bare.code, 1);
    assert.match(bare.stdout, /^problem +: No authority in .*run tenuo-claude init$/m);
    Deno.removeSync(file(project, ".claude"), { recursive: true });
    assert.match(status(project).stdout, /^wiring +: none$/m);
  });
});

Deno.test("status tells what became of the warrant", async (test) => {
  await withProject(async (project) => {
    const now = Math.floor(Date.now() / 1000);

    await test.step("expired", () => {
      setTimes(project.place, now - 3600, now - 180);
      const { code, stdout } = status(project);
      assert.equal(code, 1);
      assert.match(stdout, /^expires +: EXPIRED .*, 3 min ago$/m);
      assert.match(stdout, /^problem +: .*expired; run tenuo-claude refresh or up$/m);
    });

    await test.step("revoked, until that is lifted", () => {
      assert.equal(project.run(["refresh"]).code, 0);
      project.run(["revoke"]);
      const { code, stdout, facts } = status(project);
      assert.deepEqual([code, facts.warrant?.revoked], [1, true]);
      assert.match(stdout, /^revoked +: yes, every call is denied$/m);
      project.run(["revoke", "--lift", "--yes"]);
      assert.equal(status(project).code, 0);
    });

    await test.step("another holder's key", () => {
      const key = file(project, ".state/holder_key.b64");
      const own = Deno.readTextFileSync(key);
      Deno.writeTextFileSync(key, Buffer.alloc(32, 7).toString("base64"));
      assert.match(status(project).stdout, /^problem +: The holder key is not the warrant's$/m);
      Deno.writeTextFileSync(key, own);
    });

    await test.step("garbage", () => {
      for (const text of ["", "%", "AAAA", "gwFY"]) {
        Deno.writeTextFileSync(file(project, ".state/warrant.b64"), text);
        const { code, stdout } = status(project);
        assert.equal(code, 1, text);
        assert.match(stdout, /^warrant +: none$/m);
      }
    });
  });
});

Deno.test("status tells what became of the policy", async (test) => {
  await withProject(async (project) => {
    const { run } = project;
    const write = (text: string) => Deno.writeTextFileSync(file(project, "tenuo.yaml"), text);

    await test.step("edited: told, and still in force", () => {
      write(stockPolicy + "# a remark\n");
      const { code, stdout, facts } = status(project);
      assert.deepEqual([code, facts.policy], [0, "edited"]);
      assert.match(stdout, /^policy +: tenuo\.yaml was edited; run tenuo-claude refresh/m);
    });

    await test.step("an error in it: nothing is allowed", () => {
      write("enforce: [");
      const { code, facts } = status(project);
      assert.deepEqual([code, facts.policy], [1, "unusable"]);
    });

    await test.step("observing: told, and in order", () => {
      write(stockPolicy + "mode: audit\n");
      assert.equal(run(["refresh", "--yes"]).code, 0);
      const { code, stdout } = status(project);
      assert.equal(code, 0);
      assert.match(stdout, /^mode +: observe: nothing is blocked, only recorded$/m);
      write(stockPolicy);
      assert.equal(run(["refresh"]).code, 0);
    });

    await test.step("a sandbox that leads elsewhere", () => {
      Deno.removeSync(file(project, "sandbox"), { recursive: true });
      Deno.symlinkSync("/tmp", file(project, "sandbox"));
      const { code, stdout } = status(project);
      assert.equal(code, 1);
      assert.match(stdout, /^problem +: The sandbox .* now leads to /m);
    });
  });
});

Deno.test("status tells when the hooks are not wired as they must be", async () => {
  await withProject((project) => {
    const path = file(project, ".claude/settings.json");
    const settings = Deno.readTextFileSync(path);
    const wiring = (text: string) => {
      Deno.writeTextFileSync(path, text);
      const { code, stdout } = status(project);
      assert.equal(code, 1, text.slice(0, 80));
      return /^wiring +: (.*)$/m.exec(stdout)?.[1];
    };
    assert.equal(wiring("{}"), "none");
    assert.equal(wiring("{"), "none");
    assert.match(
      String(wiring(settings.replaceAll('"block"', '"allow"'))),
      /^not as init writes it/,
    );
    const gone = settings.replaceAll(/"command": "\/[^"]*"/g, '"command": "/nowhere/deno"');
    assert.match(String(wiring(gone)), /\/nowhere\/deno$/);
    Deno.writeTextFileSync(path, settings);
    assert.equal(status(project).code, 0);
  });
});

Deno.test("status tells what is wrong with the receipts", async () => {
  await withProject((project) => {
    const path = file(project, ".state/receipts.jsonl");
    assert.equal(project.run(["refresh"]).code, 0);
    const good = Deno.readTextFileSync(path);
    const after = (text: string) => {
      Deno.writeTextFileSync(path, text);
      return status(project);
    };
    const torn = after(good + '{"seq":2,"prev":"00');
    assert.deepEqual([torn.code, torn.facts.receipts.count], [0, 1]);
    assert.match(torn.stdout, /^receipts +: 1, then half a line/m);
    const forged = after(good.replace('"seq":1', '"seq":7'));
    assert.equal(forged.code, 1);
    assert.match(forged.stdout, /^receipts +: broken: the last line is not a receipt/m);
    assert.equal(after("").facts.receipts.count, 0);
    Deno.removeSync(path);
    assert.match(status(project).stdout, /^receipts +: broken: Missing /m);

    Deno.writeTextFileSync(path, good);
    const time = new Date(Date.now() + 600_000).toISOString();
    const key = openKey(project.place, "receiptKey");
    const draft = { time, kind: "act", door: "command", tool: "", reason: "a test" } as const;
    appendReceipt(path, draft, { key, sync: false });
    assert.match(
      status(project).stdout,
      /^problem +: The clock is \d+ s behind the newest receipt/m,
    );
  });
});

Deno.test("status counts receipts through segments, an empty file and repairs", async () => {
  await withProject((project) => {
    const path = file(project, ".state/receipts.jsonl");
    const key = openKey(project.place, "receiptKey");
    const rotation = { bytes: 1, daily: false };
    const append = () =>
      appendReceipt(path, {
        time: new Date().toISOString(),
        kind: "act",
        door: "command",
        reason: "a test",
      }, { key, sync: false, rotation });
    for (let count = 0; count < 3; count++) append();
    const { code, stdout, facts } = status(project);
    assert.deepEqual([code, facts.receipts], [0, { count: 3, segments: 2 }]);
    assert.match(stdout, /^receipts +: 3, in 2 segments and receipts\.jsonl$/m);

    Deno.renameSync(path, path.replace(".jsonl", ".000003.jsonl"));
    assert.deepEqual(status(project).facts.receipts, { count: 3, segments: 3 });
    Deno.writeTextFileSync(path, "", { mode: 0o600 });
    assert.deepEqual(status(project).facts.receipts, { count: 3, segments: 3 });

    Deno.writeTextFileSync(path, '{"seq":4,"prev":"00');
    assert.match(status(project).stdout, /^receipts +: 3, .*, then half a line/m);
    append();
    assert.deepEqual(status(project).facts.receipts, { count: 5, segments: 3 });
  });
});
