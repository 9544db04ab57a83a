/** `_config` refuses changes that would unwire the hooks of a running session. */
import { deepEqual, equal, match } from "node:assert/strict";
import { Project } from "./project.ts";

type Settings = { hooks: Record<string, { matcher?: string; hooks: Record<string, unknown>[] }[]> };

function changed(project: Project, file_path?: string) {
  return {
    session_id: "session-1",
    cwd: project.root,
    hook_event_name: "ConfigChange",
    source: "project_settings",
    ...(file_path === undefined ? {} : { file_path }),
  };
}

function settingsOf(project: Project): Settings & Record<string, unknown> {
  return JSON.parse(project.read(".claude/settings.json"));
}

async function verdict(project: Project, text: string): Promise<number> {
  const path = ".claude/settings.json";
  const before = project.read(path);
  // The wired command line is taken from the file as it was.
  const wired = project.config.bind(project);
  try {
    project.write(path, text);
    const line = project.lineOf(before, "ConfigChange");
    const { code, stdout, stderr } = await wired(changed(project, project.path(path)), { line });
    equal(stdout, "");
    if (code !== 0) match(stderr, /^Tenuo refused a settings change: .*Run tenuo-claude init/);
    return code;
  } finally {
    project.write(path, before);
  }
}

Deno.test("Changes that leave our hooks whole pass", async () => {
  await using project = await Project.create();
  const settings = settingsOf(project);
  equal(await verdict(project, JSON.stringify(settings)), 0);
  equal(await verdict(project, JSON.stringify({ ...settings, env: { A: "b" } })), 0);
  equal(await verdict(project, JSON.stringify({ ...settings, disableAllHooks: false })), 0);
  const more = structuredClone(settings);
  more.hooks.PreToolUse?.unshift({ matcher: "Bash", hooks: [{ type: "command", command: "x" }] });
  more.hooks.Stop = [{ hooks: [{ type: "http", url: "http://127.0.0.1:1/x" }] }];
  equal(await verdict(project, JSON.stringify(more)), 0);
});

Deno.test("Changes that unwire us are refused", async () => {
  await using project = await Project.create();
  const settings = settingsOf(project);
  const without = structuredClone(settings);
  delete without.hooks.PreToolUse;
  const untold = structuredClone(settings);
  delete untold.hooks.SessionEnd;
  const weakened = structuredClone(settings);
  delete weakened.hooks.PreToolUse?.[0]?.hooks[0]?.onFailure;
  const replaced = structuredClone(settings);
  Object.assign(replaced.hooks.PreToolUse?.[0]?.hooks[0] ?? {}, { command: "/bin/true" });
  const dropped = structuredClone(settings);
  dropped.hooks.Stop = [{ hooks: [{ type: "no such type" }] }];
  const texts = [
    "",
    "{}",
    "garbage",
    "[]",
    '{"hooks":{}}',
    JSON.stringify({ ...settings, disableAllHooks: true }),
    JSON.stringify({ ...settings, disableAllHooks: "yes" }),
    JSON.stringify(without),
    JSON.stringify(untold),
    JSON.stringify(weakened),
    JSON.stringify(replaced),
    JSON.stringify(dropped),
  ];
  for (const text of texts) equal(await verdict(project, text), 2, text.slice(0, 80));
});

Deno.test("Wiring of an older version holds on until init mends it, and init may do so", async () => {
  await using project = await Project.create();
  const whole = project.read(".claude/settings.json");
  const older = settingsOf(project);
  delete older.hooks.SessionEnd;
  project.write(".claude/settings.json", JSON.stringify(older, null, 2));
  match((await project.command("check")).stdout, /hooks are not as init writes them/);
  await project.must("init");
  deepEqual(settingsOf(project), JSON.parse(whole));
  equal(await verdict(project, project.read(".claude/settings.json")), 0);
});

Deno.test("A removed settings file is refused", async () => {
  await using project = await Project.create();
  const line = project.wired("ConfigChange");
  Deno.removeSync(project.path(".claude/settings.json"));
  equal((await project.config(changed(project), { line })).code, 2);
});

Deno.test("Another settings file that switches hooks off is refused", async () => {
  await using project = await Project.create();
  const local = project.path(".claude/settings.local.json");
  const ask = async (text: string) => {
    Deno.writeTextFileSync(local, text);
    return (await project.config(changed(project, local))).code;
  };
  equal(await ask("{}"), 0);
  equal(await ask('{"env":{}}'), 0);
  equal(await ask('{"disableAllHooks":false}'), 0);
  for (const value of ["true", '"true"', "1", "null"]) {
    equal(await ask(`{"disableAllHooks":${value}}`), 2, value);
  }
  equal(await ask("garbage"), 2);
  const escaped = String.raw`"disable\u0041llHooks":true}`;
  equal(await ask(`{${escaped}`), 2);
  // The engine takes the second name for the first.
  equal(await ask(String.raw`{"x":{"x":[],"disable\\u0041ll":0},${escaped}`), 2);
  equal(await ask('{"disableAllHooks":true,"disableAllHooks":false}'), 2);
  Deno.removeSync(local);
  equal((await project.config(changed(project, local))).code, 0, "A file that is gone");
});

Deno.test("What cannot be judged is refused", async () => {
  await using project = await Project.create();
  for (const input of ["", "garbage", "[]", { ...changed(project), file_path: 5 }]) {
    equal((await project.config(input)).code, 2);
  }
  for (const args of [[], ["--project", "/nowhere"], ["--project", project.root, "--root", "0"]]) {
    equal((await project.config(changed(project), { args })).code, 2);
  }
});
