/**
 * A log that real calls made, in three segments and the file that is written to, as an attacker finds
 * it: the bytes of every file, to be changed and verified in folders of their own.
 */
import { equal } from "node:assert/strict";
import { readPolicy } from "../../src/authorizer/replay.ts";
import { seal } from "../../src/receipts/segments.ts";
import type { SigningKey } from "../../src/protocol/keys.ts";
import { type Verification, verifyLog } from "../../src/receipts/verify.ts";
import { keyOf } from "../hook/forge.ts";
import { Project } from "../hook/project.ts";

/** What a verifier has: paths below the folder, and their bytes. */
export type Files = Map<string, Uint8Array>;

export interface Attacked {
  readonly files: Files;
  /** The same log as it was after its sixth line, gone on by other calls up to the ninth. */
  readonly fork: Files;
  /** A checkpoint of the twelfth line, which is the last one, and one of the eighth. */
  readonly checkpoint: string;
  readonly earlier: string;
  readonly receiptKey: SigningKey;
  readonly issuerKey: SigningKey;
  readonly root: string;
}

const kept = /^(?:receipts(?:\.\d{6})?\.jsonl|receipt_pub\.hex|issuer_pub\.hex|evidence\/.*)$/;

export function readFiles(folder: string, below = ""): Files {
  const files: Files = new Map();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      for (const [inner, bytes] of readFiles(path, `${below}${name}/`)) files.set(inner, bytes);
    } else if (kept.test(`${below}${name}`)) files.set(`${below}${name}`, Deno.readFileSync(path));
  }
  return files;
}

function writeFiles(folder: string, files: Files): void {
  Deno.mkdirSync(`${folder}/evidence`, { recursive: true });
  for (const [name, bytes] of files) Deno.writeFileSync(`${folder}/${name}`, bytes);
}

/** Three calls: one that is allowed, one that is denied, one that is allowed again. */
async function threeCalls(project: Project, note: string): Promise<void> {
  const inside = { file_path: project.path("sandbox/notes.txt") };
  for (const input of [inside, { file_path: "/etc/hosts" }, inside]) {
    const call = { ...project.event("Read", input), session_id: note };
    equal((await project.hook(call)).decision, input === inside ? "allow" : "deny");
  }
}

/** Lines 1 to 3 are the first segment, 4 to 6 the second, 7 to 9 the third, 10 to 12 the file. */
export async function attackedLog(): Promise<Attacked> {
  await using project = await Project.create();
  const log = project.state("receipts");
  await threeCalls(project, "one");
  seal(log);
  await threeCalls(project, "two");
  const state = project.path(".state");
  const sixLines = readFiles(state);
  await threeCalls(project, "fork");
  const fork = readFiles(state);
  writeFiles(state, sixLines);
  seal(log);
  const call = { ...project.event("Read", {}), hook_event_name: "PostToolUse" };
  await project.hook(project.event("Read", { file_path: project.path("sandbox/notes.txt") }));
  await project.post({ ...call, tool_response: "notes" });
  const earlier = await project.must("receipts", "checkpoint");
  await project.hook(project.event("Read", { file_path: "/etc/hosts" }));
  seal(log);
  await threeCalls(project, "four");
  return {
    files: readFiles(state),
    fork,
    checkpoint: await project.must("receipts", "checkpoint"),
    earlier,
    receiptKey: keyOf(project, "receiptKey"),
    issuerKey: keyOf(project, "issuerKey"),
    root: project.pinned,
  };
}

/** Runs `use` with these files in a folder, which it is given. */
export async function inFolder<T>(
  files: Files,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-" }));
  try {
    writeFiles(folder, files);
    return await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What verification is given beside the folder. */
export interface Given {
  readonly key?: string;
  readonly root?: string;
  /** The text of a checkpoint that was kept elsewhere. */
  readonly checkpoint?: string;
}

/** What it finds, on one line; paths are below the folder. */
export function verified(files: Files, given: Given = {}): Promise<string> {
  return inFolder(files, (folder) => verifiedIn(folder, given));
}

/** The same for a folder as it is. */
export async function verifiedIn(folder: string, given: Given): Promise<string> {
  const { checkpoint, ...keys } = given;
  const kept = `${folder}/kept`;
  if (checkpoint !== undefined) Deno.writeTextFileSync(kept, checkpoint);
  const checkpoints = checkpoint === undefined ? [] : [kept];
  const paths = [`${folder}/receipts.jsonl`];
  const found = await verifyLog({ paths, ...keys, checkpoints }, readPolicy);
  return told(found).replaceAll(`${folder}/`, "");
}

function told(found: Verification): string {
  const { outcome } = found;
  if (outcome === "proven") return `proven: ${found.counts.receipts}`;
  if (outcome === "unknown") return `unknown: ${found.why}`;
  return `${found.file}:${found.line} ${found.why}`;
}

/** The lines of one file, without their line feeds. */
export function linesOf(files: Files, name: string): string[] {
  const text = new TextDecoder().decode(files.get(name));
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** A copy in which some files are others; undefined takes one away. */
export function changed(
  files: Files,
  changes: Readonly<Record<string, readonly string[] | Uint8Array | string | undefined>>,
): Files {
  const copy = new Map(files);
  for (const [name, change] of Object.entries(changes)) {
    if (change === undefined) copy.delete(name);
    else if (change instanceof Uint8Array) copy.set(name, change);
    else {
      const text = typeof change === "string" ? change : change.map((line) => `${line}\n`).join("");
      copy.set(name, new TextEncoder().encode(text));
    }
  }
  return copy;
}
