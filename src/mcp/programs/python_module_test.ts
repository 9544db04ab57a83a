/** Modules of Python, by a python3 of this machine. */
import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { findProgram } from "./find_program.ts";
import { resolveProgram } from "./pinned_program.ts";
import { inFolder, type Place } from "./test_programs.ts";

const python = findProgram("python3", Deno.env.toObject(), "/");
const ignore = python === undefined;
const variables = { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "/" };

const variable = "What the variables PYTHONPATH make it load is not pinned";

/** `python3 -m served`, with modules in `site`. */
function launchOf(place: Place, args: readonly string[] = ["-m", "served"]): ServerLaunch {
  const env = { PYTHONPATH: place.path("site") };
  const cwd = place.path("project");
  Deno.mkdirSync(cwd, { recursive: true });
  return { kind: "command", command: "python3", args, env, passEnv: [], cwd };
}

async function resolved(place: Place, launch = launchOf(place), environment = variables) {
  const { command, args, package: held, unpinned } = await resolveProgram(launch, environment);
  if (launch.kind !== "command") throw new Error("a command");
  const { stdout } = await new Deno.Command(command, {
    args: [...args],
    cwd: launch.cwd,
    env: { ...variables, ...launch.env },
    clearEnv: true,
  }).output();
  return { says: new TextDecoder().decode(stdout).trim(), folder: held?.folder, unpinned };
}

function writeModule(place: Place, name: string, says: string): void {
  place.write(`${name}/__init__.py`, "");
  place.write(`${name}/__main__.py`, `import json\nprint("${says}")\n`);
}

Deno.test("What is put where a server of Python starts is not taken for its modules", {
  ignore,
}, () =>
  inFolder(async (place) => {
    writeModule(place, "site/served", "approved");
    const launch = launchOf(place);
    const program = await resolveProgram(launch, variables);
    writeModule(place, "project/served", "planted");
    place.write("project/json.py", "print('planted')\n");
    const { stdout } = await new Deno.Command(program.command, {
      args: [...program.args],
      cwd: place.path("project"),
      env: { PYTHONPATH: place.path("site") },
    }).output();
    equal(new TextDecoder().decode(stdout).trim(), "approved");
    deepEqual(program.unpinned, [variable]);
  }));

Deno.test(
  "Modules installed below where the server starts are held to as well",
  { ignore },
  () =>
    inFolder(async (place) => {
      writeModule(place, "project/.venv/lib/served", "approved");
      const env = { PYTHONPATH: place.path("project/.venv/lib") };
      const program = await resolveProgram({ ...launchOf(place), env } as ServerLaunch, variables);
      deepEqual(program.args, ["-P", "-m", "served"]);
      deepEqual(program.unpinned, [variable]);
    }),
);

Deno.test("A module in the folder where the server starts is found there, and that is told", {
  ignore,
}, () =>
  inFolder(async (place) => {
    writeModule(place, "site/served", "installed");
    writeModule(place, "project/served", "own");
    const { says, folder, unpinned } = await resolved(place);
    deepEqual([says, folder], ["own", place.path("project/served")]);
    match(unpinned?.[0] ?? "", /^Python looks for modules in .*\/project first/);
    const isolated = await resolved(place, launchOf(place, ["-P", "-m", "served"]));
    deepEqual([isolated.says, isolated.unpinned], ["installed", [variable]]);
  }));

Deno.test("Modules are looked for with the variables of the server, not of who trusts it", {
  ignore,
}, () =>
  inFolder(async (place) => {
    writeModule(place, "site/served", "server");
    writeModule(place, "other/served", "person");
    const launch = launchOf(place);
    if (launch.kind !== "command") throw new Error("a command");
    const { folder } = await resolved(
      place,
      launch,
      {
        ...variables,
        PYTHONPATH: place.path("other"),
      } as typeof variables,
    );
    equal(folder, place.path("site/served"));
    const { unpinned } = await resolveProgram({ ...launch, env: {} }, {
      ...variables,
      PYTHONPATH: place.path("other"),
    });
    deepEqual(unpinned, ["The module served cannot be found, so it is not pinned"]);
  }));

Deno.test("The short script of an installed program is not led astray by its project", {
  ignore,
}, () =>
  inFolder(async (place) => {
    writeModule(place, "site/served", "approved");
    writeModule(place, "project/served", "planted");
    const script = place.write(
      "bin/served",
      `#!${python}\nimport sys\nfrom served import main\nsys.exit(main())\n`,
      0o755,
    );
    const launch = { ...launchOf(place), command: script, args: [] };
    equal((await resolveProgram(launch, variables)).package?.folder, place.path("site/served"));
  }));
