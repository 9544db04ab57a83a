/** Roles as warrants: what they hold, and that no other one serves in their place. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { prepareAttenuation } from "../constraints/attenuation.ts";
import { decode, encode, isMap } from "../protocol/cbor.ts";
import { readChain } from "../protocol/chain.ts";
import type { Warrant } from "../protocol/warrant.ts";
import { stateDirectory, statePath } from "../state/layout.ts";
import { type Place, roleKey } from "./authority.ts";
import { codes } from "./denial.ts";
import { addRevoked, mint, prepareState } from "./mint.ts";
import { missingEvidence, restoreEvidence } from "./own_evidence.ts";
import { type Answer, authorize } from "./pipeline.ts";
import { inProject } from "./test_mint.ts";
import type { ToolCall } from "./tool_call.ts";

const policy = `
enforce:
  Read: subpath:{sandbox}
  Bash: shlex:ls,pwd
  WebFetch: { domains: [example.com, "*.example.org"] }
subagents:
  researcher: { tools: [Read, WebFetch] }
  runner: { tools: [Bash] }
  spawner: { tools: [Agent], ttl_seconds: 60 }
`;

interface Ground {
  readonly place: Place;
  readonly chains: () => Map<string, Uint8Array>;
  readonly write: (chains: ReadonlyMap<string, Uint8Array>) => void;
  readonly ask: (tool: string, input: ToolCall["input"], agentType?: string) => Promise<Answer>;
}

async function inGround(body: (ground: Ground) => Promise<void> | void): Promise<void> {
  await inProject(async ({ project, compile }) => {
    prepareState(project);
    mint(project, await compile(policy), "init");
    const root = Deno.readTextFileSync(statePath(project, "issuerPublic")).trim();
    const place = { project, root };
    const path = statePath(project, "roleWarrants");
    await body({
      place,
      chains: () => {
        const held = decode(Deno.readFileSync(path));
        ok(isMap(held));
        return new Map(held as ReadonlyMap<string, Uint8Array>);
      },
      write: (chains) => Deno.writeFileSync(path, encode(new Map(chains))),
      ask: (tool, input, agentType) =>
        authorize({
          locate: () => place,
          decode: () => ({
            door: "hook",
            tool,
            input,
            cwd: project,
            ...(agentType === undefined ? {} : { agentType, agentId: "a1" }),
          }),
        }),
    });
  });
}

function codeOf(answer: Answer): number | "allow" | "silent" {
  return answer.verdict === "deny" ? answer.code : answer.verdict;
}

Deno.test("Each role's warrant is a narrower child of the session's, by the session's holder", async () => {
  await inGround(async ({ place, chains }) => {
    const all = chains();
    deepEqual([...all.keys()].sort(), ["researcher", "runner", "spawner"]);
    for (const [role, bytes] of all) {
      const chain = readChain(bytes, [place.root]);
      const [session, leaf] = chain as [Warrant, Warrant];
      equal(chain.length, 2);
      equal(leaf.issuer, session.holder);
      equal(decode(leaf.extensions.get(roleKey) as Uint8Array), role);
      ok((await prepareAttenuation(chain))(session.tools, leaf.tools));
      ok(leaf.tools.size < session.tools.size, role);
    }
    const leafOf = (role: string) => readChain(all.get(role) as Uint8Array).at(-1) as Warrant;
    const [read, run] = [leafOf("researcher").tools, leafOf("runner").tools];
    deepEqual([read.has("read_file"), read.has("web_fetch"), read.has("run_command")], [
      true,
      true,
      false,
    ]);
    deepEqual([run.has("read_file"), run.has("run_command")], [false, true]);
    ok(leafOf("spawner").tools.has("spawn_agent"));
    const { issuedAt, expiresAt } = leafOf("spawner");
    equal(expiresAt - issuedAt, 60);
  });
});

Deno.test("A role has its own tools within the session's rules, and nothing of another role", async () => {
  await inGround(async ({ place, ask }) => {
    const inside = { file_path: `${place.project}/sandbox/notes.txt` };
    const rows: [string, ToolCall["input"], string | undefined, number | "allow"][] = [
      ["Read", inside, undefined, "allow"],
      ["Read", inside, "researcher", "allow"],
      ["Read", { file_path: "/etc/hosts" }, "researcher", codes.ConstraintViolation],
      ["WebFetch", { url: "https://a.example.org/" }, "researcher", "allow"],
      ["Bash", { command: "ls" }, undefined, "allow"],
      ["Bash", { command: "ls" }, "researcher", codes.ToolNotAuthorized],
      ["Bash", { command: "ls" }, "runner", "allow"],
      ["Bash", { command: "ls; id" }, "runner", codes.ConstraintViolation],
      ["Read", inside, "runner", codes.ToolNotAuthorized],
      ["TodoWrite", { todos: [] }, "researcher", "allow"],
      ["Agent", { subagent_type: "researcher" }, "spawner", "allow"],
      ["Agent", { subagent_type: "other" }, "spawner", codes.ToolNotAuthorized],
      ["Read", inside, "RESEARCHER", codes.ToolNotAuthorized],
      ["Read", inside, "constructor", codes.ToolNotAuthorized],
      ["Read", inside, "", codes.ToolNotAuthorized],
    ];
    for (const [tool, input, role, expected] of rows) {
      equal(codeOf(await ask(tool, input, role)), expected, `${role}: ${tool}`);
    }
  });
});

Deno.test("No other chain serves as a role's: the session's, another role's, cut, spliced or gone", async () => {
  await inGround(async ({ place, chains, write, ask }) => {
    const all = chains();
    const inside = { file_path: `${place.project}/sandbox/notes.txt` };
    const session = Buffer.from(
      Deno.readTextFileSync(statePath(place.project, "warrant")).trim(),
      "base64url",
    );
    const [reader, runner] = ["researcher", "runner"].map((role) => all.get(role)) as [
      Uint8Array,
      Uint8Array,
    ];
    const [root, leaf] = decode(reader) as [never, never];
    const [, other] = decode(runner) as [never, never];
    const rows: [string, Uint8Array | undefined, number][] = [
      ["the session's", session, codes.BindingMismatch],
      ["another role's", runner, codes.BindingMismatch],
      ["the leaf alone", encode([leaf]), codes.UntrustedRoot],
      ["the root alone", encode([root]), codes.BindingMismatch],
      ["upside down", encode([leaf, root]), codes.UntrustedRoot],
      ["two children", encode([root, leaf, other]), codes.ParentHashMismatch],
      ["one bit", reader.map((byte, at) => at === reader.length - 1 ? byte ^ 1 : byte), 1100],
      ["nothing", undefined, codes.StateUnreadable],
    ];
    for (const [what, bytes, expected] of rows) {
      const changed = new Map(all);
      if (bytes === undefined) changed.delete("researcher");
      else changed.set("researcher", bytes);
      write(changed);
      const answer = await ask("Read", inside, "researcher");
      equal(codeOf(answer), expected, what);
      equal(codeOf(await ask("Read", inside)), "allow", "the session goes on");
    }
    write(all);
    equal(codeOf(await ask("Read", inside, "researcher")), "allow");
  });
});

Deno.test("A role's warrant as the session's is refused, and a role ends with its session", async () => {
  await inGround(async ({ place, chains, ask }) => {
    const inside = { file_path: `${place.project}/sandbox/notes.txt` };
    const path = statePath(place.project, "warrant");
    const before = Deno.readTextFileSync(path);
    const reader = Buffer.from(chains().get("researcher") as Uint8Array);
    Deno.writeTextFileSync(path, `${reader.toString("base64url")}\n`);
    equal(codeOf(await ask("Read", inside)), codes.BindingMismatch);
    Deno.writeTextFileSync(path, before);
    const [session] = readChain(reader, [place.root]) as [Warrant];
    addRevoked(place.project, session.id);
    const answer = await ask("Read", inside, "researcher");
    ok(answer.verdict === "deny");
    equal(answer.code, codes.WarrantRevoked);
    match(answer.reason, /revoke --lift/);
  });
});

Deno.test("Without the roles' warrants the evidence of the session and its policy is still put back", async () => {
  await inGround(({ place, chains }) => {
    const evidence = `${stateDirectory(place.project)}/evidence`;
    const count = chains().size;
    Deno.removeSync(evidence, { recursive: true });
    const kinds = () => missingEvidence(place.project, place.root).map(({ kind }) => kind).sort();
    deepEqual(kinds(), ["policy", ...Array(count + 1).fill("warrant")]);
    Deno.removeSync(statePath(place.project, "roleWarrants"));
    deepEqual(kinds(), ["policy", "warrant"]);
    restoreEvidence(place.project, place.root);
    deepEqual(kinds(), []);
  });
});
