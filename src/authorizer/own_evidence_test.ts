/** Every receipt's warrant and policy can be looked at, whatever door the call came through. */
import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { decode, encode } from "../protocol/cbor.ts";
import { readChain } from "../protocol/chain.ts";
import { hex, sha256 } from "../protocol/keys.ts";
import { prove } from "../protocol/pop.ts";
import { signWarrant, type Warrant } from "../protocol/warrant.ts";
import { evidenceFolder, readEvidence } from "../receipts/evidence.ts";
import { keptCheckpoint } from "../receipts/kept_checkpoint.ts";
import { LogReader } from "../receipts/log_reader.ts";
import { openReceipt, type Receipt } from "../receipts/receipt.ts";
import { latestSegment } from "../receipts/segments.ts";
import { statePath } from "../state/layout.ts";
import { openKey, openWarrant } from "./authority.ts";
import { addRevoked, liftRevoked, mint, prepareState, readHeld, renew } from "./mint.ts";
import { missingEvidence } from "./own_evidence.ts";
import { authorize, type Presented } from "./pipeline.ts";
import { keepPresented } from "./presented.ts";
import { base, type Ground, inProject } from "./test_mint.ts";

const log = (project: string) => statePath(project, "receipts");

function receipts(project: string): Receipt[] {
  const { publicKey } = openKey({ project, root: "" }, "receiptKey");
  return LogReader.use(log(project), (reader) =>
    [...reader.lines()].map(({ bytes }) => {
      const receipt = openReceipt(new TextDecoder().decode(bytes), publicKey);
      ok(receipt);
      return receipt;
    }));
}

/** The digests that receipts name, each checked against the bytes that lie there. */
function named(project: string): Set<string> {
  const rows = receipts(project);
  const chains = new Set(rows.flatMap(({ chain }) => chain ?? []));
  for (const chain of chains) {
    const bytes = readEvidence(log(project), "warrant", chain);
    equal(bytes && hex(sha256(bytes)), chain);
  }
  const policies = new Set(rows.flatMap(({ policy }) => policy ?? []));
  for (const policy of policies) {
    const bytes = readEvidence(log(project), "policy", policy);
    equal(bytes && hex(sha256(bytes.subarray(129))), policy);
  }
  return new Set([...chains, ...policies]);
}

async function call(project: string, presented?: Presented): Promise<string> {
  const { root } = readHeld(project);
  const input = presented === undefined
    ? { file_path: `${project}/sandbox/a.txt` }
    : { path: `${project}/sandbox/a.txt` };
  const tool = presented === undefined ? "Read" : "read_file";
  const answer = await authorize({
    locate: () => ({ project, root }),
    decode: () => ({
      door: presented === undefined ? "hook" : "http",
      tool,
      input,
      cwd: project,
    }),
    ...(presented === undefined ? {} : { presented }),
  });
  return answer.verdict;
}

function presenting(warrant: Uint8Array, proof: Uint8Array): Presented {
  return { warrant, proof, keep: (trace) => keepPresented(warrant, trace) };
}

/** The project's warrant, narrowed by its holder for itself, and its proof for `call`. */
function narrowed(project: string, id: number): Presented {
  const parent = readChain(openWarrant({ project, root: "" }))[0] as Warrant;
  const holder = openKey({ project, root: "" }, "holderKey");
  const child = signWarrant({
    ...parent,
    id: id.toString(16).padStart(32, "0"),
    issuer: holder.publicKey,
    depth: 1,
    parentHash: hex(sha256(parent.payloadBytes)),
  }, holder);
  const warrant = encode([decode(openWarrant({ project, root: "" })), decode(child)]);
  const args = new Map([["path", `${project}/sandbox/a.txt`]]);
  const now = Math.floor(Date.now() / 1000);
  const leaf = readChain(warrant).at(-1) as Warrant;
  return presenting(warrant, prove(holder, leaf.id, "read_file", args, now));
}

async function minted({ project, compile }: Ground, change = {}): Promise<void> {
  prepareState(project);
  mint(project, await compile(base, change), "init");
}

Deno.test("init twice, refresh, renewal and revocation: the evidence of each call is there", async () => {
  await inProject(async (ground) => {
    const { project, compile } = ground;
    await minted(ground);
    equal(await call(project), "allow");
    await minted(ground);
    equal(await call(project), "allow");
    mint(project, await compile(base.replace("ls,cat", "ls")), "refresh");
    equal(await call(project), "allow");
    Deno.removeSync(statePath(project, "warrant"));
    equal(renew(project).renewed, true);
    equal(await call(project), "allow");
    const { id } = readChain(openWarrant({ project, root: "" }))[0] as Warrant;
    addRevoked(project, id);
    equal(await call(project), "deny");
    mint(project, await compile(base), "refresh");
    equal(await call(project), "deny");
    liftRevoked(project, (readChain(openWarrant({ project, root: "" }))[0] as Warrant).id);
    equal(await call(project), "allow");
    ok(named(project).size >= 9);
    deepEqual(missingEvidence(project, readHeld(project).root), []);
  });
});

Deno.test("Evidence that was deleted or changed is missed, and put back by the next mint", async () => {
  await inProject(async (ground) => {
    const { project, compile } = ground;
    await minted(ground);
    await call(project);
    const before = named(project);
    const { root } = readHeld(project);
    Deno.removeSync(evidenceFolder(log(project)), { recursive: true });
    deepEqual(missingEvidence(project, root).map(({ kind }) => kind), ["warrant", "policy"]);
    mint(project, await compile(base), "refresh");
    deepEqual(missingEvidence(project, root), []);
    ok(before.isSubsetOf(named(project)), "Also that of the rows before");
    for (const { name } of [...Deno.readDirSync(evidenceFolder(log(project)))]) {
      Deno.writeTextFileSync(`${evidenceFolder(log(project))}/${name}`, "junk");
    }
    equal(missingEvidence(project, root).length, 2);
    Deno.removeSync(statePath(project, "snapshot"));
    Deno.removeSync(statePath(project, "warrant"));
    deepEqual(missingEvidence(project, root), [], "What is not in force is not missed");
  });
});

Deno.test("A warrant that a caller presents is kept once it verified, and no other", async () => {
  await inProject(async (ground) => {
    const { project } = ground;
    await minted(ground);
    const count = () => [...Deno.readDirSync(evidenceFolder(log(project)))].length;
    const before = count();
    equal(await call(project, narrowed(project, 1)), "allow");
    equal(await call(project, narrowed(project, 1)), "allow");
    equal(count(), before + 1);
    const { warrant, proof } = narrowed(project, 2);
    const broken = warrant.slice();
    broken[broken.length - 1] = (broken.at(-1) as number) ^ 1;
    for (const bad of [broken, new Uint8Array(9), new TextEncoder().encode("junk")]) {
      equal(await call(project, presenting(bad, proof)), "deny");
    }
    equal(count(), before + 1);
    // Verified but without possession: its refusal names it, so it is kept.
    equal(await call(project, presenting(warrant, new Uint8Array(64))), "deny");
    equal(count(), before + 2);
    named(project);
  });
});

Deno.test("A presented warrant that cannot be kept refuses the call", async () => {
  await inProject(async (ground) => {
    const { project } = ground;
    await minted(ground);
    const folder = evidenceFolder(log(project));
    equal(await call(project, narrowed(project, 1)), "allow");
    Deno.renameSync(folder, `${folder}.away`);
    Deno.writeTextFileSync(folder, "");
    equal(await call(project, narrowed(project, 2)), "deny");
    const { code, reason } = receipts(project).at(-1) ?? {};
    equal(code, 9010);
    match(reason ?? "", /presented warrant cannot be kept/);
    equal(await call(project), "allow", "The project's own goes on");
    throws(() => mint(project, readHeld(project).snapshot as never, "refresh"), "But no mint does");
  });
});

Deno.test("A segment's end and a person's act leave a checkpoint", async () => {
  await inProject(async (ground) => {
    const { project, compile } = ground;
    const rotating = { rotation: { bytes: 2500, daily: false } };
    const { receipts } = await compile(base);
    await minted(ground, { receipts: { ...receipts, ...rotating } });
    const { publicKey } = openKey({ project, root: "" }, "receiptKey");
    const kept = () => keptCheckpoint(log(project), publicKey)?.count;
    let calls = 0;
    for (; latestSegment(log(project)) === undefined; calls++) {
      equal(kept(), undefined);
      equal(await call(project), "allow");
    }
    equal(kept(), calls);
    mint(project, await compile(base), "refresh");
    equal(kept(), calls + 1);
  });
});
