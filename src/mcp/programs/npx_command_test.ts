import { deepEqual, equal, match } from "node:assert/strict";
import { npmWords, npxWords } from "./npx_command.ts";
import { fakeNpx, inFolder, pin } from "./test_programs.ts";

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
    place.write("npx_cache/one/node_modules/@x/server/dist/node_modules/helper/index.js", "near");
    equal(change(), `the package in ${tree}/@x/server has changed`, "node looks there first");
    Deno.removeSync(`${tree}/@x/server/dist/node_modules`, { recursive: true });
    place.write("npx_cache/one/node_modules/helper.js/index.js", "");
    equal(change(), undefined, "a package of another name");
    Deno.removeSync(`${tree}/helper.js`, { recursive: true });
    place.write("npx_cache/one/node_modules/helper.js", "beside");
    equal(change(), `the package in ${tree}/helper.js has changed`, "node prefers a file");
    Deno.removeSync(`${tree}/helper.js`);
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
        ["npm exec @x/server -- --flag", "main"],
        ["npx --package=@x/server other --flag", "other"],
        ["npx -y -p @x/server -- other --flag", "other"],
      ] as const
    ) {
      const { program } = await pin(place, line);
      deepEqual(program.args, [`${tree}/@x/server/dist/${script}.js`, "--flag"], line);
    }
  }));

Deno.test("What npm takes for itself is not handed to the server", () => {
  deepEqual(npmWords(["@x/server", "a", "--", "--flag"])?.rest, ["a", "--flag"]);
  equal(npmWords(["@x/server", "--flag"]), undefined);
  deepEqual(npmWords(["--", "@x/server", "--", "--flag"])?.rest, ["--", "--flag"]);
  deepEqual(npxWords(["@x/server", "--", "--flag"])?.rest, ["--", "--flag"]);
});

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

Deno.test("The words of npx are told apart, and nothing is guessed", () => {
  const words = (line: string) => npxWords(line.split(" "));
  deepEqual(words("-y pkg -y --package=x"), {
    options: ["-y"],
    spec: "pkg",
    rest: ["-y", "--package=x"],
  });
  deepEqual(words("--registry https://r.example --cache=/c -p pkg@1 bin a"), {
    options: ["--registry=https://r.example", "--cache=/c"],
    spec: "pkg@1",
    bin: "bin",
    rest: ["a"],
  });
  for (const line of ["", "-y", "-c pkg", "--call=x pkg", "-p a -p b bin", "-p a", "--new pkg"]) {
    equal(npxWords(line === "" ? [] : line.split(" ")), undefined, line);
  }
});
