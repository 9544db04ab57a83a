import { equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { SettingsError, wire } from "./settings.ts";
import { inProject, type Json, program, write } from "./test_settings.ts";

const exists = (path: string) => {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
};

const foreign = {
  $schema: "https://json.schemastore.org/claude-code-settings.json",
  hooks: {
    PreToolUse: [
      { matcher: "Bash", hooks: [{ type: "command", command: "echo _hook" }] },
      { matcher: "*", hooks: [{ type: "command", command: "/x", args: ["_hook"] }] },
    ],
    Stop: [{ hooks: [{ type: "command", command: "say done" }] }],
  },
  permissions: { allow: ["Bash(ls:*)"], deny: [] },
  env: { A: "1" },
};

Deno.test("Wiring a project without settings makes them, and unwiring removes them", () => {
  inProject((place) => {
    equal(place.wired(), false);
    equal(place.wire(), true);
    equal(place.wired(), true);
    equal(place.wire(), false, "Once is enough");
    equal(place.unwire(), true);
    equal(place.wired(), false);
    equal(exists(`${place.project}/.claude`), false, "No trace is left");
    equal(place.unwire(), false);
  });
});

Deno.test("Foreign hooks and keys are kept, and unwiring restores the file to the byte", () => {
  const texts = [
    JSON.stringify(foreign, null, 2) + "\n",
    JSON.stringify(foreign, null, 2),
    JSON.stringify(foreign, null, 4) + "\n",
    JSON.stringify(foreign, null, "\t") + "\n",
    JSON.stringify(foreign),
    JSON.stringify({ env: {}, hooks: foreign.hooks, model: "x" }, null, 2) + "\n",
    JSON.stringify({ model: "x", hooks: { Stop: [] } }, null, 2) + "\n",
    JSON.stringify({ model: "é\ud83d\ude00", n: [1, 2.5, null, true] }, null, 2) + "\n",
    '{\n  "__proto__": {\n    "a": 1\n  },\n  "constructor": 5\n}\n',
    '{\n  "hooks": {\n    "__proto__": [],\n    "PreToolUse": [\n      1,\n      null,\n      "x"\n    ]\n  }\n}\n',
  ];
  for (const text of texts) {
    inProject((place) => {
      place.put(text);
      equal(place.wire(), true);
      const after = JSON.parse(place.text()) as Json;
      for (const key of Object.keys(JSON.parse(text))) ok(Object.hasOwn(after, key), key);
      equal(place.wire(), false);
      equal(place.wired(), true, text);
      place.unwire();
      equal(place.text(), text);
    });
  }
});

Deno.test("Lists that held nothing are not missed", () => {
  for (const hooks of [{}, { PreToolUse: [] }, { ConfigChange: [], Stop: [] }]) {
    inProject((place) => {
      place.put(JSON.stringify({ model: "x", hooks }));
      equal(place.wire(), true);
      equal(place.wire(), false);
      equal(place.wired(), true);
      place.unwire();
      equal(JSON.parse(place.text()).model, "x");
      ok(!place.text().includes("_hook"));
    });
  }
});

Deno.test("Wiring again replaces what another version or place wired", () => {
  inProject((place) => {
    wire({ ...program, command: "/old/place" }, place.project, "cd".repeat(32), write);
    equal(place.wired(), false);
    equal(place.wire(), true);
    equal(place.wired(), true);
    ok(!place.text().includes("/old/place"));
  });
});

Deno.test("Settings that are no object are refused and left as they are", () => {
  const texts = [
    "garbage",
    "{",
    "[]",
    "null",
    "5",
    '"x"',
    '{"hooks":[]}',
    '{"hooks":5}',
    '{"hooks":null}',
    '{"hooks":{"PreToolUse":{}}}',
    '{"hooks":{"PostToolUse":"x"}}',
    '{"hooks":{"ConfigChange":null}}',
    "// comment\n{}",
  ];
  for (const text of texts) {
    inProject((place) => {
      place.put(text);
      throws(() => place.wire(), SettingsError, text);
      equal(place.text(), text);
      equal(place.wired(), false);
    });
  }
});

Deno.test("Blank settings count as none", () => {
  for (const text of ["", " \n", "{}"]) {
    inProject((place) => {
      place.put(text);
      equal(place.wire(), true);
      equal(place.wired(), true);
    });
  }
});

Deno.test("A settings file that is a link, or private, stays so", () => {
  inProject((place) => {
    Deno.mkdirSync(`${place.project}/.claude`);
    Deno.writeTextFileSync(`${place.project}/kept.json`, '{\n  "model": "x"\n}\n');
    Deno.chmodSync(`${place.project}/kept.json`, 0o600);
    Deno.symlinkSync("../kept.json", place.path);
    place.wire();
    ok(Deno.lstatSync(place.path).isSymlink);
    ok(Deno.readTextFileSync(`${place.project}/kept.json`).includes("PreToolUse"));
    equal((Deno.statSync(place.path).mode ?? 0) & 0o777, 0o600);
    place.unwire();
    equal(Deno.readTextFileSync(`${place.project}/kept.json`), '{\n  "model": "x"\n}\n');
  });
});

Deno.test("Any settings object: wiring keeps what was there and unwiring restores it", () => {
  const hook = fc.oneof(
    fc.record({ type: fc.constant("command"), command: fc.string() }),
    fc.jsonValue(),
  );
  const group = fc.oneof(
    fc.record({ matcher: fc.string(), hooks: fc.array(hook, { maxLength: 3 }) }),
    fc.jsonValue(),
  );
  const events = fc.constantFrom("PreToolUse", "PostToolUse", "Stop", "ConfigChange", "x");
  const settings = fc.tuple(
    fc.dictionary(fc.string().filter((key) => key !== "hooks"), fc.jsonValue(), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    fc.option(fc.dictionary(events, fc.array(group, { minLength: 1, maxLength: 3 }), {
      minKeys: 1,
      noNullPrototype: true,
    })),
  ).map(([rest, hooks]) => hooks === null ? rest : { ...rest, hooks });
  fc.assert(
    fc.property(settings, (value) => {
      const text = JSON.stringify(value, null, 2) + "\n";
      if (Object.keys(JSON.parse(text)).length === 0) return;
      inProject((place) => {
        place.put(text);
        try {
          place.wire();
        } catch (error) {
          ok(error instanceof SettingsError);
          equal(place.text(), text);
          return;
        }
        place.unwire();
        equal(place.text(), text);
      });
    }),
    { numRuns: 300 },
  );
});
