import { deepEqual, equal, ok } from "node:assert/strict";
import { argumentsWithProcesses, nameOfFile, thisProgram } from "./program.ts";
import { isWired, settingsPath, wire } from "./settings.ts";
import { inProject, program, root, write } from "./test_settings.ts";

Deno.test("The fixed path is named only when it leads to the very file", () => {
  inProject(({ project }) => {
    const [file, other, fixed] = ["release", "other", "fixed"].map((name) => `${project}/${name}`);
    ok(file !== undefined && other !== undefined && fixed !== undefined);
    Deno.writeTextFileSync(file, "the same bytes");
    Deno.writeTextFileSync(other, "the same bytes");
    equal(nameOfFile(file, fixed), file, "Nothing is installed");
    Deno.symlinkSync("release", fixed);
    equal(nameOfFile(file, fixed), fixed);
    equal(nameOfFile(other, fixed), other);
    Deno.removeSync(fixed);
    Deno.symlinkSync("nowhere", fixed);
    equal(nameOfFile(file, fixed), file, "A link to nothing");
    equal(nameOfFile(file, file), file, "Installed without a link");
  });
});

Deno.test("Hooks that an installation wired by its file's own name go on being its own", () => {
  inProject(({ project }) => {
    const installed = { ...program, command: "/opt/tenuo/tenuo-claude" };
    wire(program, project, root, write);
    const path = settingsPath(project);
    equal(isWired(path, project, root, installed), true);
    equal(isWired(path, project, root, { ...installed, files: ["/opt/another"] }), false);
    equal(wire(installed, project, root, write), true);
    equal(isWired(path, project, root, installed), true);
    equal(isWired(path, project, root, program), false);
  });
});

Deno.test("From source the permissions to start processes stand before main.ts", () => {
  const source = thisProgram();
  const args = argumentsWithProcesses(source);
  deepEqual(args.filter((one) => !source.args.includes(one)), ["--allow-run", "--allow-sys"]);
  equal(args.at(-1), source.args.at(-1));
  equal(argumentsWithProcesses(program), program.args);
});
