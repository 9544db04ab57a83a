/** A governed throw-away project whose servers are reached through the proxy. */
import { ok } from "node:assert/strict";
import type { Receipt } from "../../src/receipts/receipt.ts";
import { Project } from "../hook/project.ts";
import { environment, type Launch } from "./launch.ts";

/** A server as a policy describes it. */
export interface ServerPolicy {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allow?: readonly string[];
  readonly enforce?: Readonly<Record<string, unknown>>;
  readonly resources?: readonly string[] | "*";
  readonly prompts?: readonly string[] | "*";
  readonly sampling?: boolean;
  readonly elicitation?: boolean;
  readonly redact?: boolean;
  readonly max_result_bytes?: number;
  readonly timeout_seconds?: number;
}

export interface GovernedPlan {
  readonly servers: Readonly<Record<string, ServerPolicy>>;
  /** More members at the top of the policy. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
}

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
}

export class Governed implements AsyncDisposable {
  readonly project: Project;

  private constructor(project: Project) {
    this.project = project;
  }

  /** Writes the policy and runs `init`, which pins the servers and writes `.mcp.json`. */
  static async create({ servers, more, files = {} }: GovernedPlan): Promise<Governed> {
    const policy = {
      name: "mcp-tests",
      sandbox: "./sandbox",
      mode: "enforce",
      receipts: { sync: false },
      mcp: { servers },
      default: "deny",
      ...more,
    };
    // JSON is YAML, and quotes everything as it has to be.
    const text = `${JSON.stringify(policy, null, 2)}\n`;
    const governed = new Governed(await Project.create({ policy: text, files }));
    for (const server of Object.keys(servers)) {
      const lock = governed.project.read("mcp.lock");
      ok(lock.includes(JSON.stringify(server)), `init has not pinned ${server}`);
    }
    return governed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.project[Symbol.asyncDispose]();
  }

  /** What the client starts for a server, as `.mcp.json` says it. */
  launch(server: string): Launch {
    const { mcpServers } = JSON.parse(this.project.read(".mcp.json")) as {
      readonly mcpServers: Readonly<Record<string, Entry>>;
    };
    const entry = mcpServers[server];
    ok(entry, `.mcp.json has an entry for ${server}`);
    const { home, root } = this.project;
    return {
      command: entry.command,
      args: entry.args,
      env: { ...environment(home), CLAUDE_PROJECT_DIR: root },
      cwd: root,
    };
  }

  /** The receipts of the proxy, each verified. */
  receipts(): readonly Receipt[] {
    return this.project.receipts().filter(({ door }) => door === "mcp");
  }
}
