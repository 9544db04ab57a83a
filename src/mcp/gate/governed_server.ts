/**
 * One MCP server under the policy: it is started only as a person approved it, and what it offers is
 * what the policy grants of it.
 */
import type { Place } from "../../authorizer/authority.ts";
import { asDenial, Denial } from "../../authorizer/denial.ts";
import type { VerifiedSnapshot } from "../../policy/signed_snapshot.ts";
import type { Snapshot } from "../../policy/snapshot.ts";
import { serverWord } from "../../policy/tools.ts";
import {
  capabilitiesForClient,
  capabilitiesForServer,
  selfNamed,
} from "../connection/announced_capabilities.ts";
import { listedTools } from "../connection/listed_tools.ts";
import { isSameProgram, otherIdentity, reachable, unapproved } from "./approval.ts";
import { type Members, objectIn } from "../framing/message.ts";
import type { Wire } from "../framing/wire.ts";
import type { PinnedServer } from "../pins/pin.ts";
import type { PinnedProgram } from "../programs/program_pin.ts";
import { requireKnownVersion } from "../connection/protocol_version.ts";
import { pinnedServer, servedBy, type ServedPolicy, servedPolicy } from "./served_policy.ts";
import { ServerConnection } from "../connection/server_connection.ts";
import type { ServerEvents } from "../connection/server_events.ts";
import { notPinned } from "../pins/not_pinned.ts";
import { requirePinned, shownTools, type ToolListing, toolListing } from "./tool_listing.ts";

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
  /** The launch that runs, as text, and the program where one was approved. */
  #launched = "";
  #program: PinnedProgram | undefined;
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
      const pinned = this.#approved(served);
      this.#program = pinned?.program;
      return await open(served, pinned);
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
   * @throws {Denial} @throws {ServerUnavailable}
   */
  async greet(params: Members): Promise<Members> {
    const served = this.served();
    const greeting = {
      ...params,
      capabilities: capabilitiesForServer(params.capabilities, served.grants),
    };
    try {
      this.#approved(served);
    } catch (error) {
      if (!(error instanceof Denial)) throw error;
      this.connection.prepare(greeting);
      return unapproved(this.name, params.protocolVersion, error.message);
    }
    let hello: Members;
    try {
      hello = await this.connection.greet(greeting);
    } catch (error) {
      if (!this.#isOtherProgram()) throw error;
      // Once a person approves it, the session has it back without being connected anew.
      return unapproved(this.name, params.protocolVersion, this.#otherProgram?.message ?? "");
    }
    const { protocolVersion, serverInfo, instructions } = hello;
    requireKnownVersion(this.name, protocolVersion);
    const isApproved = this.#otherIdentity(this.#approved(served)) === undefined;
    return {
      protocolVersion,
      capabilities: capabilitiesForClient(hello.capabilities, served.grants),
      serverInfo: selfNamed(this.name, serverInfo),
      ...(typeof instructions === "string" && isApproved ? { instructions } : {}),
    };
  }

  /** It is not started, since its program is not the one that was approved. */
  #isOtherProgram(): boolean {
    return this.#otherProgram !== undefined && this.served().policy.snapshot.mode === "enforce";
  }

  #otherIdentity(pinned: PinnedServer | undefined): string | undefined {
    return otherIdentity(this.name, this.connection.hello, pinned);
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
    await this.#requireLaunch(snapshot, pinned);
    this.invalidate();
    let listing: ToolListing;
    try {
      listing = await this.listing(served);
    } catch (error) {
      if (this.#isOtherProgram()) return [];
      throw error;
    }
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
    await this.#requireLaunch(served.policy.snapshot, pinned);
    const listing = await reachable(async () => {
      // Who is started again meanwhile may be another one.
      await this.connection.available();
      return tool === undefined ? undefined : await this.listing(served);
    }, () => this.#otherProgram);
    this.requireSame(pinned);
    if (tool !== undefined && listing !== undefined) {
      requirePinned(this.name, tool, listing, pinned);
    }
  }

  /** @throws {Denial} 9014 when what runs is, as far as it says, not what was approved */
  requireSame(pinned: PinnedServer): void {
    if (this.#otherProgram !== undefined) throw this.#otherProgram;
    const other = this.#otherIdentity(pinned);
    if (other !== undefined) throw notPinned(other, `mcp diff ${serverWord(this.name)}`);
  }

  /** Whoever was shown tools under another policy, or before an approval, looks again. */
  #notice({ digest }: VerifiedSnapshot): void {
    if (this.#shownUnder === undefined || this.#shownUnder === digest) return;
    this.#shownUnder = undefined;
    if (this.#isOtherProgram()) void this.connection.restart("it was looked at").catch(() => {});
    this.#changed();
  }

  /** Looks at the policy every second, also while nobody asks. Returns what ends it. */
  watch(): () => void {
    const timer = setInterval(() => {
      try {
        this.#notice(this.served().policy);
      } catch {
        // Whoever asks is told.
      }
    }, 1_000);
    return () => clearInterval(timer);
  }

  /** A server that is another one by now, to the policy or to who approves, is started anew. */
  async #requireLaunch({ servers }: Snapshot, pinned: PinnedServer | undefined): Promise<void> {
    const launch = JSON.stringify(servers?.[this.name]?.launch);
    if (this.#launched === "") return;
    if (launch === this.#launched && isSameProgram(this.#program, pinned?.program)) return;
    this.invalidate();
    const why = "the policy or its approval is another one by now";
    await reachable(() => this.connection.restart(why), () => this.#otherProgram);
  }
}
