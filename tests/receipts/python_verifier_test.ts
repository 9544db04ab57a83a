/** The verifier in Python, written from docs/RECEIPTS.md alone, agrees with the program's own. */
import { equal, match, ok } from "node:assert/strict";
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { Buffer } from "node:buffer";
import { Project } from "../hook/project.ts";
import { findPython, verifier } from "./python.ts";

type Members = Record<string, unknown>;

const GENESIS = "0".repeat(64);
// The RFC 8410 wrapping of an Ed25519 seed.
const WRAPPING = Buffer.from("302e020100300506032b657004220420", "hex");

const python = findPython();
const reason = python === undefined ? " (no Python with the package cryptography)" : "";

/** Where the package is missing the tests are left out, but for the build machine, which installs it. */
function test(name: string, fn: () => Promise<void>): void {
  const ignore = python === undefined && Deno.env.get("CI") === undefined;
  Deno.test({ name: name + reason, ignore, fn });
}

/** What a verifier says of a folder: its exit code and, when that is 1, the first bad line. */
interface Finding {
  readonly code: number;
  readonly place: string | undefined;
  readonly text: string;
}

async function askPython(folder: string, ...more: readonly string[]): Promise<Finding> {
  const { code, stdout, stderr } = await new Deno.Command(python as string, {
    args: [verifier, folder, ...more],
  }).output();
  const text = new TextDecoder().decode(stdout);
  equal(new TextDecoder().decode(stderr), "");
  return { code, place: /^DISPROVED (\S+:\d+): /m.exec(text)?.[1], text };
}

async function askProgram(project: Project, folder: string): Promise<Finding> {
  const { code, stdout, stderr } = await project.command("receipts", "verify", folder, "--json");
  const { file, line } = JSON.parse(stdout || "{}") as { file?: string; line?: number };
  const place = line === undefined ? undefined : `${file?.split("/").at(-1)}:${line}`;
  return { code, place, text: stdout + stderr };
}

/** The receipt key that lies in the folder. */
function seedOf(folder: string): KeyObject {
  return keyOf(Buffer.from(Deno.readTextFileSync(`${folder}/receipt_key.b64`), "base64"));
}

function keyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([WRAPPING, seed]), format: "der", type: "pkcs8" });
}

function signed(members: Members, purpose: string, key: KeyObject): string {
  const text = JSON.stringify(members).slice(0, -1);
  const signature = sign(null, Buffer.from(`tenuo-warrant-v1${purpose}${text}`), key);
  return `${text},"signature":"${signature.toString("hex")}"}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The log's pieces between line feeds; torn bytes are pieces of their own. */
function lines(folder: string): string[] {
  return Deno.readTextFileSync(`${folder}/receipts.jsonl`).replace(/\n$/, "").split("\n");
}

function write(folder: string, pieces: readonly string[]): void {
  Deno.writeTextFileSync(`${folder}/receipts.jsonl`, pieces.map((piece) => `${piece}\n`).join(""));
}

/** Changes receipts and signs the log again, without a checkpoint, as who holds the key can. */
function rewrite(change: (receipts: Members[]) => void, seed?: Uint8Array): (at: string) => void {
  return (folder) => {
    const key = seed === undefined ? seedOf(folder) : keyOf(seed);
    const receipts = lines(folder).filter((line) =>
      line.startsWith('{"seq":') && line.endsWith("}")
    )
      .map((line) => JSON.parse(line) as Members).filter(({ kind }) => kind !== "repair");
    change(receipts);
    forget(folder);
    let prev = GENESIS;
    write(
      folder,
      receipts.map(({ signature: _, ...members }, index) => {
        const line = signed({ ...members, seq: index + 1, prev }, "tenuo-claude-receipt-v1", key);
        prev = sha256(line);
        return line;
      }),
    );
  };
}

/** Takes away the checkpoint that was kept. */
function forget(folder: string): void {
  Deno.removeSync(`${folder}/receipts.checkpoint`);
}

/** Keeps a checkpoint of the log as it stands. */
function keepCheckpoint(folder: string, more: Members = {}): void {
  const newest = lines(folder).at(-1) as string;
  const { seq, time } = JSON.parse(newest) as Members;
  const key = Deno.readTextFileSync(`${folder}/receipt_pub.hex`).trim();
  const members = { count: seq, head: sha256(newest), time, key, ...more };
  const line = signed(members, "tenuo-claude-checkpoint-v1", seedOf(folder));
  Deno.writeTextFileSync(`${folder}/receipts.checkpoint`, `${line}\n`);
}

function edit(name: string, change: (text: string) => string): (folder: string) => void {
  return (folder) => {
    const path = `${folder}/${name}`;
    const text = Deno.readTextFileSync(path);
    const other = change(text);
    ok(other !== text, `The attack on ${name} changes something`);
    Deno.writeTextFileSync(path, other);
  };
}

function editLines(change: (pieces: string[]) => string[]): (folder: string) => void {
  return (folder) => write(folder, change(lines(folder)));
}

function without(kind: "policy" | "warrant"): (folder: string) => void {
  return (folder) => {
    for (const { name } of Deno.readDirSync(`${folder}/evidence`)) {
      if (name.endsWith(kind)) Deno.removeSync(`${folder}/evidence/${name}`);
    }
  };
}

/** A project whose log has each kind of line, torn bytes and their repair. */
async function makeProject(): Promise<Project> {
  const project = await Project.create();
  let calls = 0;
  const ask = async (tool: string, input: Members) => {
    const event = { ...project.event(tool, input), tool_use_id: `toolu_${++calls}` };
    const { decision } = await project.hook(event);
    if (decision !== "allow") return;
    await project.post({ ...event, hook_event_name: "PostToolUse", tool_response: "done" });
  };
  await ask("Read", { file_path: project.path("sandbox/notes.txt"), limit: 10 });
  await ask("Bash", { command: "echo 'ä 😀 \\ \u007f'" });
  await ask("Read", { file_path: "/etc/hosts" });
  await ask("Unheard", { a: 1 });
  await ask("Bash", { command: "echo ghp_abcdefghijklmnopqrstuvwxyz0123456789" });
  Deno.writeTextFileSync(project.state("receipts"), '{"seq":9,"pr\nev', { append: true });
  await ask("Glob", { pattern: "*.txt", path: project.path("sandbox") });
  await project.must("refresh");
  await ask("Bash", { command: "ls -la" });
  return project;
}

async function copied(project: Project, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = project.outside("copy");
  await new Deno.Command("cp", { args: ["-R", project.path(".state"), folder] }).output();
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Both verifiers say the same of an attacked copy. Returns what they say. */
async function agree(
  project: Project,
  name: string,
  attack: (folder: string) => void,
  isSamePlace = true,
): Promise<Finding> {
  let found: Finding | undefined;
  await copied(project, async (folder) => {
    attack(folder);
    const [here, there] = await Promise.all([askPython(folder), askProgram(project, folder)]);
    const both = `${name}\n${here.text}\n${there.text}`;
    equal(here.code, there.code, both);
    if (isSamePlace) equal(here.place, there.place, both);
    found = here;
  });
  ok(found);
  return found;
}

test("A project's log is proven, each kind of line counted", async () => {
  await using project = await makeProject();
  const { code, text } = await askPython(project.path(".state"));
  equal(code, 0, text);
  for (
    const count of [
      "4 allow",
      "3 deny",
      "4 outcome",
      "1 act",
      "1 repair",
      "3 proofs checked",
      "1 proof not checkable",
    ]
  ) match(text, new RegExp(`\\b${count}\\b`));
  match(text, /NOT given/);
  const key = Deno.readTextFileSync(project.state("receiptPublic")).trim();
  const given = await askPython(project.path(".state"), "--key", key, "--root", project.pinned);
  equal(given.code, 0, given.text);
  ok(!given.text.includes("NOT given"), given.text);
  const other = await askPython(project.path(".state"), "--root", key);
  equal(other.place, "receipts.jsonl:1", other.text);
  equal((await askPython(project.path(".state"), "--checkpoint", "/nowhere")).code, 2);
});

test("An empty log is proven, and a segment alone whatever later lines a checkpoint saw", async () => {
  await using project = await makeProject();
  await copied(project, async (folder) => {
    keepCheckpoint(folder);
    const pieces = lines(folder);
    write(folder, pieces.slice(0, 3));
    Deno.renameSync(`${folder}/receipts.jsonl`, `${folder}/receipts.000001.jsonl`);
    const segment = `${folder}/receipts.000001.jsonl`;
    equal((await askPython(segment)).code, 0);
    equal((await askProgram(project, segment)).code, 0);
    equal((await askPython(folder)).code, 1);
    Deno.renameSync(segment, `${folder}/receipts.jsonl`);
    equal((await askPython(`${folder}/receipts.jsonl`)).code, 1);
    forget(folder);
    write(folder, []);
    const { code, text } = await askPython(folder);
    equal(code, 0, text);
    match(text, /^0 lines$/m);
  });
});

/** What is done to a copy of the folder, and the exit code that has to follow. */
const attacks: Readonly<Record<string, readonly [number, (folder: string) => void]>> = {
  "nothing": [0, () => {}],
  "a word in a line": [
    1,
    edit("receipts.jsonl", (text) => text.replace("/etc/hosts", "/etc/hostz")),
  ],
  "a denial made an allowance": [
    1,
    edit("receipts.jsonl", (text) => text.replace('"deny"', '"allow"')),
  ],
  "a line taken out": [1, editLines((pieces) => pieces.toSpliced(4, 1))],
  "the first line taken out": [2, editLines((pieces) => pieces.slice(1))],
  "two lines swapped": [1, editLines((p) => [p[1], p[0], ...p.slice(2)] as string[])],
  "a line twice": [1, editLines((pieces) => pieces.toSpliced(2, 0, pieces[1] as string))],
  "a blank line": [1, editLines((pieces) => pieces.toSpliced(3, 0, ""))],
  "a blank in a line": [1, edit("receipts.jsonl", (text) => text.replace(",", ", "))],
  "carriage returns": [1, edit("receipts.jsonl", (text) => text.replaceAll("\n", "\r\n"))],
  "no line feed at the end": [0, edit("receipts.jsonl", (text) => text.slice(0, -1))],
  "half a line at the end": [1, edit("receipts.jsonl", (text) => text.slice(0, -100))],
  "a line that is other JSON": [1, edit("receipts.jsonl", (text) => text + "12\n")],
  "torn bytes edited": [
    1,
    edit("receipts.jsonl", (text) => text.replace('"seq":9,"pr\n', '"seq":8,"pr\n')),
  ],
  "torn bytes taken out": [1, editLines((p) => p.filter((piece) => !/^ev$|"pr$/.test(piece)))],
  "a repair taken out": [1, editLines((p) => p.filter((piece) => !piece.includes('"repair"')))],
  "a repair that hides a whole line": [1, (folder) => {
    const pieces = lines(folder);
    const hidden = pieces.pop() as string;
    const prev = sha256(pieces.at(-1) as string);
    const { seq, time } = JSON.parse(hidden) as Members;
    const about = { kind: "repair", door: "hook", torn: sha256(hidden), bytes: hidden.length };
    const repair = signed({ seq, prev, time, ...about }, "tenuo-claude-receipt-v1", seedOf(folder));
    write(folder, [...pieces, hidden, repair]);
  }],
  "a repair of nothing": [
    1,
    rewrite((receipts) => {
      receipts.push({ ...receipts.at(-1), kind: "repair", torn: sha256(""), bytes: 0 });
    }),
  ],
  "segments": [0, (folder) => {
    const pieces = lines(folder);
    write(folder, pieces.slice(0, 3));
    Deno.renameSync(`${folder}/receipts.jsonl`, `${folder}/receipts.000001.jsonl`);
    write(folder, pieces.slice(3));
  }],
  "the oldest segment taken away": [2, editLines((pieces) => pieces.slice(3))],
  "a segment between others taken away": [1, (folder) => {
    const pieces = lines(folder);
    write(folder, pieces.slice(0, 3));
    Deno.renameSync(`${folder}/receipts.jsonl`, `${folder}/receipts.000001.jsonl`);
    write(folder, pieces.slice(4));
  }],
  "no log": [2, (folder) => Deno.removeSync(`${folder}/receipts.jsonl`)],
  "no root": [2, (folder) => Deno.removeSync(`${folder}/issuer_pub.hex`)],
  "no policy in evidence": [2, without("policy")],
  "no warrant in evidence": [2, without("warrant")],
  "a key that is no key": [2, edit("receipt_pub.hex", () => "00\n")],
  "a key of small order": [2, edit("receipt_pub.hex", () => `01${"00".repeat(31)}\n`)],
  "the root for the receipt key": [1, (folder) => {
    Deno.copyFileSync(`${folder}/issuer_pub.hex`, `${folder}/receipt_pub.hex`);
  }],
  "a checkpoint": [0, keepCheckpoint],
  "older lines taken away, a checkpoint of the last of them kept": [0, (folder) => {
    const pieces = lines(folder);
    write(folder, pieces.slice(0, 3));
    keepCheckpoint(folder);
    write(folder, pieces.slice(3));
  }],
  "older lines taken away, a checkpoint of a later one kept": [2, (folder) => {
    keepCheckpoint(folder);
    write(folder, lines(folder).slice(3));
  }],
  "an empty checkpoint": [2, (f) => Deno.writeTextFileSync(`${f}/receipts.checkpoint`, "")],
  "a checkpoint that is none": [2, edit("receipts.checkpoint", () => "none\n")],
  "torn bytes that are JSON and no object": [0, (folder) => {
    const pieces = lines(folder);
    const { seq, time } = JSON.parse(pieces.at(-1) as string) as { seq: number; time: string };
    const place = { seq: seq + 1, prev: sha256(pieces.at(-1) as string), time };
    const about = { kind: "repair", door: "hook", torn: sha256("12"), bytes: 2 };
    const repair = signed({ ...place, ...about }, "tenuo-claude-receipt-v1", seedOf(folder));
    write(folder, [...pieces, "12", repair]);
  }],
  "truncated below a checkpoint": [1, (folder) => {
    keepCheckpoint(folder);
    write(folder, lines(folder).slice(0, -2));
  }],
  "a checkpoint of another line": [1, (folder) => keepCheckpoint(folder, { head: GENESIS })],
  "a checkpoint of another key": [1, (folder) => keepCheckpoint(folder, { key: GENESIS })],
  "a checkpoint edited": [1, (folder) => {
    keepCheckpoint(folder);
    edit("receipts.checkpoint", (text) => text.replace('"count":', '"count":1'))(folder);
  }],
  "the log signed by another key": [1, (folder) => {
    const seed = randomBytes(32);
    rewrite(() => {}, seed)(folder);
    const { x = "" } = createPublicKey(keyOf(seed)).export({ format: "jwk" });
    const key = Buffer.from(x, "base64url").toString("hex");
    Deno.writeTextFileSync(`${folder}/receipt_pub.hex`, `${key}\n`);
  }],
};

/** Changes the first receipt that has all of `about`, and signs the log again. */
function forge(about: Members, change: Members): (folder: string) => void {
  return rewrite((receipts) => {
    const found = receipts.find((one) => Object.entries(about).every(([k, v]) => one[k] === v));
    ok(found);
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) delete found[name];
      else found[name] = value;
    }
  });
}

const allow = { decision: "allow", tool: "Read" };

/** The first allowance, this many milliseconds after its proof. */
function later(milliseconds: number): (folder: string) => void {
  return rewrite(([first]) => {
    if (first === undefined) return;
    first.time = new Date(first.proved as number * 1000 + milliseconds).toISOString();
  });
}

/** What only who holds the receipt key can do: every line is signed and in its place. */
const forgeries: typeof attacks = {
  "nothing": [0, rewrite(() => {})],
  "an allowance of other arguments": [1, forge(allow, { args: { path: "/etc/hosts" } })],
  "an allowance without arguments": [1, forge(allow, { args: undefined })],
  "an allowance without a proof": [1, forge(allow, { proof: undefined })],
  "an allowance without a chain": [1, forge(allow, { chain: undefined })],
  "an allowance without a warrant": [1, forge(allow, { warrant: undefined })],
  "an allowance without a policy": [1, forge(allow, { policy: undefined })],
  "an allowance without its second": [1, forge(allow, { proved: undefined })],
  "an allowance in another window": [1, (folder) => {
    const { proved } = JSON.parse(lines(folder)[0] as string) as { proved: number };
    forge(allow, { proved: proved + 30 })(folder);
  }],
  "an allowance of another capability": [1, forge(allow, { capability: "write_file" })],
  "an allowance of a capability nobody granted": [1, forge(allow, { capability: "unheard" })],
  "an allowance with another's proof": [
    1,
    rewrite((receipts) => {
      const [one, other] = receipts.filter(({ decision }) => decision === "allow") as [
        Members,
        Members,
      ];
      one.proof = other.proof;
    }),
  ],
  "an allowance before its warrant": [1, forge(allow, { time: "2020-01-01T00:00:00.000Z" })],
  "an allowance long after its warrant": [
    1,
    rewrite((receipts) => {
      for (const receipt of receipts) receipt.time = "2999-01-01T00:00:00.000Z";
    }),
  ],
  "an allowance under the later policy": [
    1,
    rewrite((receipts) => {
      const { policy, serial } = receipts.at(-1) as Members;
      for (const receipt of receipts) Object.assign(receipt, { policy, serial });
    }),
  ],
  "an allowance under the later warrant": [
    1,
    rewrite((receipts) => {
      const { warrant, chain } = receipts.findLast(({ decision }) =>
        decision === "allow"
      ) as Members;
      Object.assign(receipts[0] as Members, { warrant, chain });
    }),
  ],
  "a denial made an allowance": [1, forge({ decision: "deny" }, { decision: "allow" })],
  "a denial under another warrant": [1, forge({ decision: "deny" }, { warrant: "00".repeat(16) })],
  "evidence that is not there": [2, forge(allow, { chain: GENESIS })],
  "evidence of a strange name": [1, forge(allow, { policy: "../receipts.jsonl" })],
  "a decision that is neither": [1, forge(allow, { decision: "Allow" })],
  "an allowance of no tool": [1, forge(allow, { tool: undefined })],
  "an allowance 31 seconds after its proof": [0, later(31_000)],
  "an allowance more than 31 seconds after its proof": [1, later(31_001)],
  "a kind that nobody knows": [1, forge(allow, { kind: "note" })],
  "a time of another form": [1, forge(allow, { time: "now" })],
  "numbers of receipts as text": [1, (folder) => {
    const key = seedOf(folder);
    const { signature: _, ...members } = JSON.parse(lines(folder)[0] as string) as Members;
    write(folder, [signed({ ...members, seq: "1" }, "tenuo-claude-receipt-v1", key)]);
  }],
};

for (const [title, rows] of Object.entries({ attacks, forgeries })) {
  test(`Both verifiers find the same in ${title}`, async () => {
    await using project = await makeProject();
    const wrong: string[] = [];
    for (const [name, [code, attack]] of Object.entries(rows)) {
      try {
        const found = await agree(project, name, attack);
        equal(found.code, code, `${name}\n${found.text}`);
      } catch (error) {
        wrong.push(error instanceof Error ? error.message : String(error));
      }
    }
    equal(wrong.join("\n"), "");
  });
}

Deno.test("The verifier in Python is one file under 150 lines, of the standard library and cryptography", () => {
  const lines = Deno.readTextFileSync(verifier).split("\n");
  ok(lines.length - 1 < 150, `${lines.length - 1} lines`);
  const modules = lines.flatMap((line) =>
    /^import (.*)$/.exec(line)?.[1]?.split(", ") ?? /^from (\w+)/.exec(line)?.slice(1) ?? []
  );
  ok(modules.includes("hashlib"));
  const standard = "argparse binascii collections datetime functools hashlib io itertools json " +
    "pathlib re struct";
  for (const name of modules) ok([...standard.split(" "), "cryptography"].includes(name), name);
});

test("Both verifiers find the same bit that was flipped", async () => {
  await using project = await makeProject();
  const flipped = 100;
  const log = Deno.readFileSync(project.state("receipts"));
  const seen = new Set<string>();
  for (let index = 0; index < flipped; index++) {
    const at = Math.floor(index * log.length / flipped);
    const found = await agree(project, `bit ${index % 8} of byte ${at}`, (folder) => {
      const bytes = log.slice();
      bytes[at] = (bytes[at] as number) ^ 1 << index % 8;
      Deno.writeFileSync(`${folder}/receipts.jsonl`, bytes);
    });
    equal(found.code, 1, found.text);
    seen.add(found.place as string);
  }
  ok(seen.size > 10, `${seen.size} lines were named`);
  // The program does not hold the policy of a person's act against the root, which names it first.
  for (const { name } of Deno.readDirSync(project.path(".state/evidence"))) {
    for (let index = 0; index < 8; index++) {
      const found = await agree(project, `bit ${index} in ${name}`, (folder) => {
        const path = `${folder}/evidence/${name}`;
        const bytes = Deno.readFileSync(path);
        const at = Math.floor(index * bytes.length / 8);
        bytes[at] = (bytes[at] as number) ^ 1 << index;
        Deno.writeFileSync(path, bytes);
      }, false);
      equal(found.code, 1, found.text);
    }
  }
});
