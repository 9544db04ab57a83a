import { deepEqual, doesNotThrow, equal, throws } from "node:assert/strict";
import type { Snapshot } from "../policy/snapshot.ts";
import { requireNativeInput } from "./native_input.ts";
import type { ToolCall } from "./tool_call.ts";
import { foldKey, requireHarmless } from "./unknown_keys.ts";

const lax = { strictInput: false } as Snapshot;
const strict = { strictInput: true } as Snapshot;

function codeOf(body: () => void): number | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    return (error as { code: number }).code;
  }
}

Deno.test("Keys that look like a governed one are refused", () => {
  const keys = [
    ...["path", "Path", "PATH", "file-path", "filePath", "file path", "file\u00a0path", "url"],
    ...[
      "File_Path",
      "file__path",
      "ｆｉｌｅ＿ｐａｔｈ",
      "filé_path",
      "file_раth",
      "ρath",
      "fіle_path",
    ],
    ...["file\u200b_path", "command", "Соmmand", "c0mmand", "ur1", "urI", "g1ob", "gIob", "cmd"],
    ...["notebook_path", "notebookPath", "pattern", "query", "uri", "ws", "filename", "ﬁle_path"],
    // Letters that no table has, signs between letters, and those that a parser may cut off.
    ...["fiłe_path", "ƒile_path", "ꓝile_path", "ſile_path", "fᎥle_path", "ᴜrl", "ᴘath", "ʋrl"],
    ...["file.path", "file/path", "$file_path", "file_path[]", "fi|e_path", "comm@nd", "ꮯommand"],
    ...["file·path", "file_pa†h", "f1l3_p4th", "cornmand", "absolute_path", "script", "globs"],
    ...["dangerously_disable_sandbox", "DangerouslyDisableSandbox", "x".repeat(300)],
  ];
  const passed = keys.filter((key) => codeOf(() => requireHarmless("Read", [key], lax)) !== 9013);
  deepEqual(passed, []);
});

Deno.test("Other unknown keys pass, unless the policy takes none", () => {
  const keys = ["reason", "encoding", "max_lines", "-D", "путь", "file_type", "paths_only", ""]
    .concat("日本", "パス", "é", "@", "-e", "x1", "utf8", "max.lines", "include", "#file_type");
  for (const key of keys) {
    doesNotThrow(() => requireHarmless("Read", [key], lax), key);
    throws(() => requireHarmless("Read", [key], strict), { code: 9013, message: /strict_input/ });
  }
});

Deno.test("Where roles are declared, a spawn has one key that names the role", async () => {
  const roles = { strictInput: false, roles: {} } as unknown as Snapshot;
  const spawn = (more: ToolCall["input"]) =>
    requireNativeInput(call("Agent", { subagent_type: "one", prompt: "x", ...more }), roles);
  for (
    const key of ["subagentType", "Subagent_Type", "subagent-type", "agentType", "ѕubagent_type"]
  ) {
    await spawn({ [key]: "two" }).then(
      () => equal(key, "refused"),
      ({ code }) => equal(code, 9013, key),
    );
  }
  const harmless = {
    description: "x",
    model: "y",
    run_in_background: true,
    isolation: "z",
    cwd: "/",
  };
  deepEqual(await spawn(harmless), []);
});

Deno.test("Folding is stable, and leaves plain words apart", () => {
  for (const key of ["file_path", "command", "limit", "Ünï", "\ud800"]) {
    equal(foldKey(foldKey(key)), foldKey(key));
  }
  const words = "offset limit pages content prompt description timeout type context".split(" ");
  equal(new Set(words.map(foldKey)).size, words.length);
});

/** Inputs as the client sends them, all of their keys in use. */
const whole: readonly (readonly [tool: string, keys: string])[] = [
  ["Read", "file_path offset limit pages"],
  ["Write", "file_path content"],
  ["Edit", "file_path old_string new_string replace_all"],
  ["NotebookEdit", "notebook_path cell_id new_source cell_type edit_mode"],
  ["Glob", "pattern path"],
  ["Grep", "pattern path glob output_mode -B -A -C -n -i -o type head_limit multiline"],
  ["Bash", "command description timeout run_in_background"],
  ["Monitor", "command description timeout_ms"],
  ["WebFetch", "url prompt"],
  ["WebSearch", "query allowed_domains blocked_domains"],
  ["Agent", "description prompt subagent_type"],
];

function call(tool: string, input: ToolCall["input"]): ToolCall {
  return { door: "hook", tool, input, cwd: "/" };
}

Deno.test("The keys that the client has are known, and other tools' are not", async () => {
  for (const [tool, keys] of whole) {
    const input = Object.fromEntries(keys.split(" ").map((key) => [key, "x"]));
    deepEqual(await requireNativeInput(call(tool, input), strict), [], tool);
    if (tool === "Agent") continue;
    deepEqual(await requireNativeInput(call(tool, { ...input, zeal: 1 }), lax), ["zeal"], tool);
    const foreign = tool === "Bash" || tool === "Monitor" ? "file_path" : "command";
    const mixed = call(tool, { ...input, [foreign]: "x" });
    await requireNativeInput(mixed, lax).then(
      () => equal(tool, "refused"),
      ({ code }) => equal(code, 9013),
    );
  }
});

Deno.test("Several keys in one string are no known key", async () => {
  const found = await requireNativeInput(call("Bash", { "description timeout": 1 }), lax);
  deepEqual(found, ["description timeout"]);
});

Deno.test("Leaving the client's sandbox needs a grant of its own", async () => {
  const granted = { allowUnsandboxed: true } as Snapshot;
  for (const value of [true, "false", 0, null, 1]) {
    const asked = call("Bash", { command: "ls", dangerouslyDisableSandbox: value });
    const code = await requireNativeInput(asked, lax).then(() => 0, (error) => error.code);
    equal(code, 1501, String(value));
    deepEqual(await requireNativeInput(asked, granted), []);
  }
  const off = call("Bash", { command: "ls", dangerouslyDisableSandbox: false });
  deepEqual(await requireNativeInput(off, strict), []);
});
