/**
 * Projects whose calls go through the whole pipeline in this process, and what verification must make
 * of the receipts that they leave: all is proven, and each decision is counted where it belongs.
 */
import { deepEqual, equal } from "node:assert/strict";
import { createApp } from "../../src/authorizer/app.ts";
import {
  addRevoked,
  currentWarrant,
  liftRevoked,
  mint,
  newAuthority,
  note,
  prepareState,
  readHeld,
} from "../../src/authorizer/mint.ts";
import { type Answer, authorize } from "../../src/authorizer/pipeline.ts";
import { readPolicy } from "../../src/authorizer/replay.ts";
import type { ToolCall } from "../../src/authorizer/tool_call.ts";
import { parseEvent, toolCallOf } from "../../src/hook/event.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { resolveSandbox } from "../../src/policy/sandbox.ts";
import type { Route, Snapshot } from "../../src/policy/snapshot.ts";
import { LogReader } from "../../src/receipts/log_reader.ts";
import { parseReceipt, type Receipt } from "../../src/receipts/receipt.ts";
import { type Verification, verifyLog } from "../../src/receipts/verify.ts";
import { type StateFile, statePath } from "../../src/state/layout.ts";
import { findPython, verifier } from "./python.ts";

type Input = Readonly<Record<string, unknown>>;

export class Honest {
  /** Free of links. */
  readonly project: string;
  readonly home: string;
  readonly #folder: string;
  #root = "";

  constructor() {
    this.#folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "honest_" }));
    this.project = `${this.#folder}/project`;
    this.home = `${this.#folder}/home`;
    Deno.mkdirSync(this.home);
    for (const name of ["sandbox/notes.txt", "sandbox/sub/a.txt", "outside.txt"]) {
      this.write(name, "text\n");
    }
  }

  remove(): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }

  write(name: string, text: string): void {
    const path = `${this.project}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  state(file: StateFile): string {
    return statePath(this.project, file);
  }

  get place(): { project: string; root: string } {
    return { project: this.project, root: this.#root };
  }

  get snapshot(): Snapshot {
    return readHeld(this.project).snapshot as Snapshot;
  }

  /** Writes a policy, compiles it and puts it in force. @throws {PolicyError} */
  async govern(text: string, change: Partial<Snapshot> = {}): Promise<void> {
    this.write("tenuo.yaml", text);
    const policy = await loadPolicy(this.project);
    const stateDir = `${this.project}/.state`;
    prepareState(this.project);
    const { snapshot } = await compilePolicy(policy, {
      project: this.project,
      home: this.home,
      stateDir,
      binary: "/opt/tenuo-claude",
      sources: [],
      authority: newAuthority(),
      serial: 1,
      issuedAt: 1,
      sandboxRealPath: resolveSandbox(policy, { project: this.project, stateDir }),
    });
    mint(this.project, { ...snapshot, ...change }, this.#root === "" ? "init" : "refresh");
    this.#root = readHeld(this.project).root;
  }

  /** Puts the warrant in force on the revocation list, as `revoke` does. */
  revoke(): void {
    this.#note("revoked", addRevoked);
  }

  /** Takes it off, as `revoke --lift` does. */
  lift(): void {
    this.#note("revocation lifted", liftRevoked);
  }

  #note(act: string, change: typeof addRevoked): void {
    const { project, snapshot: { serial } } = this;
    const id = currentWarrant(project)?.id ?? "";
    const { version } = change(project, id);
    note(project, `${act}: warrant ${id}`, { serial, revocation: version });
  }

  /** A call as the hook is told of it; `more` are members of the event. */
  ask(tool: string, input: Input, more: Input = {}): Promise<Answer> {
    const event = {
      hook_event_name: "PreToolUse",
      session_id: "s",
      tool_use_id: "t",
      cwd: this.project,
      tool_name: tool,
      tool_input: input,
      ...more,
    };
    return this.raw(JSON.stringify(event));
  }

  /** The same with the event's text; `change` is made to the call that was read from it. */
  raw(event: string, change: Partial<ToolCall> = {}): Promise<Answer> {
    return authorize({
      locate: () => this.place,
      decode: async () => {
        const read = await parseEvent(new TextEncoder().encode(event));
        return { ...toolCallOf(read), ...change };
      },
    });
  }

  /** A call of the HTTP door. Returns the status. */
  async http(path: string, headers: Record<string, string>, body: string): Promise<number> {
    const app = createApp({ place: this.place, version: "0", started: 0 });
    const answer = await app.request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    }, { transport: "unix" });
    await answer.body?.cancel();
    return answer.status;
  }

  /** The receipts as they stand there, unchecked. */
  receipts(): Receipt[] {
    return LogReader.use(
      this.state("receipts"),
      (log) =>
        [...log.lines()].flatMap(({ bytes }) =>
          parseReceipt(new TextDecoder().decode(bytes)) ?? []
        ),
    );
  }

  verify(): Promise<Verification> {
    return verifyLog({ paths: [this.state("receipts")], root: this.#root }, readPolicy);
  }

  /** All is proven and counted as the lines say. Returns what was found. */
  async requireProven(): Promise<Verification> {
    const found = await this.verify();
    const receipts = this.receipts();
    const bad = found.outcome === "disproved" ? receipts.find(({ seq }) => seq === found.seq) : {};
    equal(found.outcome, "proven", JSON.stringify([found, bad], null, 1));
    const decisions = receipts.filter(({ kind }) => kind === "decision");
    const count = (is: (receipt: Receipt) => boolean) => decisions.filter(is).length;
    const { proven, masked, refused, notReplayable, unchecked, observed, ...kinds } = found.counts;
    deepEqual(
      [proven, unchecked, observed, masked + refused + notReplayable],
      [
        count((it) => it.decision === "allow" && it.masked !== true),
        0,
        count((it) => it.observed === true),
        count((it) => it.decision === "deny" || it.masked === true),
      ],
    );
    const ofKind = (kind: string) => receipts.filter((it) => it.kind === kind).length;
    const outcomes = receipts.filter(({ kind }) => kind === "outcome");
    const mismatched = outcomes.filter(({ mismatch }) => mismatch !== undefined);
    const untold = outcomes.filter((it) => it.outcome === "unknown" && !mismatched.includes(it));
    deepEqual(kinds, {
      receipts: receipts.length,
      decisions: decisions.length,
      outcomes: outcomes.length,
      mismatched: mismatched.length,
      untold: untold.length,
      acts: ofKind("act"),
      repairs: ofKind("repair"),
    });
    this.#requireProvenInPython();
    return found;
  }

  /** The second verifier calls nothing false either, where it can be run. */
  #requireProvenInPython(): void {
    if (python === undefined) return;
    const args = [verifier, `${this.project}/.state`, "--root", this.#root];
    const { code, stdout } = new Deno.Command(python, { args }).outputSync();
    equal(code, 0, new TextDecoder().decode(stdout));
  }
}

const python = findPython();

/** Runs `use` in a fresh project, which is removed afterwards. */
export async function inHonest(use: (project: Honest) => void | Promise<void>): Promise<void> {
  const project = new Honest();
  try {
    await use(project);
  } finally {
    project.remove();
  }
}

/** Puts the same policy in force with one route changed. */
export function amendRoutes(project: Honest, tool: string, change: Partial<Route>): void {
  const { snapshot } = project;
  const route = snapshot.routes[tool] as Route;
  const routes = { ...snapshot.routes, [tool]: { ...route, ...change } };
  mint(project.project, { ...snapshot, routes }, "refresh");
}
