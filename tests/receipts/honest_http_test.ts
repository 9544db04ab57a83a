/** Honest receipts of the HTTP door: whatever warrants and proofs callers present, none is false. */
import { Buffer } from "node:buffer";
import { deepEqual, equal } from "node:assert/strict";
import { openKey, openWarrant } from "../../src/authorizer/authority.ts";
import { newWarrantId } from "../../src/protocol/builder.ts";
import { type Cbor, decode, encode, isList } from "../../src/protocol/cbor.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { prove } from "../../src/protocol/pop.ts";
import { signWarrant, type WarrantPayload } from "../../src/protocol/warrant.ts";
import { hex, sha256, type SigningKey } from "../../src/protocol/keys.ts";
import { keyFor } from "./honest_keys.ts";
import { type Honest, inHonest } from "./honest_project.ts";

const policy = `enforce:
  Read: "subpath:{sandbox}"
  Bash: "shlex:ls"
  WebFetch: { domains: ["*.example.com"] }
allow: [Skill]
`;
const now = () => Math.floor(Date.now() / 1000);

/** A chain and whoever holds its leaf. */
interface Held {
  readonly stack: Uint8Array;
  readonly holder: SigningKey;
}

function own(project: Honest): Held {
  return { stack: openWarrant(project.place), holder: openKey(project.place, "holderKey") };
}

/** Hands a warrant on by hand, so that its times need not be what a careful holder writes. */
function handOn(
  { stack, holder }: Held,
  change: Partial<WarrantPayload> = {},
  to = keyFor(50),
): Held {
  const chain = readChain(stack);
  const parent = chain.at(-1) as WarrantPayload & { payloadBytes: Uint8Array };
  const value = decode(stack);
  const envelopes = isList(value) && isList(value[0]) ? value : [value];
  const child = signWarrant({
    id: newWarrantId(),
    type: "execution",
    tools: parent.tools,
    holder: to.publicKey,
    issuer: holder.publicKey,
    issuedAt: now(),
    expiresAt: parent.expiresAt,
    maxDepth: parent.maxDepth,
    depth: parent.depth + 1,
    parentHash: hex(sha256(parent.payloadBytes)),
    extensions: parent.extensions,
    ...change,
  }, holder);
  return { stack: encode([...envelopes, decode(child)]), holder: to };
}

/** Whether the call may run. */
async function call(
  project: Honest,
  { stack, holder }: Held,
  capability: string,
  args: Readonly<Record<string, Cbor>>,
  { at = now(), form = "" } = {},
): Promise<boolean> {
  const id = form + readChain(stack).at(-1)?.id;
  const proof = prove(holder, id, capability, new Map(Object.entries(args)), at);
  const headers = {
    "x-tenuo-warrant": Buffer.from(stack).toString("base64url"),
    "x-tenuo-pop": Buffer.from(proof).toString("base64url"),
  };
  return await project.http(`/verify/${capability}`, headers, JSON.stringify(args)) === 200;
}

Deno.test("Own warrants, chains, foreign roots, proofs of other windows and other forms of the id", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const mine = own(project);
    const notes = { path: `${project.project}/sandbox/notes.txt` };
    const read = (held: Held, options = {}) => call(project, held, "read_file", notes, options);
    const child = handOn(mine);
    const fewer = handOn(child, { tools: new Map([["skill", new Map()]]) }, keyFor(51));
    equal(await read(mine), true);
    for (const at of [-59, -30, 0, 30, 60]) equal(await read(mine, { at: now() + at }), true);
    equal(await read(mine, { at: now() - 300 }), false);
    equal(await read(mine, { form: "tnu_wrt_" }), true);
    equal(await read(child), true);
    equal(await read(handOn(child, {}, keyFor(52))), true);
    equal(await read({ ...child, holder: keyFor(99) }), false);
    equal(await read(fewer), false);
    equal(await call(project, fewer, "skill", {}), true);
    const url = { url: "https://a.example.com/x", host: "a.example.com" };
    equal(await call(project, mine, "web_fetch", url), true);
    equal(await call(project, mine, "web_fetch", { ...url, host: "b.example.com" }), true);
    equal(await call(project, mine, "web_fetch", { ...url, host: "example.org" }), false);
    equal(await call(project, mine, "run_command", { command: "ls" }), true);
    equal(await call(project, mine, "run_command", { command: " ls" }), true);
    equal(await call(project, mine, "read_file", { ...notes, more: 1 }), false);
    equal(await call(project, mine, "read_file", { path: "sandbox/notes.txt" }), false);
    equal(await call(project, mine, "skill", { anything: 1 }), false);
    equal(await call(project, mine, "nothing", {}), false);
    equal(await read(handOn({ ...mine, holder: keyFor(7) })), false);
    await project.requireProven();
  }));

Deno.test("Chains whose warrants were issued by clocks that are some seconds ahead", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const notes = { path: `${project.project}/sandbox/notes.txt` };
    const read = (held: Held) => call(project, held, "read_file", notes);
    const ahead = handOn(own(project), { issuedAt: now() + 25 });
    equal(await read(ahead), true);
    // The leaf ends before the moment at which the one before it says it was issued.
    const short = { issuedAt: now(), expiresAt: now() + 12 };
    equal(await read(handOn(ahead, short, keyFor(51))), true);
    equal(await read(handOn(own(project), { issuedAt: now() + 500 })), false);
    equal(
      await read(handOn(own(project), { issuedAt: now() - 500, expiresAt: now() - 400 })),
      false,
    );
    await project.requireProven();
  }));

Deno.test("Chains of another project, of an older policy, revoked ones and the project's own again", () =>
  inHonest((project) =>
    inHonest(async (other) => {
      await project.govern(policy);
      await other.govern(policy);
      const notes = { path: `${project.project}/sandbox/notes.txt` };
      const read = (held: Held) => call(project, held, "read_file", notes);
      const before = handOn(own(project));
      equal(await read(before), true);
      equal(await read(own(other)), false);
      await project.govern(policy.replace("shlex:ls", "shlex:ls,cat"));
      equal(await read(before), false);
      equal(await read(handOn(own(project))), true);
      project.revoke();
      equal(await read(own(project)), false);
      equal(await read(handOn(own(project))), false);
      project.lift();
      equal(await read(handOn(own(project))), true);
      deepEqual((await project.requireProven()).counts.acts, 3);
    })
  ));
