import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encode } from "../protocol/cbor.ts";
import { sha256 } from "../protocol/keys.ts";
import { signWarrant, type Warrant, type WarrantPayload } from "../protocol/warrant.ts";
import { readChain } from "../protocol/chain.ts";
import { decode } from "../protocol/cbor.ts";
import { openKey, openWarrant, type Place } from "./authority.ts";
import { outcome, request, withService } from "./app_test_calls.ts";
import type { Question } from "./service_client.ts";
import { withProject } from "./service_test_project.ts";

function ownWarrant(place: Place): Warrant {
  return readChain(openWarrant(place))[0] as Warrant;
}

/** The project's own warrant with other members, signed by its issuer. */
function reissued(place: Place, members: Partial<WarrantPayload>): Uint8Array {
  const id = ownWarrant(place).id.replace(/^.{8}/, "0badcafe");
  return signWarrant({ ...ownWarrant(place), id, ...members }, openKey(place, "issuerKey"));
}

/** A child of the project's warrant, which its holder signs, and the stack of both. */
function delegated(place: Place, members: Partial<WarrantPayload>): Uint8Array {
  const parent = ownWarrant(place);
  const holder = openKey(place, "holderKey");
  const child = signWarrant({
    ...parent,
    id: parent.id.replace(/^.{8}/, "00c0ffee"),
    issuer: holder.publicKey,
    depth: 1,
    parentHash: Buffer.from(sha256(parent.payloadBytes)).toString("hex"),
    ...members,
  }, holder);
  return encode([decode(openWarrant(place)), decode(child)]);
}

Deno.test("Routes of the running service", async (test) => {
  await withService(async (project, tcp, unix) => {
    const { place, sign, run, receipts } = project;
    const notes = { path: `${place.project}/sandbox/notes.txt` };
    const signed = () => sign("read_file", { args: notes });
    const verify = (question: Question, tool = "read_file") =>
      request(unix, `/verify/${tool}`, question);

    await test.step("health and status", async () => {
      for (const path of ["/health", "/healthz", "/ready"]) {
        const { status, body } = await request(tcp, path, { method: "GET" });
        assert.equal(status, 200);
        assert.deepEqual(body, { status: "healthy", service: "tenuo-authorizer" });
      }
      const { body } = await request(unix, "/status", { method: "GET" });
      assert.deepEqual(body.cp, { enabled: false, status: "disabled", authorizer_id: null });
      assert.equal(body.project, place.project);
      assert.match(String(body.version), /^\d+\.\d+\.\d+$/);
      assert.ok(Number.isInteger(body.uptime_secs));
    });

    await test.step("a granted call is authorized on both doors and recorded", async () => {
      for (const to of [tcp, unix]) {
        const { status, body } = await request(to, "/verify/read_file", signed());
        const { request_id, ...rest } = body;
        const id = `tnu_wrt_${ownWarrant(place).id}`;
        assert.equal(status, 200);
        assert.deepEqual(rest, { authorized: true, warrant_id: id, tool: "read_file" });
        const receipt = receipts().at(-1);
        assert.equal(receipt?.decision, "allow");
        assert.equal(receipt?.door, "http");
        assert.equal(receipt?.call, request_id);
      }
    });

    await test.step("a proof comes in URL-safe base64, standard base64 or hex", async () => {
      for (const encoding of ["base64url", "base64", "hex"] as const) {
        const question = sign("read_file", { args: notes, encoding });
        assert.equal((await verify(question)).status, 200, encoding);
      }
    });

    await test.step("what the policy does not grant is 403 with its code", async () => {
      const outside = sign("read_file", { args: { path: "/etc/hosts" } });
      const { status, body } = await verify(outside);
      assert.deepEqual([status, body.error, body.error_code], [403, "constraint-violation", 1501]);
      assert.match(String(body.message), /subpath:\{sandbox\}.*tenuo\.yaml:4/);
      assert.equal(body.tool, "read_file");
      assert.equal(receipts().at(-1)?.decision, "deny");

      const climbing = { path: `${place.project}/sandbox/../tenuo.yaml` };
      assert.equal((await verify(sign("read_file", { args: climbing }))).body.error_code, 9013);
      const sealed = { path: `${place.project}/.state/issuer_key.b64` };
      assert.equal((await verify(sign("read_file", { args: sealed }))).body.error_code, 9007);
      const unknown = await verify(sign("launch_rocket", { args: notes }), "launch_rocket");
      assert.deepEqual(outcome(unknown), [403, "tool-not-authorized", 1500]);
      const chained = sign("run_command", { args: { command: "ls; id" } });
      assert.deepEqual(outcome(await verify(chained, "run_command")).slice(0, 1), [403]);
    });

    await test.step("requests without a usable warrant or proof", async () => {
      const { headers, body } = signed();
      const { "x-tenuo-warrant": warrant, "x-tenuo-pop": proof } = headers;
      const without = { headers: { "x-tenuo-pop": proof as string }, body };
      assert.deepEqual(outcome(await verify(without)).slice(0, 2), [401, "missing_warrant"]);
      const unproved = { headers: { "x-tenuo-warrant": warrant as string }, body };
      assert.deepEqual(outcome(await verify(unproved)).slice(0, 2), [401, "missing_proof"]);

      for (const bad of ["", "%%%", "a b", "A", "gwFY!", (warrant as string) + "==="]) {
        const [status, error] = outcome(
          await verify({ headers: { ...headers, "x-tenuo-warrant": bad }, body }),
        );
        assert.equal(status, bad === "" ? 401 : 400, bad);
        assert.equal(error, bad === "" ? "missing_warrant" : "invalid_warrant", bad);
      }
      for (const bad of ["zz", "%", "00".repeat(63), "A".repeat(85), "A".repeat(88)]) {
        const reply = await verify({ headers: { ...headers, "x-tenuo-pop": bad }, body });
        assert.deepEqual(outcome(reply).slice(0, 2), [400, "invalid_header"], bad);
      }
      const garbage = Buffer.from("not CBOR at all").toString("base64url");
      const reply = await verify({ headers: { ...headers, "x-tenuo-warrant": garbage }, body });
      assert.equal(reply.status, 400);
      assert.equal(reply.body.warrant_id, null);
    });

    await test.step("bodies that are no object of arguments", async () => {
      const { headers } = signed();
      for (
        const body of [
          ...["{", "[]", "null", '"x"', "7", '{"a":1,"a":1}', String.raw`{"a":1,"\u0061":1}`],
          ...[`{"a":${"[".repeat(99)}${"]".repeat(99)}}`, `{"a":${"[".repeat(4000)}`],
        ]
      ) {
        const reply = await verify({ headers, body });
        assert.deepEqual(outcome(reply).slice(0, 2), [400, "extraction_failed"], body);
      }
      assert.equal((await verify({ headers, body: "" })).body.error_code, 9013);
    });

    await test.step("warrants that do not hold", async () => {
      const now = Math.floor(Date.now() / 1000);
      const held = (warrant: Uint8Array) => verify(sign("read_file", { args: notes, warrant }));

      const tampered = openWarrant(place);
      tampered[tampered.length - 1] = (tampered.at(-1) as number) ^ 1;
      const { headers } = signed();
      const text = Buffer.from(tampered).toString("base64url");
      const forged = await verify({ headers: { ...headers, "x-tenuo-warrant": text }, body: "{}" });
      assert.deepEqual(outcome(forged), [401, "signature-invalid", 1100]);

      const expired = reissued(place, { issuedAt: now - 7200, expiresAt: now - 1 });
      assert.deepEqual(outcome(await held(expired)), [401, "warrant-expired", 1300]);
      const early = reissued(place, { issuedAt: now + 600, expiresAt: now + 1200 });
      const future = await held(early);
      assert.equal(future.status, 401);
      assert.ok([1301, 1302].includes(Number(future.body.error_code)));
      const unbound = reissued(place, { extensions: new Map() });
      assert.deepEqual(outcome(await held(unbound)), [403, "binding-mismatch", 9006]);
      const oversized = new Uint8Array(257 * 1024);
      const large = Buffer.from(oversized).toString("base64url");
      const tooLarge = await verify({
        headers: { ...headers, "x-tenuo-warrant": large },
        body: "{}",
      });
      assert.deepEqual(outcome(tooLarge), [413, "chain-too-large", 1901]);
    });

    await test.step("a delegated chain is verified to its root", async () => {
      const leaf = ownWarrant(place);
      const narrowed = new Map([["read_file", leaf.tools.get("read_file") as never]]);
      const chain = delegated(place, { tools: narrowed });
      const reply = await verify(sign("read_file", { args: notes, warrant: chain }));
      assert.deepEqual([reply.status, reply.body.authorized], [200, true]);
      const command = sign("run_command", { args: { command: "ls" }, warrant: chain });
      assert.deepEqual(outcome(await verify(command, "run_command")), [
        403,
        "tool-not-authorized",
        1500,
      ]);
      const widened = delegated(place, { tools: new Map([["read_file", new Map()]]) });
      const wide = await verify(sign("read_file", { args: notes, warrant: widened }));
      assert.deepEqual(outcome(wide), [403, "capability-expansion", 1503]);
    });

    await test.step("another project's warrant or key", async () => {
      await withProject(async (other) => {
        const warrant = openWarrant(other.place);
        const foreign = sign("read_file", { args: notes, warrant, holder: other.place });
        assert.deepEqual(outcome(await verify(foreign)), [403, "untrusted-root", 1406]);
        const stolen = sign("read_file", { args: notes, holder: other.place });
        assert.deepEqual(outcome(await verify(stolen)), [401, "pop-signature-invalid", 1600]);
      });
    });

    await test.step("a proof holds for its call and its time only", async () => {
      const now = Date.now() / 1000;
      const proof = (question: Question) => verify(question).then(outcome);
      const stale = [401, "pop-signature-invalid", 1600];
      assert.deepEqual(await proof(sign("read_file", { args: notes, now: now - 95 })), stale);
      assert.deepEqual(await proof(sign("read_file", { args: notes, now: now + 95 })), stale);
      assert.deepEqual(await proof(sign("grep", { args: notes })), stale);
      const { headers } = sign("read_file", { args: { path: `${place.project}/sandbox` } });
      assert.deepEqual(await proof({ headers, body: JSON.stringify(notes) }), stale);
      assert.equal((await verify(sign("read_file", { args: notes, now: now - 45 }))).status, 200);
    });

    await test.step("the catch-all route grants nothing", async () => {
      const gate = (question: Question) => request(unix, "/gate", question);
      assert.equal((await gate({ body: "{}" })).body.error, "missing_warrant");
      const reply = await gate(sign("unlisted", { args: { any: "thing" } }));
      assert.deepEqual(outcome(reply), [403, "tool-not-authorized", 1500]);
      assert.equal(reply.body.tool, "unlisted");
    });

    await test.step("unknown routes", async () => {
      const paths = [["/nope", "POST"], ["/verify", "POST"], ["/verify/read_file", "GET"]] as const;
      for (const [path, method] of [...paths, ["/", "GET"], ["/gate/x", "POST"]] as const) {
        const reply = await request(unix, path, {
          method,
          ...(method === "GET" ? {} : { body: "{}" }),
        });
        assert.deepEqual(outcome(reply).slice(0, 2), [404, "no_route"], path);
      }
    });

    await test.step("many calls at once are all decided and all recorded", async () => {
      const before = receipts().length;
      const replies = await Promise.all(Array.from({ length: 24 }, () => verify(signed())));
      assert.ok(replies.every(({ status }) => status === 200));
      const seqs = receipts().map(({ seq }) => seq);
      assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
      assert.equal(seqs.length, before + 24);
    });

    await test.step("revoked, and lifted again", async () => {
      assert.equal(run(["revoke"]).code, 0);
      assert.deepEqual(outcome(await verify(signed())), [401, "warrant-revoked", 1800]);
      assert.equal(run(["revoke", "--lift", "--yes"]).code, 0);
      assert.equal((await verify(signed())).status, 200);
    });

    await test.step("state that is missing denies", async () => {
      const moved = async (path: string, expected: readonly unknown[]) => {
        Deno.renameSync(`${place.project}/${path}`, `${project.folder}/moved`);
        const reply = await verify(signed()).finally(() =>
          Deno.renameSync(`${project.folder}/moved`, `${place.project}/${path}`)
        );
        assert.deepEqual(outcome(reply), expected, path);
      };
      await moved("tenuo.yaml", [403, "policy-missing", 9003]);
      await moved(".state/revocations.cbor", [500, "state-unreadable", 9002]);
      await moved(".state/receipts.jsonl", [500, "receipt-lost", 9010]);
      assert.equal((await verify(signed())).status, 200);
    });
  });
});
