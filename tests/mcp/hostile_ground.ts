/** A governed project with hostile servers in it. */
import { ok } from "node:assert/strict";
import type { Answer, Members } from "./session.ts";
import { Governed, type ServerPolicy } from "./governed.ts";
import { environment, type Launch, script } from "./launch.ts";
import { RawPeer, type Told } from "./raw_peer.ts";

const PROGRAM = new URL("hostile_server.ts", import.meta.url).pathname;

/** The tools that the server has when it is approved. */
export const approved = [
  ...["emit", "swap", "large", "silent", "late", "twice", "ask", "die", "stubborn", "plain"],
].map((name) => tool(name));

/** A tool as a server lists it. */
export function tool(name: string, more: Members = {}): Members {
  const inputSchema = { type: "object", properties: {}, additionalProperties: true };
  return { name, description: `The tool ${name}`, inputSchema, ...more };
}

export interface HostilePlan {
  /** Members that the policy has of each server beside how it is started. */
  readonly policy?: ServerPolicy;
  /** The same of single servers. */
  readonly policyOf?: Readonly<Record<string, ServerPolicy>>;
  /** The servers' names. */
  readonly names?: readonly string[];
  readonly tools?: readonly Members[];
  readonly more?: Members;
}

export class HostileGround implements AsyncDisposable {
  readonly governed: Governed;

  private constructor(governed: Governed) {
    this.governed = governed;
  }

  static async create(
    { policy = {}, policyOf = {}, names = ["hostile"], tools = approved, more = {} }: HostilePlan =
      {},
  ): Promise<HostileGround> {
    const servers: Record<string, ServerPolicy> = {};
    const files: Record<string, string> = {};
    const { DENO_DIR = "" } = environment("/");
    for (const name of names) {
      const { command, args } = script(PROGRAM, [
        `{sandbox}/${name}.json`,
        `{sandbox}/${name}.log`,
      ], ".");
      const allow = tools.map((one) => String(one.name));
      servers[name] = {
        ...{ command, args, env: { DENO_DIR }, allow: [...new Set(allow)], timeout_seconds: 5 },
        ...policy,
        ...policyOf[name],
      };
      files[`sandbox/${name}.json`] = JSON.stringify(tools);
      files[`sandbox/${name}.log`] = "";
    }
    return new HostileGround(await Governed.create({ servers, files, more }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.governed[Symbol.asyncDispose]();
  }

  launch(name = "hostile") {
    return this.governed.launch(name);
  }

  /** A client that has shaken hands with the proxy of a server. */
  async connect(name?: string, capabilities: Members = {}): Promise<RawPeer> {
    const peer = new RawPeer(this.launch(name));
    await peer.initialize("2025-11-25", capabilities);
    return peer;
  }

  /** The same in a session that works; what the server got for that is forgotten. */
  async connectSane(capabilities: Members = {}): Promise<RawPeer> {
    const peer = await this.connect(undefined, capabilities);
    ok(await isSane(peer), `the session works; stderr: ${peer.stderr.slice(-500)}`);
    this.reached();
    return peer;
  }

  /** How the server itself is started, past the proxy. */
  direct(name = "hostile"): Launch {
    const { project } = this.governed;
    const args = ["json", "log"].map((ending) => project.path(`sandbox/${name}.${ending}`));
    return { ...script(PROGRAM, args, project.root), env: environment(project.home) };
  }

  /** Every message that the server got since the last look. */
  reached(name = "hostile"): readonly Told[] {
    const path = this.governed.project.path(`sandbox/${name}.log`);
    const lines = Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
    Deno.writeTextFileSync(path, "");
    return lines.map((line) => JSON.parse(line));
  }
}

/** The text of a call's result. */
export function textOf(answer: Told | Answer): string {
  const { result } = answer as { readonly result?: { readonly content?: readonly Members[] } };
  return (result?.content ?? []).map(({ text }) => text).join("\n");
}

/** True when a call came back as a tool's error. */
export function isError(answer: Told | Answer): boolean {
  return (answer as { readonly result?: Members }).result?.isError === true;
}

/** A call goes through as if nothing had happened. */
export async function isSane(peer: RawPeer): Promise<boolean> {
  const answer = await peer.call("plain", { still: "here" });
  return textOf(answer) === 'plain\n{"still":"here"}' && peer.garbage.length === 0;
}
