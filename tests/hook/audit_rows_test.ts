/** What `audit` shows of calls that came through the wired hooks. */
import { Buffer } from "node:buffer";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { decode, isMap } from "../../src/protocol/cbor.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { verifyWith } from "../../src/protocol/keys.ts";
import { Project } from "./project.ts";

Deno.test("audit tells the calls of a session, marks rewritten ones and speaks every format", async () => {
  await using project = await Project.create();
  const notes = { file_path: project.path("sandbox/notes.txt") };
  const post = (event: Record<string, unknown>, input: Record<string, unknown>) =>
    project.post({
      ...event,
      hook_event_name: "PostToolUse",
      tool_input: input,
      tool_response: "notes",
    });
  const read = project.event("Read", notes);
  await project.hook(read);
  await post(read, notes);
  const rewritten = { ...read, tool_use_id: "toolu_2" };
  await project.hook(rewritten);
  await post(rewritten, { file_path: project.path("sandbox/other.txt") });
  await project.ask("Read", { file_path: "/etc/hosts" });

  const rows = (await project.must("audit")).trim().split("\n");
  equal(rows.length, 5);
  match(rows[0] ?? "", /^ALLOW {6}\[gov\] Read {11}-> read_file {2}authorized {2}path=\//);
  match(rows[1] ?? "", /^· {10}ok {4}Read {11}notes$/);
  match(rows[3] ?? "", /^! {10}ok {4}Read {11}rewritten: not the input of decision 3 {2}notes$/);
  match(rows[4] ?? "", /^DENY {7}\[gov\] Read /);
  equal((await project.must("audit", "--decision", "deny", "--since", "1h")).trim(), rows[4]);

  const shown = await project.must("audit", "show", "3");
  match(shown, /^policy +: [0-9a-f]{64} {2}\(the policy in force: evidence\/.*\.policy\)$/m);
  match(shown, /^chain +: [0-9a-f]{64} {2}\(the warrants .*: evidence\/.*\.warrant\)$/m);
  match(shown, /^signature +: [0-9a-f]{128} {2}\(the receipt key's, over this line\)$/m);
  match(shown, /^Its outcome, 4:\n! /m);
  const line = project.read(".state/receipts.jsonl").split("\n")[2];
  equal((await project.must("audit", "show", "3", "--json")).trim(), line);

  for (const format of ["jsonl", "csv", "ocsf", "otlp-json"]) {
    const lines = (await project.must("audit", "--format", format)).trim().split("\n");
    equal(lines.length, format === "csv" ? 6 : 5, format);
  }
  const events = (await project.must("audit", "--format", "authorizer")).trim().split("\n");
  equal(events.length, 3);
  for (const event of events.map((text) => JSON.parse(text))) {
    const key = project.read(".state/receipt_pub.hex").trim();
    const [payload, signature, stack] = ["signing_payload", "signature", "warrant_stack"]
      .map((name) => Buffer.from(event[name], "base64")) as [Buffer, Buffer, Buffer];
    ok(verifyWith(key, signature, "", payload));
    const members = decode(payload);
    ok(isMap(members));
    deepEqual(members.get("2"), new Uint8Array(stack));
    equal(members.get("6"), project.pinned);
    const leaf = readChain(stack, [project.pinned]).at(-1);
    equal(event.warrant_id, `tnu_wrt_${leaf?.id}`);
  }
});
