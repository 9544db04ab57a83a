import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { fakeNpx, inFolder, type Place } from "./test_programs.ts";
import { commandLine, programChange, resolveProgram, verifyProgram } from "./pinned_program.ts";

function launchOf(place: Place, line: string, more: { cwd?: string } = {}): ServerLaunch {
  const [command = "", ...args] = line.split(" ");
  return { kind: "command", command, args, env: {}, passEnv: [], cwd: place.root, ...more };
}

async function pin(place: Place, line: string) {
  const launch = launchOf(place, line);
  const program = await resolveProgram(launch, place.environment);
  equal(programChange(program, launch), undefined, "what was just pinned has not changed");
  return { launch, program, change: () => programChange(program, launch) };
}

Deno.test("An interpreter is pinned by path, its script by digest", () =>
  inFolder(async (place) => {
    const script = place.write("server.js", "one");
    place.write("hook.js", "hook");
    const { program, change, launch } = await pin(
      place,
      "node --import ./hook.js server.js data.db",
    );
    equal(program.command, place.path("bin/node"));
    deepEqual(program.args, ["--import", "./hook.js", script, "data.db"]);
    deepEqual(program.files.map(({ path }) => path), [place.path("hook.js"), script]);
    deepEqual(program.unpinned, undefined);
    place.write("bin/node", "#!/bin/sh\n# another release\n");
    place.write("data.db", "grows");
    equal(change(), undefined, "neither the interpreter nor the data is pinned");
    place.write("hook.js", "other");
    equal(change(), `${place.path("hook.js")} has changed`);
    place.write("hook.js", "hook");
    place.write("server.js", "two");
    throws(() => verifyProgram("demo", program, launch), (error: Error & { code?: number }) => {
      deepEqual([error.name, error.code], ["NotPinned", 9014]);
      match(error.message, /server demo is not what was approved: .*server\.js has changed/);
      return true;
    });
  }));

Deno.test("A script that is deleted, or becomes a link, is not what was pinned", () =>
  inFolder(async (place) => {
    const script = place.write("server.js", "one");
    const { change } = await pin(place, "node server.js");
    Deno.renameSync(script, place.path("elsewhere.js"));
    equal(change(), `Missing ${script}`);
    Deno.symlinkSync(place.path("elsewhere.js"), script);
    equal(change(), `${script} is a link now`);
  }));

Deno.test("A script behind a link is started where the link led", () =>
  inFolder(async (place) => {
    const script = place.write("v1/server.js", "one");
    place.write("v2/server.js", "two");
    Deno.symlinkSync("v1", place.path("current"));
    const { program, change } = await pin(place, "node current/server.js");
    Deno.removeSync(place.path("current"));
    Deno.symlinkSync("v2", place.path("current"));
    deepEqual([program.args, change()], [[script], undefined]);
  }));

Deno.test("A program of its own is pinned by digest, behind links and by name", () =>
  inFolder(async (place) => {
    const program = place.write("bin/server", "\x7fELF one", 0o755);
    const native = await pin(place, "server --x");
    deepEqual([native.program.command, native.program.args], [program, ["--x"]]);
    Deno.symlinkSync("server", place.path("bin/alias"));
    const alias = await pin(place, "alias");
    deepEqual([alias.program.command, alias.program.leadsTo], [place.path("bin/alias"), program]);
    place.write("bin/server", "\x7fELF two", 0o755);
    equal(native.change(), `${program} has changed`);
    place.write("bin/server", "\x7fELF one", 0o755);
    place.write("bin/other", "\x7fELF", 0o755);
    Deno.removeSync(place.path("bin/alias"));
    Deno.symlinkSync("other", place.path("bin/alias"));
    equal(alias.change(), `${place.path("bin/alias")} no longer leads to ${program}`);
    equal(native.change(), undefined);
  }));

Deno.test("Another launch is another server", () =>
  inFolder(async (place) => {
    place.write("server.js", "one");
    const { program, launch } = await pin(place, "node server.js");
    if (launch.kind !== "command") throw new Error("a command");
    for (
      const other of [
        { ...launch, args: ["server.js", "--all"] },
        { ...launch, env: { A: "1" } },
        { ...launch, passEnv: ["A"] },
        { ...launch, cwd: "/" },
      ]
    ) equal(programChange(program, other), "the policy starts it in another way");
    equal(programChange(program, { ...launch }), undefined);
  }));

Deno.test("Servers over HTTP and of this program are pinned by their launch", async () => {
  const http: ServerLaunch = { kind: "http", url: "http://127.0.0.1:1/mcp", headers: {} };
  const program = await resolveProgram(http, {});
  deepEqual([program.command, program.args, program.files], ["", [], []]);
  equal(programChange(program, http), undefined);
  equal(
    programChange(program, { ...http, url: "http://127.0.0.1:2/mcp" }),
    "the policy starts it in another way",
  );
  const bundled: ServerLaunch = { kind: "bundled", name: "ops-server", folder: "/sandbox" };
  const line = commandLine(await resolveProgram(bundled, {}), bundled);
  deepEqual(line.args.slice(-3), ["_ops-server", "--folder", "/sandbox"]);
});

Deno.test("npx: the package and its script are pinned, and npx is not started again", () =>
  inFolder(async (place) => {
    const tree = fakeNpx(place, "@x/server", { bin: { server: "dist/main.js" } });
    const { program, change } = await pin(place, "npx -y @x/server@^1.0.0 --flag run.ts");
    const script = `${tree}/@x/server/dist/main.js`;
    equal(program.command, place.path("bin/node"));
    deepEqual(program.args, [script, "--flag", "run.ts"]);
    const { name, version, folder, dependencies = {} } = program.package ?? {};
    deepEqual([name, version, folder], ["@x/server", "1.2.3", `${tree}/@x/server`]);
    deepEqual(Object.keys(dependencies), [`${tree}/deep`, `${tree}/helper`]);
    equal(program.unpinned, undefined);
    Deno.removeSync(place.path("bin/npx"));
    equal(change(), undefined);

    const noticed = (file: string, expected: string) => {
      const before = Deno.readTextFileSync(file);
      Deno.writeTextFileSync(file, `${before} `);
      equal(change(), `the package in ${expected} has changed`, file);
      Deno.writeTextFileSync(file, before);
      equal(change(), undefined);
    };
    noticed(script, `${tree}/@x/server`);
    noticed(`${tree}/@x/server/package.json`, `${tree}/@x/server`);
    noticed(`${tree}/helper/index.js`, `${tree}/helper`);
    noticed(`${tree}/deep/index.js`, `${tree}/deep`);
    Deno.writeTextFileSync(`${tree}/@x/server/dist/extra.js`, "");
    equal(change(), `the package in ${tree}/@x/server has changed`);
    Deno.removeSync(`${tree}/@x/server/dist/extra.js`);
    Deno.writeTextFileSync(`${tree}/unrelated.js`, "");
    equal(change(), undefined, "packages that it does not depend on are not its own");
    place.write("npx_cache/one/node_modules/@x/server/node_modules/helper/index.js", "shadow");
    equal(change(), `the package in ${tree}/@x/server/node_modules/helper has changed`);
  }));

Deno.test("npm exec and a command apart from its package are resolved alike", () =>
  inFolder(async (place) => {
    const bin = { server: "dist/main.js", other: "dist/other.js" };
    const tree = fakeNpx(place, "@x/server", { bin });
    for (
      const [line, script] of [
        ["npm exec -y -- @x/server --flag", "main"],
        ["npx --package=@x/server other --flag", "other"],
        ["npx -y -p @x/server -- other --flag", "other"],
      ] as const
    ) {
      const { program } = await pin(place, line);
      deepEqual(program.args, [`${tree}/@x/server/dist/${script}.js`, "--flag"], line);
    }
  }));

Deno.test("A script of the policy's that a package runs is pinned with it", () =>
  inFolder(async (place) => {
    fakeNpx(place, "runner", { bin: "dist/main.js" });
    place.write("server.ts", "one");
    const { change } = await pin(place, "npx runner server.ts");
    place.write("server.ts", "two");
    equal(change(), `${place.path("server.ts")} has changed`);
  }));

Deno.test("A launcher that cannot be looked behind is told as such, and stays as it is", () =>
  inFolder(async (place) => {
    fakeNpx(place, "@x/server", { bin: { a: "dist/main.js", b: "dist/other.js" } });
    place.write("bin/uvx", "#!/bin/sh\n", 0o755);
    for (
      const line of [
        "uvx server",
        "npx -c server",
        "npx --unknown x server",
        "npx ./folder",
        "npx @x/server",
        "npx missing",
      ]
    ) {
      const { program } = await pin(place, line);
      const [name = ""] = line.split(" ");
      equal(program.command, place.path(`bin/${name}`), line);
      deepEqual(program.args, line.split(" ").slice(1));
      match(program.unpinned?.[0] ?? "", /decides at each start what it runs/);
    }
  }));

Deno.test("What is run without a file is told as not pinned", () =>
  inFolder(async (place) => {
    for (
      const [line, why] of [
        ["node -e x", /What the code in its arguments loads or starts is not pinned/],
        ["node missing.js", /missing\.js is no file/],
        ["node", /is given no script/],
      ] as const
    ) match((await pin(place, line)).program.unpinned?.[0] ?? "", why);
  }));

Deno.test("A script that starts itself is pinned; one that cannot is given its interpreter", () =>
  inFolder(async (place) => {
    const own = place.write("own.py", "#!/usr/bin/env python3\n", 0o755);
    equal((await pin(place, "./own.py x")).program.command, own);
    const script = place.write("server.py", "");
    place.write("bin/python3", "#!/bin/sh\n", 0o755);
    const { program, change } = await pin(place, "server.py x");
    deepEqual([program.command, program.args], [place.path("bin/python3"), [script, "x"]]);
    place.write("server.py", "other");
    equal(change(), `${script} has changed`);
    const typed = place.write("server.ts", "");
    place.write("bin/node", "#!/bin/sh\necho 22.18.0\n", 0o755);
    equal((await pin(place, "server.ts")).program.command, place.path("bin/node"));
    place.write("bin/node", "#!/bin/sh\necho 22.17.9\n", 0o755);
    const { program: other } = await pin(place, "server.ts");
    deepEqual([other.command, other.args.at(-1)], [Deno.realPathSync(Deno.execPath()), typed]);
  }));

Deno.test("A module of Python is pinned by its folder, or its file", () =>
  inFolder(async (place) => {
    const folder = place.path("site/server");
    place.write("site/server/__init__.py", "");
    const file = place.write("site/single.py", "");
    place.write(
      "bin/python3",
      `#!/bin/sh\ncase "$3" in server) echo ${folder}/__init__.py;; single) echo ${file};; *) exit 1; esac\n`,
      0o755,
    );
    const whole = await pin(place, "python3 -m server.main --x");
    deepEqual(whole.program.args, ["-m", "server.main", "--x"]);
    place.write("site/server/__pycache__/main.pyc", "");
    equal(whole.change(), undefined);
    place.write("site/server/main.py", "");
    equal(whole.change(), `the package in ${folder} has changed`);
    const single = await pin(place, "python3 -m single");
    place.write("site/single.py", "other");
    equal(single.change(), `${file} has changed`);
    const { program } = await pin(place, "python3 -m missing");
    deepEqual(program.unpinned, ["The module missing cannot be found, so it is not pinned"]);
  }));

Deno.test("A command that is not there cannot be pinned", () =>
  inFolder(async (place) => {
    for (const line of ["missing", "./missing.js", "/missing/server"]) {
      await rejects(
        resolveProgram(launchOf(place, line), place.environment),
        { name: "Unresolved", message: `There is no program ${line}` },
      );
    }
  }));

Deno.test("Folders of PATH that are not absolute are left out", () =>
  inFolder(async (place) => {
    place.write("server", "\x7fELF", 0o755);
    const environment = { PATH: `:.:relative` };
    await rejects(resolveProgram(launchOf(place, "server"), environment), { name: "Unresolved" });
  }));
