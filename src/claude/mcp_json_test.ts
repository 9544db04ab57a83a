import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { type Json, SettingsError } from "./json_file.ts";
import {
  foreignEntries,
  type GovernedEntry,
  mcpJsonPath,
  proxyEntry,
  requireEntries,
  writeEntries,
} from "./mcp_json.ts";
import { inProject, program, root, write } from "./test_settings.ts";

const known = { command: "node", args: ["server.js"] };

function server(name: string): GovernedEntry {
  return {
    name,
    says: (entry) => JSON.stringify(entry) === JSON.stringify(known),
    sharesNames: (other) => other !== name && other.replaceAll(".", "_") === name,
  };
}

interface Ground {
  readonly project: string;
  readonly put: (text: string) => void;
  /** The file's text; undefined when there is no file. */
  readonly text: () => string | undefined;
  readonly entry: (name: string) => Json;
  readonly write: (...names: string[]) => boolean;
  readonly require: (...names: string[]) => void;
}

function onGround(use: (ground: Ground) => void): void {
  inProject(({ project }) => {
    const path = mcpJsonPath(project);
    const proxy = { program, project, root };
    use({
      project,
      put: (text) => Deno.writeTextFileSync(path, text),
      text: () => {
        try {
          return Deno.readTextFileSync(path);
        } catch {
          return undefined;
        }
      },
      entry: (name) => proxyEntry(proxy, name),
      write: (...names) => writeEntries(proxy, names.map(server), write),
      require: (...names) => requireEntries(proxy, names.map(server)),
    });
  });
}

Deno.test("A project without the file gets one, and loses it when nothing is governed any more", () => {
  onGround((ground) => {
    equal(ground.write(), false);
    equal(ground.text(), undefined, "Nothing is written for a policy without servers");
    equal(ground.write("files", "notes"), true);
    deepEqual(JSON.parse(ground.text() ?? ""), {
      mcpServers: {
        files: {
          type: "stdio",
          command: program.command,
          args: ["_mcp-proxy", "--server", "files", "--project", ground.project, "--root", root],
        },
        notes: ground.entry("notes"),
      },
    });
    equal(ground.write("files", "notes"), false, "Once is enough");
    equal(ground.write("notes"), true);
    deepEqual(JSON.parse(ground.text() ?? ""), { mcpServers: { notes: ground.entry("notes") } });
    equal(ground.write(), true);
    equal(ground.text(), undefined, "No trace is left");
  });
});

Deno.test("Foreign entries and members stay as they are, in their places and their form", () => {
  const entries = {
    b: { command: "x", env: { A: "1" } },
    a: { type: "http", url: "https://a.test" },
  };
  for (const [indent, end] of [[2, "\n"], [4, ""], ["\t", "\n"], [undefined, ""]] as const) {
    onGround((ground) => {
      const text = JSON.stringify({ $schema: "s", mcpServers: entries, other: 1 }, null, indent) +
        end;
      ground.put(text);
      equal(ground.write("files"), true);
      const after = JSON.parse(ground.text() ?? "") as { mcpServers: Json };
      deepEqual(Object.keys(after), ["$schema", "mcpServers", "other"]);
      deepEqual(after.mcpServers, { ...entries, files: ground.entry("files") });
      deepEqual(Object.keys(after.mcpServers), ["b", "a", "files"]);
      deepEqual(foreignEntries(ground.project, [{ name: "files" }]), ["b", "a"]);
      equal(ground.write("files"), false);
      equal(ground.write(), true);
      equal(ground.text(), text);
    });
  }
});

Deno.test("Our entry of another root, program or release is replaced where it stands", () => {
  const old = [
    { command: "/old/tenuo-claude", args: ["_mcp-proxy"] },
    { ...proxyEntry({ program, project: "/elsewhere", root: "cd" }, "files"), env: { A: "1" } },
  ];
  for (const entry of old) {
    onGround((ground) => {
      ground.put(JSON.stringify({ mcpServers: { files: entry, gone: entry, z: known } }));
      equal(ground.write("files"), true);
      const expected = { mcpServers: { files: ground.entry("files"), z: known } };
      equal(ground.text(), JSON.stringify(expected));
    });
  }
});

Deno.test("A foreign entry of a governed name gives way only to a policy that says the same", () => {
  onGround((ground) => {
    ground.put(JSON.stringify({ mcpServers: { files: known } }));
    equal(ground.write("files"), true);
    deepEqual(JSON.parse(ground.text() ?? ""), { mcpServers: { files: ground.entry("files") } });
  });
  const others = [{ ...known, env: { TOKEN: "x" } }, { url: "https://a.test" }, 5, null, [], "x"];
  for (const entry of others) {
    onGround((ground) => {
      const text = JSON.stringify({ mcpServers: { files: entry } });
      ground.put(text);
      const refused = {
        name: "SettingsError",
        message: /"files".*does not start what tenuo\.yaml/,
      };
      throws(() => ground.require("files"), refused, text);
      throws(() => ground.write("files"), refused);
      equal(ground.text(), text);
      ground.require("notes");
    });
  }
});

Deno.test("A foreign entry whose tools would have the same names is refused", () => {
  onGround((ground) => {
    ground.put(JSON.stringify({ mcpServers: { "my.files": known } }));
    throws(() => ground.require("my_files"), /"my\.files".*the same names as those of "my_files"/);
    ground.require("files");
  });
});

Deno.test("A file that no entry can be put into is refused, left as it is, and nobody's concern", () => {
  const texts = [
    "garbage",
    "{",
    "[]",
    "null",
    '"x"',
    '{"mcpServers":[]}',
    '{"mcpServers":null}',
    '{"mcpServers":5}',
    "// comment\n{}",
  ];
  for (const text of texts) {
    onGround((ground) => {
      ground.put(text);
      throws(() => ground.require("files"), SettingsError, text);
      throws(() => ground.write("files"), SettingsError, text);
      ground.require();
      equal(ground.write(), false);
      equal(ground.text(), text);
    });
  }
});

Deno.test("A byte order mark is read over, as the client does", () =>
  onGround((ground) => {
    ground.put(`\ufeff{"mcpServers":{"other":{"command":"x"}}}`);
    ground.require("files");
    equal(ground.write("files"), true);
    const { mcpServers } = JSON.parse(ground.text() ?? "");
    equal(Object.keys(mcpServers).join(), "other,files");
  }));

Deno.test("A blank file counts as none, a link stays a link, modes are kept", () => {
  for (const text of ["", " \n", "{}", '{"mcpServers":{}}']) {
    onGround((ground) => {
      ground.put(text);
      equal(ground.write(), false);
      equal(ground.text(), text);
      equal(ground.write("files"), true);
      equal(ground.write("files"), false);
    });
  }
  onGround((ground) => {
    const kept = `${ground.project}/kept.json`;
    Deno.writeTextFileSync(kept, JSON.stringify({ mcpServers: { z: known } }));
    Deno.chmodSync(kept, 0o600);
    Deno.symlinkSync("kept.json", mcpJsonPath(ground.project));
    equal(ground.write("files"), true);
    ok(Deno.lstatSync(mcpJsonPath(ground.project)).isSymlink);
    ok(Deno.readTextFileSync(kept).includes("_mcp-proxy"));
    equal((Deno.statSync(kept).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("Any map of entries: writing keeps the foreign ones and taking out restores the file", () => {
  const entry = fc.oneof(
    fc.record({ command: fc.string(), args: fc.array(fc.string(), { maxLength: 3 }) }),
    fc.jsonValue(),
  );
  const name = fc.oneof(fc.constantFrom("__proto__", "constructor", "a.b", ""), fc.string());
  const entries = fc.dictionary(name.filter((one) => one !== "files" && one !== "notes"), entry, {
    minKeys: 1,
    maxKeys: 4,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(entries, (value) => {
      const text = JSON.stringify({ mcpServers: value }, null, 2) + "\n";
      onGround((ground) => {
        ground.put(text);
        equal(ground.write("files", "notes"), true);
        equal(ground.write("files", "notes"), false);
        equal(ground.write(), true);
        equal(ground.text(), text);
      });
    }),
    { numRuns: 200 },
  );
});
