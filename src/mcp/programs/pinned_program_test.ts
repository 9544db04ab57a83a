import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { inFolder, launchOf, pin } from "./test_programs.ts";
import { verifyProgram } from "../pins/not_pinned.ts";
import { commandLine, programChange, resolveProgram } from "./pinned_program.ts";

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
    place.write("bin/node", "#!/bin/sh\n# another release\n", 0o755);
    place.write("data.db", "grows");
    equal(change(), undefined, "neither the interpreter nor the data is pinned");
    place.write("hook.js", "other");
    equal(change(), `${place.path("hook.js")} has changed`);
    place.write("hook.js", "hook");
    place.write("server.js", "two");
    throws(() => verifyProgram("my demo", program, launch), { message: /approve "my demo"$/ });
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
    const direct = place.write("direct.py", "#!/usr/bin/python3\n", 0o755);
    equal((await pin(place, "./direct.py x")).program.command, direct);
    const script = place.write("server.py", "");
    place.write("bin/python3", "#!/bin/sh\n", 0o755);
    const { program: named } = await pin(place, "./own.py x");
    deepEqual([named.command, named.args], [place.path("bin/python3"), [own, "x"]]);
    const { program, change } = await pin(place, "server.py x");
    deepEqual([program.command, program.args], [place.path("bin/python3"), [script, "x"]]);
    place.write("server.py", "other");
    equal(change(), `${script} has changed`);
    const plain = place.write("plain.py", "import sys\n", 0o755);
    deepEqual((await pin(place, "./plain.py")).program.args, [plain]);
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
      `#!/bin/sh\ncase "$3" in server) echo ${folder}/__init__.py;; single) echo ${file};; *) exit 1; esac\necho safe\n`,
      0o755,
    );
    const whole = await pin(place, "python3 -m server.main --x");
    deepEqual(whole.program.args, ["-P", "-m", "server.main", "--x"]);
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
