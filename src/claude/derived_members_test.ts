import { deepEqual, equal } from "node:assert/strict";
import { withoutDerived } from "./derived_members.ts";

Deno.test("What the client derives for hooks is left out, whatever it holds", () => {
  const sent = { to: "x", summary: "s", message: "m" };
  const shown = { ...sent, type: "message", recipient: "x", recipient_kind: "name", content: "m" };
  deepEqual(withoutDerived("SendMessage", shown), sent);
  deepEqual(withoutDerived("SendMessage", { ...shown, recipient: "another" }), sent);
  const idle = { to: "x", notify_when_idle: true };
  deepEqual(withoutDerived("SendMessage", { ...idle, type: "message", approve: true }), idle);
});

Deno.test("Every other input stays whole", () => {
  const input = { to: "x", message: "m", type: "t", content: "c" };
  for (const tool of ["Write", "mcp__mail__SendMessage", "sendmessage", "constructor", ""]) {
    equal(withoutDerived(tool, input), input);
  }
  for (const other of [{ to: "x", type: "t" }, { message: "m", type: "t" }, { content: "c" }, {}]) {
    equal(withoutDerived("SendMessage", other), other);
  }
});
