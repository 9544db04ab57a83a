import { deepEqual, equal } from "node:assert/strict";
import { thisProgram } from "./program.ts";
import { readWiring, wire } from "./settings.ts";
import { inProject, type Json, root, write } from "./test_settings.ts";

/** The wired settings with `spoil` done to the hook of one event. */
function spoilt(event: string, spoil: (hook: Json, group: Json, settings: Json) => void): boolean {
  let result = true;
  inProject((place) => {
    place.wire();
    const settings = JSON.parse(place.text()) as Json;
    const groups = (settings.hooks as Json)[event] as Json[];
    const group = groups[0] as Json;
    spoil((group.hooks as Json[])[0] as Json, group, settings);
    place.put(JSON.stringify(settings));
    result = place.wired();
  });
  return result;
}

Deno.test("Every way to weaken a hook is seen", () => {
  const sabotages: readonly (readonly [string, (hook: Json, group: Json, all: Json) => void])[] = [
    ["replaced by true", (hook) => hook.command = "/bin/true"],
    ["replaced by another copy", (hook) => hook.command = "/tmp/tenuo-claude"],
    ["a relative command", (hook) => hook.command = "tenuo-claude"],
    ["a command that climbs", (hook) => hook.command = "/opt/../tmp/tenuo-claude"],
    ["no command", (hook) => delete hook.command],
    ["shell form", (hook) => delete hook.args],
    ["more arguments", (hook) => (hook.args as string[]).unshift("--version")],
    ["arguments behind", (hook) => (hook.args as string[]).push("--yes")],
    ["another entry", (hook) => (hook.args as string[])[0] = "_other"],
    ["another project", (hook) => (hook.args as string[])[2] = "/elsewhere"],
    ["another root", (hook) => (hook.args as string[])[4] = "00"],
    ["another type", (hook) => hook.type = "http"],
    ["async", (hook) => hook.async = true],
    ["async, but not quite true", (hook) => hook.async = "yes"],
    ["asyncRewake", (hook) => hook.asyncRewake = true],
    ["if", (hook) => hook.if = "Bash(ls:*)"],
    ["once", (hook) => hook.once = true],
    ["a shell", (hook) => hook.shell = "bash"],
    ["no timeout", (hook) => delete hook.timeout],
    ["a short timeout", (hook) => hook.timeout = 0.001],
    ["another matcher", (_, group) => group.matcher = "Read"],
    ["a matcher that matches nothing", (_, group) => group.matcher = "["],
    ["no group", (_, group) => group.hooks = []],
    ["hooks that are no list", (_, group) => group.hooks = {}],
    ["hooks switched off", (_, __, all) => all.disableAllHooks = true],
    ["hooks switched off, but not quite", (_, __, all) => all.disableAllHooks = "true"],
    [
      "a hook type that drops the whole file",
      (_, __, all) => (all.hooks as Json).Stop = [{ hooks: [{ type: "nonsense" }] }],
    ],
    [
      "a URL that drops the whole file",
      (_, __, all) => (all.hooks as Json).Stop = [{ hooks: [{ type: "http", url: "not a url" }] }],
    ],
  ];
  const events = ["PreToolUse", "PostToolUse", "PostToolUseFailure", "SessionEnd", "ConfigChange"];
  for (const event of events) {
    equal(spoilt(event, () => {}), true, `${event} untouched`);
    for (const [what, spoil] of sabotages) equal(spoilt(event, spoil), false, `${event}: ${what}`);
    equal(spoilt(event, (_, __, all) => delete (all.hooks as Json)[event]), false, event);
  }
  for (const event of ["PreToolUse", "ConfigChange"]) {
    equal(spoilt(event, (hook) => delete hook.onFailure), false, `${event} without onFailure`);
    equal(spoilt(event, (hook) => hook.onFailure = "allow"), false);
  }
});

Deno.test("Wiring of a version that did not hook SessionEnd is not whole, and mended", () => {
  inProject((place) => {
    place.wire();
    const whole = place.text();
    const settings = JSON.parse(whole) as { hooks: Json };
    delete settings.hooks.SessionEnd;
    place.put(JSON.stringify(settings, null, 2));
    equal(place.wired(), false);
    equal(readWiring(place.project, root).kind, "foreign");
    equal(place.wire(), true);
    equal(place.wired(), true);
    deepEqual(JSON.parse(place.text()), JSON.parse(whole));
    equal(place.unwire(), true);
    equal(place.wired(), false);
  });
});

Deno.test("The client is told how long each hook may take, and what blocks when it fails", () => {
  inProject((place) => {
    place.wire();
    const { hooks } = JSON.parse(place.text()) as { hooks: Record<string, Json[]> };
    const told = Object.entries(hooks).map(([event, groups]) => {
      const [group] = groups as [Json];
      const [hook] = group.hooks as [Json];
      return [event, group.matcher, hook.timeout, hook.onFailure, (hook.args as string[])[0]];
    });
    deepEqual(told, [
      ["PreToolUse", "*", 30, "block", "_hook"],
      ["PostToolUse", "*", 10, undefined, "_post"],
      ["PostToolUseFailure", "*", 10, undefined, "_post"],
      ["SessionEnd", undefined, 10, undefined, "_session_end"],
      ["ConfigChange", undefined, 30, "block", "_config"],
    ]);
  });
});

Deno.test("What weakens nothing is no reason to worry", () => {
  equal(spoilt("PreToolUse", (hook) => hook.timeout = 60), true);
  equal(spoilt("PreToolUse", (hook) => hook.statusMessage = "Checking"), true);
  equal(spoilt("PreToolUse", (_, group) => delete group.matcher), true);
  equal(spoilt("PreToolUse", (_, __, all) => all.disableAllHooks = false), true);
  equal(
    spoilt("PreToolUse", (_, __, all) => {
      (all.hooks as Json).Stop = [{ hooks: [{ type: "http", url: "http://127.0.0.1:1/x" }] }];
      (all.hooks as Json).Notification = [{ hooks: [{ type: "prompt", prompt: "x" }] }];
    }),
    true,
  );
});

Deno.test("The wiring is told from the file", () => {
  inProject((place) => {
    const reading = () => readWiring(place.project, root);
    deepEqual(reading(), { kind: "none", command: "" });
    place.wire();
    deepEqual(reading(), { kind: "compiled", command: "/opt/tenuo-claude" });
    place.put(place.text().replaceAll("/opt/tenuo-claude", "/bin/true"));
    deepEqual(reading(), { kind: "foreign", command: "/bin/true" });
    const renamed = {
      ...thisProgram(),
      kind: "compiled" as const,
      command: "/srv/guard",
      args: [],
    };
    wire(renamed, place.project, root, write);
    deepEqual(readWiring(place.project, root, renamed), {
      kind: "compiled",
      command: "/srv/guard",
    });
    deepEqual(reading(), { kind: "foreign", command: "/srv/guard" });
    const source = { ...thisProgram(), kind: "source" as const };
    wire(source, place.project, root, write);
    deepEqual(reading(), { kind: "source", command: source.command });
    place.put("garbage");
    deepEqual(reading(), { kind: "none", command: "" });
  });
});
