import assert from "node:assert/strict";
import { recordOf, serviceFiles, up } from "./service_test_calls.ts";
import { freePort, withProject } from "./service_test_project.ts";

Deno.test("Ports that others have", async (test) => {
  await withProject(async (first) => {
    const port = freePort();
    assert.equal(up(first, port).code, 0);

    await test.step("another project's service: the next free one, recorded and shown", async () => {
      await withProject((second) => {
        const { code, stdout } = up(second, port);
        assert.equal(code, 0);
        const own = recordOf(second).port;
        assert.ok(own > port && own < port + 100);
        assert.match(
          stdout,
          new RegExp(`127\\.0\\.0\\.1:${own}; another project's service has ${port}`),
        );
        assert.match(stdout, new RegExp(`^service +: up, 127\\.0\\.0\\.1:${own}, `, "m"));
      });
    });

    await test.step("a stranger: an error that names the option", async () => {
      const strangers = [
        Deno.listen({ hostname: "127.0.0.1", port: 0 }),
        Deno.listen({ hostname: "127.0.0.1", port: 0 }),
      ] as const;
      const [, closing] = strangers;
      const hangUp = async () => {
        for await (const connection of closing) connection.close();
      };
      hangUp().catch(() => {});
      try {
        const refused = ({ addr: { port } }: Deno.TcpListener) =>
          withProject(async (second) => {
            const { code, stderr } = await second.begin(["up", "--port", String(port)]);
            const expected = `Port ${port} is taken by another program; choose one with --port N`;
            assert.deepEqual([code, stderr], [1, `tenuo-claude: ${expected}\n`]);
            assert.deepEqual(serviceFiles(second), ["service.log"]);
          });
        await Promise.all(strangers.map(refused));
      } finally {
        strangers.forEach((listener) => listener.close());
      }
    });

    await test.step("no port at all", () => {
      for (const text of ["0", "65536", "x", "-1", "80.5"]) {
        const { code, stderr } = first.run(["up", `--port=${text}`]);
        assert.deepEqual([code, /--port takes/.test(stderr)], [2, true], text);
      }
    });
  });
});
