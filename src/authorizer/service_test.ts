import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { ask, askStatus } from "./service_client.ts";
import { isClaimed } from "./service_log.ts";
import { readRecord, writeRecord } from "./service_record.ts";
import { startService } from "./service.ts";
import {
  freePort,
  type Outcome,
  sendRaw,
  stockPolicy,
  type TestProject,
  until,
  withProject,
} from "./service_test_project.ts";

function up(project: TestProject, port: number): Outcome {
  return project.run(["up", "--port", String(port)]);
}

function recordOf({ place }: TestProject) {
  const record = readRecord(place.project);
  assert.ok(record !== undefined, "the service is recorded");
  return record;
}

/** The log's lock is held for as long as the process lives. */
function ends({ place }: TestProject): Promise<void> {
  return until("the service ends", () => !isClaimed(place.project));
}

function files({ place }: TestProject): string[] {
  return [...Deno.readDirSync(`${place.project}/.state`)].map(({ name }) => name)
    .filter((name) => name.startsWith("service")).sort();
}

function readCall({ place }: TestProject, path: string): string {
  return JSON.stringify({
    hook_event_name: "PreToolUse",
    tool_name: "Read",
    tool_input: { file_path: path },
    cwd: place.project,
  });
}

/** A process that has nothing to do with any service. */
function bystander() {
  const child = spawn("sleep", ["30"], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    pid: child.pid as number,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    end: () => {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

Deno.test("up and down, each of them twice", async () => {
  await withProject(async (project) => {
    const port = freePort();
    const first = up(project, port);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout.match(/Local mode \(no Cloud\)\./g)?.length, 1);
    assert.match(first.stdout, new RegExp(`^service +: up, 127\\.0\\.0\\.1:${port}, `, "m"));
    const { pid, socket } = recordOf(project);
    assert.equal((Deno.lstatSync(socket).mode ?? 0) & 0o777, 0o600);
    assert.equal(
      (Deno.lstatSync(`${project.place.project}/.state/service.log`).mode ?? 0) & 0o777,
      0o600,
    );

    const second = up(project, freePort());
    assert.equal(second.code, 0);
    assert.match(second.stdout, /already running .*; to use port \d+, run tenuo-claude down first/);
    assert.equal(second.stdout.match(/Local mode \(no Cloud\)\./g)?.length, 1);
    assert.equal(recordOf(project).pid, pid);

    assert.match(project.run(["down"]).stdout, new RegExp(`stopped \\(pid ${pid}\\)`));
    await ends(project);
    assert.deepEqual(files(project), ["service.log"]);
    const again = project.run(["down"]);
    assert.deepEqual([again.code, again.stdout], [0, "Service     : not running\n"]);
    assert.match(project.run(["status"]).stdout, /^service +: down/m);
  });
});

Deno.test("Several ups at once start one service", async () => {
  await withProject(async (project) => {
    const port = String(freePort());
    const outcomes = await Promise.all([1, 2, 3].map(() => project.begin(["up", "--port", port])));
    assert.deepEqual(outcomes.map(({ code }) => code), [0, 0, 0]);
    const { pid } = recordOf(project);
    for (const { stdout } of outcomes) assert.match(stdout, new RegExp(`pid ${pid}, `));
    assert.equal(outcomes.filter(({ stdout }) => stdout.includes(": started")).length, 1);
  });
});

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
      const [mute, closing] = strangers;
      const hangUp = async () => {
        for await (const connection of closing) connection.close();
      };
      hangUp().catch(() => {});
      try {
        await withProject((second) => {
          for (const { addr } of [mute, closing]) {
            const { code, stderr } = up(second, addr.port);
            assert.equal(code, 1);
            assert.equal(
              stderr,
              `tenuo-claude: Port ${addr.port} is taken by another program; choose one with --port N\n`,
            );
            assert.deepEqual(files(second), ["service.log"]);
          }
        });
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

Deno.test("A service that was killed leaves nothing that stands in the way", async () => {
  await withProject(async (project) => {
    const port = freePort();
    up(project, port);
    const { pid } = recordOf(project);
    Deno.kill(pid, "SIGKILL");
    await ends(project);
    assert.ok(files(project).includes("service.sock"));
    const { code, stdout } = project.run(["status"]);
    assert.equal(code, 0);
    assert.match(stdout, /^service +: down/m);
    assert.match(up(project, port).stdout, /started/);
    assert.notEqual(recordOf(project).pid, pid);
    Deno.kill(recordOf(project).pid, "SIGKILL");
    await until("no answer", () => project.run(["status"]).stdout.includes("down"));
    assert.match(project.run(["down"]).stdout, /not running; what was left of it is gone/);
  });
});

Deno.test("down ends no process that a stale file names", async () => {
  const innocent = bystander();
  try {
    await withProject(async (project) => {
      const { place } = project;
      const record = {
        pid: innocent.pid,
        port: freePort(),
        socket: `${place.project}/.state/service.sock`,
        started: new Date().toISOString(),
      };
      writeRecord(place.project, record);
      const { code, stdout } = project.run(["down"]);
      assert.deepEqual([code, /not running/.test(stdout)], [0, true]);

      // A live service, but a record that names another process: the answer does not prove it.
      up(project, record.port);
      writeRecord(place.project, { ...recordOf(project), pid: innocent.pid });
      project.run(["down"]);
      assert.ok(innocent.isAlive());
      await ends(project);

      for (const text of ["", "{", "[]", '{"pid":1}', "null", "\0".repeat(9000)]) {
        Deno.writeTextFileSync(`${place.project}/.state/service.state`, text);
        assert.equal(project.run(["down"]).code, 0, text.slice(0, 9));
      }
      assert.ok(innocent.isAlive());
    });
  } finally {
    await innocent.end();
  }
});

Deno.test("A stopped service neither decides nor hinders", async () => {
  await withProject((project) => {
    up(project, freePort());
    const { pid } = recordOf(project);
    Deno.kill(pid, "SIGSTOP");
    try {
      const hook = ["_hook", "--project", project.place.project, "--root", project.place.root];
      const notes = `${project.place.project}/sandbox/notes.txt`;
      const { code, stdout } = project.run(hook, readCall(project, notes));
      assert.equal(code, 0);
      assert.match(stdout, /"permissionDecision":"allow"/);
      const { code: down, stderr } = project.run(["down"]);
      assert.equal(down, 1);
      assert.match(
        stderr,
        new RegExp(`recorded pid ${pid}\\) .* does not answer; it was left alone`),
      );
    } finally {
      Deno.kill(pid, "SIGCONT");
    }
    assert.match(project.run(["down"]).stdout, /stopped/);
  });
});

Deno.test("A service ends by itself when its project is taken away", async () => {
  await withProject(async (project) => {
    const port = freePort();
    up(project, port);
    Deno.removeSync(`${project.place.project}/.state`, { recursive: true });
    const refused = () => ask({ transport: "tcp", port }, "/health").then(() => false, () => true);
    await until("the port is free", refused);
  });
});

Deno.test("SIGINT ends the service and removes what it made", async () => {
  await withProject(async (project) => {
    up(project, freePort());
    const { pid } = recordOf(project);
    Deno.kill(pid, "SIGINT");
    await ends(project);
    assert.deepEqual(files(project), ["service.log"]);
    assert.match(
      Deno.readTextFileSync(`${project.place.project}/.state/service.log`),
      /info Stopped: SIGINT\n$/,
    );
  });
});

Deno.test("A project whose path is too long for a socket", async () => {
  const name = `${"deep/".repeat(20)}project`;
  await withProject(async (project) => {
    const { code, stderr } = up(project, freePort());
    assert.equal(code, 0, stderr);
    const { socket, pid } = recordOf(project);
    assert.ok(!socket.startsWith(project.place.project));
    const directory = Deno.lstatSync(socket.slice(0, socket.lastIndexOf("/")));
    assert.equal((directory.mode ?? 0) & 0o777, 0o700);
    assert.equal((await askStatus({ transport: "unix", path: socket }))?.pid, pid);
    assert.match(project.run(["down"]).stdout, /stopped/);
    assert.throws(() => Deno.lstatSync(socket), Deno.errors.NotFound);
  }, { name });
});

Deno.test("A new root or an expired warrant: up puts both right", async () => {
  const policy = stockPolicy + "ttl_seconds: 60\n";
  await withProject(async (project) => {
    const port = freePort();
    up(project, port);
    const { pid } = recordOf(project);
    for (const name of ["issuer_key.b64", "issuer_pub.hex", "revocations.cbor"]) {
      Deno.removeSync(`${project.place.project}/.state/${name}`);
    }
    const init = project.run(["init"]);
    assert.equal(init.code, 0, init.stderr);
    assert.match(up(project, port).stdout, /started/);
    assert.notEqual(recordOf(project).pid, pid);
    const root = Deno.readTextFileSync(`${project.place.project}/.state/issuer_pub.hex`).trim();
    const status = await askStatus({ transport: "tcp", port });
    assert.equal(status?.root, root);
  }, { policy });
});

Deno.test("refresh restarts a running service where it was, and starts none", async () => {
  await withProject((project) => {
    assert.doesNotMatch(project.run(["refresh"]).stdout, /^Service/m);
    const port = freePort();
    up(project, port);
    const { pid } = recordOf(project);
    const { code, stdout } = project.run(["refresh"]);
    assert.deepEqual([code, recordOf(project).port], [0, port]);
    assert.match(stdout, /^Service +: restarted/m);
    assert.notEqual(recordOf(project).pid, pid);
  });
});

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
