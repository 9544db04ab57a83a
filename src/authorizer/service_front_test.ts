import assert from "node:assert/strict";
import { startService } from "./service.ts";
import { ask } from "./service_client.ts";
import { freePort, sendRaw, until, withProject } from "./service_test_project.ts";

Deno.test("Slow requests are cut off, on time and without a trace", async () => {
  await withProject(async ({ place, sign }) => {
    const port = freePort();
    const service = await startService({ place, port, version: "0.0.0", patience: 300 });
    try {
      const { headers } = sign("read_file", { args: { path: `${place.project}/sandbox` } });
      const lines = { host: `localhost:${port}`, "content-type": "application/json", ...headers };
      const head = "POST /verify/read_file HTTP/1.1\r\n" +
        Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const [body, start, silence] = await Promise.all([
        sendRaw(port, `${head}content-length: 9\r\n\r\n{"pat`),
        sendRaw(port, head.slice(0, 300)),
        sendRaw(port, ""),
      ]);
      assert.match(body, /^HTTP\/1\.1 408 [^]*"body_too_slow"/);
      assert.deepEqual([start, silence], ["", ""]);
      const { main } = service.sockets;
      const unix = { transport: "unix", path: main } as const;
      const crammed = Promise.all(Array.from({ length: 64 }, async () => {
        const connection = await Deno.connect(unix);
        await connection.write(new TextEncoder().encode(`${head}content-length: 9\r\n\r\n`));
        const answer = new Uint8Array(12);
        await connection.read(answer);
        connection.close();
        return new TextDecoder().decode(answer);
      }));
      const busy = async () =>
        (await ask(unix, "/gate", { method: "POST", ...sign("gate") })).status === 503;
      await until("the service is busy", busy);
      assert.equal((await ask({ transport: "tcp", port }, "/health")).status, 200);
      assert.ok((await crammed).every((answer) => answer === "HTTP/1.1 408"));
      // Whoever opens more connections than there is room for does not keep others out for long.
      const crowd = await Promise.all(
        Array.from({ length: 80 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
      );
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.equal((await ask({ transport: "tcp", port }, "/health")).status, 200);
      crowd.forEach((connection) => connection.close());
    } finally {
      service.stop("the test is over");
      await service.ended;
    }
  });
});

Deno.test("A service that ends removes nothing once its successor can have the port", async () => {
  await withProject(async ({ place, sign }) => {
    const port = freePort();
    const service = await startService({ place, port, version: "0.0.0", patience: 500 });
    const { main } = service.sockets;
    const { headers } = sign("read_file", { args: { path: `${place.project}/sandbox` } });
    const lines = { host: `localhost:${port}`, "content-type": "application/json", ...headers };
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const slow = await Deno.connect({ transport: "unix", path: main });
    const request = `POST /verify/read_file HTTP/1.1\r\n${head}content-length: 9\r\n\r\n`;
    await slow.write(new TextEncoder().encode(request));
    await ask({ transport: "unix", path: main }, "/health");
    service.stop("the test is over");
    await until("the port is free", () => {
      try {
        Deno.listen({ hostname: "127.0.0.1", port }).close();
      } catch {
        return false;
      }
      Deno.writeTextFileSync(main, "the successor's");
      return true;
    });
    await service.ended;
    assert.equal(Deno.readTextFileSync(main), "the successor's");
    slow.close();
  });
});
