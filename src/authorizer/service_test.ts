import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { askStatus } from "./service_client.ts";
import { isClaimed } from "./service_log.ts";
import { writeRecord } from "./service_record.ts";
import { recordOf, serviceFiles, up } from "./service_test_calls.ts";
import { freePort, type TestProject, until, withProject } from "./service_test_project.ts";

/** The log's lock is held for as long as the process lives. */
function ends({ place }: TestProject): Promise<void> {
  return until("the service ends", () => !isClaimed(place.project));
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
    assert.deepEqual(serviceFiles(project), ["service.log"]);
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

Deno.test("A service that was killed leaves nothing that stands in the way", async () => {
  await withProject(async (project) => {
    const port = freePort();
    up(project, port);
    const { pid } = recordOf(project);
    Deno.kill(pid, "SIGKILL");
    await ends(project);
    assert.ok(serviceFiles(project).includes("service.sock"));
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

Deno.test("A service ends by itself when what it made is taken away, and up starts another", async () => {
  await withProject((project) => {
    const port = freePort();
    up(project, port);
    Deno.removeSync(`${project.place.project}/.state`, { recursive: true });
    assert.equal(project.run(["init"]).code, 0);
    const { code, stdout, stderr } = up(project, port);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`started .*127\\.0\\.0\\.1:${port}\\)`));
    for (const name of ["service.state", "service.sock"]) {
      Deno.removeSync(`${project.place.project}/.state/${name}`);
      assert.match(up(project, port).stdout, /started/, name);
    }
  });
});

Deno.test("SIGINT ends the service and removes what it made", async () => {
  await withProject(async (project) => {
    up(project, freePort());
    const { pid } = recordOf(project);
    Deno.kill(pid, "SIGINT");
    await ends(project);
    assert.deepEqual(serviceFiles(project), ["service.log"]);
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

Deno.test("A service of another root is replaced", async () => {
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
  });
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
