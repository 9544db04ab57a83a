/** A process that remembers says on every call what one that remembers nothing says. */
import { equal, match, ok, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { readChain } from "../protocol/chain.ts";
import type { Warrant } from "../protocol/warrant.ts";
import { type StateFile, stateFiles, statePath } from "../state/layout.ts";
import { openWarrant, type Place } from "./authority.ts";
import { ProcessMemory } from "./memory.ts";
import { addRevoked, liftRevoked, mint, prepareState } from "./mint.ts";
import { type Answer, authorize } from "./pipeline.ts";
import { changeFile, type FileChange, fileChanges, putBack } from "./test_file_change.ts";
import { inProject } from "./test_mint.ts";

const policy = `
enforce:
  Read: subpath:{sandbox}
receipts: { sync: false }
`;

interface Ground {
  readonly place: Place;
  readonly remembers: Place & { readonly memory: ProcessMemory };
  readonly ask: (place: Place) => Promise<Answer>;
}

async function inGround(body: (ground: Ground) => Promise<void>): Promise<void> {
  await inProject(async ({ project, compile }) => {
    const snapshot = await compile(policy);
    prepareState(project);
    mint(project, snapshot, "init");
    const root = Deno.readTextFileSync(statePath(project, "issuerPublic")).trim();
    const place = { project, root };
    const memory = new ProcessMemory();
    const input = { file_path: `${project}/sandbox/notes.txt` };
    Deno.writeTextFileSync(input.file_path, "notes");
    const ask = (place: Place) =>
      authorize({
        locate: () => place,
        decode: () => ({ door: "hook", tool: "Read", input, cwd: project }),
      });
    try {
      await body({ place, remembers: { ...place, memory }, ask });
    } finally {
      memory[Symbol.dispose]();
    }
  });
}

function said(answer: Answer): string {
  return answer.verdict === "deny" ? `${answer.code} ${answer.reason}` : answer.verdict;
}

const files: readonly StateFile[] = [
  "snapshot",
  "warrant",
  "revocations",
  "holderKey",
  "receiptKey",
  "receipts",
];
interface Step {
  readonly path: string;
  readonly how: FileChange;
  /** Where in the file, from 0 to 1. */
  readonly at: number;
  readonly isRestored: boolean;
}

Deno.test("A file that was changed in any way between two calls is seen by the second one", async () => {
  await inGround(async ({ place, remembers, ask }) => {
    const paths = [`${place.project}/tenuo.yaml`, ...files.map((f) => statePath(place.project, f))];
    const seen = new Set<string>();
    const steps = fc.array(
      fc.record({
        path: fc.constantFrom(...paths),
        how: fc.constantFrom(...fileChanges),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        isRestored: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const check = fc.asyncProperty(steps, async (steps) => {
      const before = paths.map((path) => [path, Deno.readFileSync(path)] as const);
      equal(said(await ask(remembers)), "allow");
      for (const { path, how, at, isRestored } of steps) {
        const whole = existsSync(path) && Deno.lstatSync(path).isFile
          ? Deno.readFileSync(path)
          : undefined;
        if (whole === undefined || whole.length === 0) continue;
        changeFile(path, how, at);
        const answer = said(await ask(remembers));
        seen.add(`${path.split("/").at(-1)} ${answer.split(" ", 1)[0]}`);
        equal(answer, said(await ask(place)), `${path} ${how}`);
        if (isRestored) putBack(path, whole);
        equal(said(await ask(remembers)), said(await ask(place)), `after ${path} ${how}`);
      }
      for (const [path, bytes] of before) putBack(path, bytes);
    });
    // Each file in each way once, whatever chance brings.
    const once = (path: string, how: FileChange, at: number): [Step[]] => [
      [{ path, how, at, isRestored: true }],
    ];
    const examples = paths.flatMap((path) => [
      ...fileChanges.map((how) => once(path, how, 0.5)),
      ...[0.1, 0.3, 0.7, 0.9].map((at) => once(path, "edit", at)),
    ]);
    await fc.assert(check, { numRuns: examples.length + 40, examples });
    for (const [file, code] of [["snapshot", 1100], ["revocations", 1801], ["holderKey", 1600]]) {
      ok(seen.has(`${stateFiles[file as StateFile]} ${code}`), `${file}: ${[...seen].join(", ")}`);
    }
  });
});

Deno.test("Revoking and lifting take effect on the very next call", async () => {
  await inGround(async ({ place, remembers, ask }) => {
    const { id } = readChain(openWarrant(place))[0] as Warrant;
    for (let turn = 0; turn < 3; turn++) {
      equal(said(await ask(remembers)), "allow");
      addRevoked(place.project, id);
      match(said(await ask(remembers)), /^1800 /);
      liftRevoked(place.project, id);
    }
    equal(said(await ask(remembers)), "allow");
  });
});

Deno.test("A warrant ends in the second it says, and is not there before its time", async () => {
  await inGround(async ({ place, remembers, ask }) => {
    const { issuedAt, expiresAt } = readChain(openWarrant(place))[0] as Warrant;
    const real = Date.now;
    const at = async (seconds: number) => {
      Date.now = () => seconds * 1000;
      try {
        return said(await ask(remembers));
      } finally {
        Date.now = real;
      }
    };
    equal(await at(issuedAt), "allow");
    match(await at(issuedAt - 31), /^1302 /);
    equal(await at(expiresAt - 1), "allow");
    match(await at(expiresAt), /^1300 /);
    match(await at(expiresAt - 32), /^9008 /, "the clock is held against the newest receipt");
  });
});

Deno.test("A policy that is minted anew is in force on the very next call", async () => {
  await inProject(async ({ project, compile }) => {
    const memory = new ProcessMemory();
    try {
      prepareState(project);
      const root = Deno.readTextFileSync(statePath(project, "issuerPublic")).trim();
      const ask = () =>
        authorize({
          locate: () => ({ project, root, memory }),
          decode: () => ({
            door: "hook",
            tool: "Read",
            input: { file_path: `${project}/sandbox/a` },
            cwd: project,
          }),
        });
      for (
        const rule of ["Read: subpath:{sandbox}", "Glob: subpath:{sandbox}"].flatMap((
          one,
        ) => [one, one])
      ) {
        mint(project, await compile(`enforce:\n  ${rule}\n`), "refresh");
        const answer = said(await ask());
        match(answer, rule.startsWith("Read") ? /^allow$/ : /^1500 /);
        equal(said(await ask()), answer);
      }
    } finally {
      memory[Symbol.dispose]();
    }
  });
});

Deno.test("A sandbox that leads elsewhere or is gone is seen by the next call", async () => {
  await inGround(async ({ place, remembers, ask }) => {
    const sandbox = `${place.project}/sandbox`;
    equal(said(await ask(remembers)), "allow");
    Deno.renameSync(sandbox, `${sandbox}.other`);
    match(said(await ask(remembers)), /^9012 /);
    Deno.symlinkSync(`${sandbox}.other`, sandbox);
    match(said(await ask(remembers)), /^9012 /);
    Deno.removeSync(sandbox);
    Deno.renameSync(`${sandbox}.other`, sandbox);
    equal(said(await ask(remembers)), "allow");
  });
});

Deno.test("Bytes are the caller's: what is made of them is not made of them as they are later", () => {
  const memory = new ProcessMemory();
  const bytes = Buffer.from("one");
  const made = (from: Uint8Array) => new TextDecoder().decode(from);
  equal(memory.once("text", bytes, made), "one");
  bytes.write("two");
  equal(memory.once("text", bytes, made), "two");
  bytes.write("one");
  equal(memory.once("text", bytes, () => "again"), "again");
  const fail = (): string => {
    throw new Error("unreadable");
  };
  throws(() => memory.once("other", bytes, fail), { message: "unreadable" });
  equal(memory.once("other", bytes, made), "one", "what could not be made is not kept");
});
