import assert from "node:assert/strict";
import { outcome, request, withService } from "./app_test_calls.ts";
import type { Address } from "./service_client.ts";
import { sendRaw } from "./service_test_project.ts";

Deno.test("The TCP port turns away what a web page or a stranger could send", async (test) => {
  await withService(async ({ place, sign }, tcp, unix) => {
    const { port } = tcp;
    const notes = { path: `${place.project}/sandbox/notes.txt` };
    const { headers, body } = sign("read_file", { args: notes });
    const post = (more: Record<string, string>, to: Address = tcp) =>
      request(to, "/verify/read_file", { headers: { ...headers, ...more }, body }).then(outcome);

    await test.step("foreign hosts", async () => {
      const hosts = ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${port + 1}`];
      for (const host of [...hosts, `127.0.0.1.nip.io:${port}`, `0.0.0.0:${port}`]) {
        assert.deepEqual((await post({ host })).slice(0, 2), [421, "foreign_host"], host);
      }
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
        assert.equal((await post({ host }))[0], 200, host);
      }
      const absolute = `GET http://evil.example/status HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
        "Connection: close\r\n\r\n";
      assert.match(await sendRaw(port, absolute), /^HTTP\/1\.1 421 /);
      const status = `GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
      assert.match(await sendRaw(port, status), /^HTTP\/1\.1 421 /);
    });

    await test.step("any Origin, on either door", async () => {
      for (const origin of ["https://evil.example", "null", `http://127.0.0.1:${port}`, ""]) {
        for (const to of [tcp, unix]) {
          assert.deepEqual((await post({ origin }, to)).slice(0, 2), [403, "foreign_origin"]);
        }
      }
    });

    await test.step("content types other than JSON", async () => {
      const form = "application/x-www-form-urlencoded";
      for (const type of ["text/plain", form, "application/jsonp", "", "multipart/form-data"]) {
        const reply = await post({ "content-type": type });
        assert.deepEqual(reply.slice(0, 2), [415, "unsupported_media_type"], type);
      }
      assert.equal((await post({ "content-type": "application/json; charset=utf-8" }))[0], 200);
    });

    await test.step("bodies over 1 MB, announced or not", async () => {
      const large = JSON.stringify({ path: "x".repeat(1 << 20) });
      const reply = await request(tcp, "/verify/read_file", { headers, body: large });
      assert.deepEqual(outcome(reply).slice(0, 2), [413, "body_too_large"]);
      const lines = { ...headers, host: `localhost:${port}`, "content-type": "application/json" };
      const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
      const chunked = "POST /verify/read_file HTTP/1.1\r\n" + head +
        "connection: close\r\ntransfer-encoding: chunked\r\n\r\n" + chunk.repeat(17) + "0\r\n\r\n";
      assert.match(await sendRaw(port, chunked), /^HTTP\/1\.1 413 [^]*"body_too_large"/);
    });

    await test.step("what is not HTTP", async () => {
      assert.doesNotMatch(await sendRaw(port, "\x16\x03\x01 hello\r\n\r\n"), /200 OK/);
      assert.match(await sendRaw(port, "GET\r\n\r\n"), /^(HTTP\/1\.1 400 .*|)/);
      assert.equal((await post({}))[0], 200);
    });
  });
});

Deno.test("An observing policy authorizes over HTTP and says what it would have done", async () => {
  const policy = "sandbox: ./sandbox\nmode: audit\nenforce:\n  Read: subpath:{sandbox}\n";
  await withService(async ({ place, sign, receipts }, tcp) => {
    const path = `${place.project}/sandbox/notes.txt`;
    const inside = await request(tcp, "/verify/read_file", sign("read_file", { args: { path } }));
    assert.equal(inside.status, 200);
    assert.equal(inside.body.observed, true);
    assert.deepEqual(inside.body.would, { authorized: true });
    const outside = { args: { path: "/etc/hosts" } };
    const { status, body } = await request(tcp, "/verify/read_file", sign("read_file", outside));
    assert.deepEqual([status, body.authorized, body.observed], [200, true, true]);
    const { authorized, error, error_code } = body.would as Record<string, unknown>;
    assert.deepEqual([authorized, error, error_code], [false, "constraint-violation", 1501]);
    assert.equal(receipts().at(-1)?.observed, true);
  }, policy);
});
