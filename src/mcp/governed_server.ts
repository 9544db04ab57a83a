/**
 * One MCP server under the policy: it is started only as a person approved it, and what it offers is
 * what the policy grants of it.
 */
import type { Place } from "../authorizer/authority.ts";
import { asDenial, Denial } from "../authorizer/denial.ts";
import type { VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { objectIn, toClient, toServer } from "./announced.ts";
import type { Members } from "./framing/message.ts";
import type { Wire } from "./framing/wire.ts";
import type { PinnedServer } from "./pins/pin.ts";
import { answeredVersion, isKnownVersion } from "./protocol_version.ts";
import { Refusal } from "./refusal.ts";
import { pinnedServer, servedBy, type ServedPolicy, servedPolicy } from "./served_policy.ts";
import { ServerConnection, type ServerEvents, ServerUnavailable } from "./server_connection.ts";
import {
  listedTools,
  requirePinned,
  shownTools,
  type ToolListing,
  toolListing,
} from "./tool_listing.ts";

/** Starts the server of a policy, as it was approved. `pinned` is absent where nothing is enforced. */
export type OpenServer = (served: ServedPolicy, pinned?: PinnedServer) => Promise<Wire>;

export interface GovernedEvents extends ServerEvents {
  /** The client may have to be shown other tools than it was. */
  changed(): void;
}

export class GovernedServer {
  readonly name: string;
  readonly connection: ServerConnection;
  readonly #locate: () => Place;
  #listing: Promise<ToolListing> | undefined;
  /** The launch that runs, as text. */
  #launched = "";
  /** Why it is not the program that was approved, under a policy that only observes. */
  #otherProgram: Denial | undefined;
  /** The policy under which the client was shown its tools last. */
  #shownUnder: string | undefined;
  readonly #changed: () => void;

  /** @param locate finds the project and its pinned root; throws a Denial */
  constructor(name: string, locate: () => Place, open: OpenServer, events: GovernedEvents) {
    this.name = name;
    this.#locate = locate;
    this.#changed = events.changed;
    this.connection = new ServerConnection(name, () => this.#open(open), {
      ...events,
      lost: (why) => {
        this.invalidate();
        events.lost(why);
      },
    });
  }

  /** @throws {Denial} */
  served(): ServedPolicy {
    return servedPolicy(this.#locate(), this.name);
  }

  async #open(open: OpenServer): Promise<Wire> {
    const served = this.served();
    this.#launched = JSON.stringify(served.server.launch);
    this.#otherProgram = undefined;
    try {
      return await open(served, this.#approved(served));
    } catch (error) {
      // A policy that only observes holds nothing up; calls are recorded as what they would be.
      this.#otherProgram = asDenial(error);
      const { mode } = served.policy.snapshot;
      if (mode !== "observe" || this.#otherProgram === undefined) throw error;
      return await open(served);
    }
  }

  /** What was approved. Undefined where a policy only observes and nothing was. @throws {Denial} */
  #approved(served: ServedPolicy): PinnedServer | undefined {
    try {
      return pinnedServer(this.#locate(), served, this.name);
    } catch (error) {
      if (served.policy.snapshot.mode === "observe") return undefined;
      throw error;
    }
  }

  /**
   * Answers the client's `initialize`, with what the server says of itself as far as it is granted.
   *
   * @throws {Denial} @throws {ServerUnavailable} @throws {Refusal}
   */
  async greet(params: Members): Promise<Members> {
    const served = this.served();
    const greeting = { ...params, capabilities: toServer(params.capabilities, served.grants) };
    try {
      this.#approved(served);
    } catch (error) {
      if (!(error instanceof Denial)) throw error;
      this.connection.prepare(greeting);
      return unapproved(this.name, params.protocolVersion, error.message);
    }
    const hello = await this.connection.greet(greeting);
    const { protocolVersion, serverInfo, instructions } = hello;
    if (!isKnownVersion(protocolVersion)) {
      const version = JSON.stringify(protocolVersion).slice(0, 40);
      throw new Refusal(
        "internal",
        `The MCP server ${this.name} speaks version ${version}, which this proxy does not know`,
      );
    }
    const isApproved = this.#otherIdentity(this.#approved(served)) === undefined;
    return {
      protocolVersion,
      capabilities: toClient(hello.capabilities, served.grants),
      serverInfo: serverInfo ?? { name: this.name, version: "" },
      ...(typeof instructions === "string" && isApproved ? { instructions } : {}),
    };
  }

  /** How the server differs from the one that was approved; undefined when it does not. */
  #otherIdentity(pinned: PinnedServer | undefined): string | undefined {
    const { hello } = this.connection;
    if (pinned === undefined || hello === undefined) return undefined;
    const { name, version } = objectIn(hello, "serverInfo") ?? {};
    const { identity } = pinned;
    if (identity.name !== (name ?? "") || identity.version !== (version ?? "")) {
      const told = `${String(name)} ${String(version)}`.slice(0, 200);
      return `The MCP server ${this.name} calls itself ${told}, approved was ${identity.name} ${identity.version}`;
    }
    const { instructions } = hello;
    return instructions === pinned.instructions
      ? undefined
      : `The instructions of the MCP server ${this.name} are not those that were approved`;
  }

  /** Forgets the list of tools, since the server says that it changed. */
  invalidate(): void {
    this.#listing = undefined;
  }

  /** The tools as they are listed now. @throws {ServerUnavailable} */
  async listing({ server: { timeoutSeconds } } = this.served()): Promise<ToolListing> {
    const listing = this.#listing ??= this.#tools(timeoutSeconds)
      .then((tools) => toolListing(this.name, tools));
    try {
      return await listing;
    } catch (error) {
      if (this.#listing === listing) this.invalidate();
      throw error;
    }
  }

  /** None of a server that says it has none, and would not know what it is asked. */
  async #tools(seconds: number): Promise<readonly unknown[]> {
    await this.connection.available();
    const { capabilities } = this.connection.hello ?? {};
    if (objectIn(capabilities, "tools") === undefined) return [];
    return await listedTools(this.connection, seconds);
  }

  /** The definitions of the tools that the client may call. @throws {Denial} @throws {ServerUnavailable} */
  async shown(): Promise<Members[]> {
    const served = this.served();
    const { snapshot, digest } = served.policy;
    this.#shownUnder = digest;
    let pinned: PinnedServer | undefined;
    try {
      pinned = this.#approved(served);
    } catch (error) {
      if (!(error instanceof Denial)) throw error;
      return [];
    }
    await this.#requireLaunch(snapshot);
    this.invalidate();
    const listing = await this.listing(served);
    if (snapshot.mode === "enforce" && this.#otherIdentity(pinned) !== undefined) return [];
    return shownTools(this.name, listing, snapshot, pinned);
  }

  /**
   * @param policy the one that the call is judged by
   * @param tool by the server's own name; undefined for what is no tool
   * @throws {Denial} 9014 when the server or the tool is not, as it is now, what a person approved
   */
  async requireApproved(policy: VerifiedSnapshot, tool: string | undefined): Promise<void> {
    const served = servedBy(policy, this.name);
    this.#notice(policy);
    const pinned = pinnedServer(this.#locate(), served, this.name);
    await this.#requireLaunch(served.policy.snapshot);
    const listing = await this.#reachable(async () => {
      // Who is started again meanwhile may be another one.
      await this.connection.available();
      return tool === undefined ? undefined : await this.listing(served);
    });
    if (this.#otherProgram !== undefined) throw this.#otherProgram;
    const other = this.#otherIdentity(pinned);
    if (other !== undefined) {
      const command = `tenuo-claude mcp diff ${this.name}`;
      throw new Denial("NotPinned", `${other}; a person can run ${command}`, {
        rule: "mcp.lock",
        line: 0,
      });
    }
    if (tool !== undefined && listing !== undefined) {
      requirePinned(this.name, tool, listing, pinned);
    }
  }

  /** Whoever was shown tools under another policy, or before an approval, looks again. */
  #notice({ digest }: VerifiedSnapshot): void {
    if (this.#shownUnder === undefined || this.#shownUnder === digest) return;
    this.#shownUnder = undefined;
    this.#changed();
  }

  /** A server that the policy starts otherwise by now is started anew. */
  async #requireLaunch({ servers }: Snapshot): Promise<void> {
    const launch = JSON.stringify(servers?.[this.name]?.launch);
    if (this.#launched === "" || launch === this.#launched) return;
    this.invalidate();
    const why = "the policy starts this server otherwise by now";
    await this.#reachable(() => this.connection.restart(why));
  }

  async #reachable<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ServerUnavailable)) throw error;
      throw new Denial("StateUnreadable", error.message, { rule: "mcp.servers", line: 0 });
    }
  }
}

/** What the client is told of a server that nobody approved, and that is not started. */
function unapproved(name: string, wanted: unknown, why: string): Members {
  return {
    protocolVersion: answeredVersion(wanted),
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name, version: "" },
    instructions: `${why}. Until then it has no tools.`,
  };
}
