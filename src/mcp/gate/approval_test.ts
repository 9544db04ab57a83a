/** Whether a server that was started again is the one that was approved. */
import { equal, match } from "node:assert/strict";
import type { Members } from "../framing/message.ts";
import type { PinnedServer } from "../pins/pin.ts";
import { otherIdentity } from "./approval.ts";

function pinned(identity: PinnedServer["identity"], instructions?: string): PinnedServer {
  const program = { launch: "", command: "", args: [], files: [] };
  const told = instructions === undefined ? {} : { instructions };
  return { identity, program, approvedAt: 0, tools: {}, ...told };
}

function other(hello: Members, server: PinnedServer): string {
  return otherIdentity("demo", hello, server) ?? "";
}

Deno.test("A server is told by its name, its version and its instructions", () => {
  const server = pinned({ name: "a", version: "1" }, "Be kind.");
  const hello = { serverInfo: { name: "a", version: "1" }, instructions: "Be kind." };
  equal(other(hello, server), "");
  match(other({ ...hello, serverInfo: { name: "b", version: "1" } }, server), /calls itself b 1,/);
  match(other({ ...hello, serverInfo: { name: "a" } }, server), /calls itself a ,/);
  match(other({ ...hello, instructions: "Be cruel." }, server), /instructions/);
  match(other({ ...hello, instructions: null }, server), /instructions/);
});

Deno.test("What is no text says nothing, at each start as when it was approved", () => {
  const hello = { serverInfo: { name: "a", version: 2 }, instructions: null };
  equal(other(hello, pinned({ name: "a", version: "" })), "");
  equal(other({ serverInfo: "a" }, pinned({ name: "", version: "" })), "");
  match(other(hello, pinned({ name: "a", version: "" }, "Be kind.")), /instructions/);
});
