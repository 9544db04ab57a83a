import assert from "node:assert/strict";
import { placeSockets, requireOwnSocket, UnsafeSocket } from "./service_socket.ts";

function inFolder(body: (folder: string) => void): void {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  const names = ["XDG_RUNTIME_DIR", "TMPDIR"] as const;
  const before = names.map((name) => Deno.env.get(name));
  try {
    names.forEach((name) => Deno.env.set(name, folder));
    body(folder);
  } finally {
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("Sockets lie in .state where their path fits", () => {
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/.state`, { mode: 0o700 });
    const main = `${folder}/.state/service.sock`;
    assert.deepEqual(placeSockets(folder), { main, front: `${folder}/.state/service.front.sock` });
    Deno.chmodSync(`${folder}/.state`, 0o770);
    assert.throws(() => placeSockets(folder), UnsafeSocket);
  });
});

Deno.test("Sockets of a long path lie in a private folder, one pair for each project", () => {
  inFolder((folder) => {
    const long = `${folder}/${"x".repeat(100)}`;
    const { main, front } = placeSockets(long);
    const directory = `${folder}/tenuo-claude-${Deno.uid()}`;
    assert.ok(main.startsWith(`${directory}/`) && front.startsWith(`${directory}/`));
    assert.ok(main.length < 104 && front.length < 104);
    assert.equal((Deno.lstatSync(directory).mode ?? 0) & 0o777, 0o700);
    assert.deepEqual(placeSockets(long), { main, front });
    assert.notEqual(placeSockets(`${long}y`).main, main);

    Deno.removeSync(directory);
    Deno.mkdirSync(`${folder}/elsewhere`);
    Deno.symlinkSync(`${folder}/elsewhere`, directory);
    assert.throws(() => placeSockets(long), UnsafeSocket);
    Deno.removeSync(directory);
    Deno.writeTextFileSync(directory, "");
    assert.throws(() => placeSockets(long), UnsafeSocket);
  });
});

Deno.test("Only a closed socket in a closed directory is trusted", () => {
  inFolder((folder) => {
    const path = `${folder}/a.sock`;
    assert.throws(() => requireOwnSocket(path), Deno.errors.NotFound);
    const listener = Deno.listen({ transport: "unix", path });
    try {
      Deno.chmodSync(path, 0o600);
      requireOwnSocket(path);
      Deno.chmodSync(path, 0o666);
      assert.throws(() => requireOwnSocket(path), UnsafeSocket);
      Deno.chmodSync(path, 0o600);
      Deno.chmodSync(folder, 0o777);
      assert.throws(() => requireOwnSocket(path), UnsafeSocket);
      Deno.chmodSync(folder, 0o700);
      Deno.symlinkSync(path, `${folder}/b.sock`);
      assert.throws(() => requireOwnSocket(`${folder}/b.sock`), UnsafeSocket);
      Deno.writeTextFileSync(`${folder}/c.sock`, "");
      assert.throws(() => requireOwnSocket(`${folder}/c.sock`), UnsafeSocket);
    } finally {
      listener.close();
    }
  });
});
