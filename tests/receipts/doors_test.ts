/** The hook, the service and the outcomes at once, in one log whose file becomes segments meanwhile. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { openKey, openWarrant } from "../../src/authorizer/authority.ts";
import { freePort } from "../../src/authorizer/service_test_project.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { prove } from "../../src/protocol/pop.ts";
import { segmentsOf } from "../../src/receipts/segments.ts";
import { Project } from "../hook/project.ts";
import { allReceipts, limitSegments } from "./real_log.ts";

const times = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Calls the service as a client that holds the project's warrant and holder key. */
async function overHttp(project: Project, port: number): Promise<number> {
  const place = { project: project.root, root: project.pinned };
  const warrant = openWarrant(place);
  const id = readChain(warrant).at(-1)?.id ?? "";
  const args = { path: project.path("sandbox/notes.txt") };
  const now = Date.now() / 1000;
  const proof = prove(
    openKey(place, "holderKey"),
    id,
    "read_file",
    new Map(Object.entries(args)),
    now,
  );
  const answer = await fetch(`http://127.0.0.1:${port}/verify/read_file`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-tenuo-warrant": warrant.toBase64({ alphabet: "base64url", omitPadding: true }),
      "x-tenuo-pop": proof.toBase64({ alphabet: "base64url", omitPadding: true }),
    },
    body: JSON.stringify(args),
  });
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("All doors at once write one chain, with segments made under them", async () => {
  await using project = await Project.create();
  limitSegments(project, 8000);
  const port = freePort();
  await project.must("up", "--port", String(port));
  try {
    const read = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
    const hooks = times(12).map((at) => project.hook({ ...read, tool_use_id: `hook-${at}` }));
    const denied = times(4).map((at) =>
      project.hook({ ...read, tool_input: { file_path: "/etc/hosts" }, tool_use_id: `no-${at}` })
    );
    const outcomes = times(8).map((at) =>
      project.post({
        ...read,
        hook_event_name: "PostToolUse",
        tool_response: "notes",
        tool_use_id: `post-${at}`,
      })
    );
    const calls = times(40).map(() => overHttp(project, port));
    deepEqual(await Promise.all(calls), Array(40).fill(200));
    for (const { decision, stderr } of await Promise.all(hooks)) equal(decision, "allow", stderr);
    for (const { decision } of await Promise.all(denied)) equal(decision, "deny");
    for (const { code, stderr } of await Promise.all(outcomes)) equal(code, 0, stderr);
  } finally {
    await project.must("down");
  }
  const receipts = allReceipts(project);
  const calls = receipts.filter(({ door }) => door === "hook")
    .map(({ kind, call }) => `${kind} ${call}`);
  deepEqual(
    calls.toSorted(),
    [
      ...times(12).map((at) => `decision hook-${at}`),
      ...times(4).map((at) => `decision no-${at}`),
      ...times(8).map((at) => `outcome post-${at}`),
    ].toSorted(),
  );
  const byHttp = receipts.filter(({ door, decision }) => door === "http" && decision === "allow");
  equal(new Set(byHttp.map(({ call }) => call)).size, 40);
  equal(receipts.length, 64);
  ok(segmentsOf(project.state("receipts")).length >= 3);
});
