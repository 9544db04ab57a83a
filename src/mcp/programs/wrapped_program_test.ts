/** Programs that start others, and what that leaves unpinned. */
import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import { inFolder, pin } from "./test_programs.ts";

Deno.test("A program that starts another one is told, and the script it is given is pinned", () =>
  inFolder(async (place) => {
    const script = place.write("server.js", "one");
    for (
      const line of ["env A=1 node server.js", "nice node server.js", "timeout 9 node server.js"]
    ) {
      const { program, change } = await pin(place, line);
      match(program.unpinned?.[0] ?? "", /^(env|nice|timeout) decides at each start what it runs/);
      place.write("server.js", "two");
      equal(change(), `${script} has changed`);
      place.write("server.js", "one");
    }
  }));

Deno.test("An interpreter behind a link of another name runs scripts all the same", () =>
  inFolder(async (place) => {
    const script = place.write("server.js", "one");
    Deno.symlinkSync("node", place.path("bin/our-runtime"));
    const { program, change } = await pin(place, "our-runtime server.js");
    deepEqual([program.command, program.args], [place.path("bin/our-runtime"), [script]]);
    place.write("server.js", "two");
    equal(change(), `${script} has changed`);
  }));

Deno.test("What a shell script starts is told as not pinned", () =>
  inFolder(async (place) => {
    place.write("serve.sh", "exec node x.js\n");
    const own = place.write("serve", "#!/bin/sh\nexec node x.js\n", 0o755);
    match((await pin(place, "sh serve.sh")).program.unpinned?.[0] ?? "", /What .*serve\.sh starts/);
    match((await pin(place, "./serve")).program.unpinned?.[0] ?? "", /What .*serve starts/);
    equal((await pin(place, "./serve")).program.command, own);
  }));

Deno.test("An interpreter that a script has env look for is looked for once", () =>
  inFolder(async (place) => {
    const own = place.write("serve", "#!/usr/bin/env -S node --no-warnings\n", 0o755);
    const { program, change } = await pin(place, "./serve a");
    deepEqual([program.command, program.args], [
      place.path("bin/node"),
      ["--no-warnings", own, "a"],
    ]);
    place.write("serve", "#!/usr/bin/env other\n", 0o755);
    equal(change(), `${own} has changed`);
    equal((await pin(place, "./serve a")).program.command, own, "there is no such program");
  }));

Deno.test("An interpreter that reads settings where it starts is told", () =>
  inFolder(async (place) => {
    place.write("bin/bun", "", 0o755);
    place.write("server.ts", "");
    const { program } = await pin(place, "bun run server.ts");
    deepEqual(program.unpinned, [
      `bun reads settings in and above ${place.root}, which are not pinned`,
    ]);
  }));

Deno.test("A shim among installed commands is a script of its own, not a package", () =>
  inFolder(async (place) => {
    const shim = place.write("node_modules/.bin/served", "#!/bin/sh\nexec node x\n", 0o755);
    const { program, change } = await pin(place, "./node_modules/.bin/served");
    deepEqual([program.package, program.files.map(({ path }) => path)], [undefined, [shim]]);
    place.write("node_modules/.bin/another", "#!/bin/sh\n", 0o755);
    equal(change(), undefined, "another command was installed");
  }));

Deno.test("Files that options name are pinned too", () =>
  inFolder(async (place) => {
    const [hook, script] = [place.write("hook.js", "one"), place.write("server.js", "one")];
    const { program } = await pin(place, "node --import=./hook.js server.js");
    deepEqual(program.files.map(({ path }) => path), [hook, script]);
  }));

Deno.test("A program that is gone is told as such", () =>
  inFolder(async (place) => {
    place.write("server.js", "one");
    const { change } = await pin(place, "node server.js");
    Deno.removeSync(place.path("bin/node"));
    equal(change(), `there is no program ${place.path("bin/node")} any more`);
  }));

Deno.test("Variables that decide what a program loads are told", () =>
  inFolder(async (place) => {
    place.write("server.js", "one");
    const launch = { env: { NODE_OPTIONS: "--require ./x.js" }, passEnv: ["LD_PRELOAD"] };
    const { program } = await pin(place, "node server.js", launch);
    deepEqual(program.unpinned, [
      "What the variables LD_PRELOAD, NODE_OPTIONS make it load is not pinned",
    ]);
  }));
