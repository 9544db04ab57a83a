/** Words are judged as a real shell expands them: what leads to a sealed file is always refused. */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { requireCommandUngoverned } from "./command_reach.ts";
import { isSealed } from "./governance.ts";
import { type Ground, withGround } from "./test_ground.ts";

const bash = "/bin/bash";

function hasBash(): boolean {
  try {
    return Deno.statSync(bash).isFile;
  } catch {
    return false;
  }
}

/** What each word becomes, by a real shell in the project. Words that it refuses become nothing. */
function expandedByShell(words: readonly string[], { project, home }: Ground): string[][] {
  const script =
    "for w in \"$@\"; do eval \"printf '%s\\0' $w\" 2>/dev/null; printf '\\1\\0'; done";
  const { stdout } = new Deno.Command(bash, {
    args: ["-c", script, "bash", ...words],
    cwd: project,
    env: { HOME: home, PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    clearEnv: true,
  }).outputSync();
  const groups = new TextDecoder().decode(stdout).split("\x01\0");
  equal(groups.pop(), "");
  return groups.map((group) => group.split("\0").slice(0, -1));
}

function leadsToSealed(path: string, { project, governance }: Ground): boolean {
  try {
    const real = Deno.realPathSync(path.startsWith("/") ? path : `${project}/${path}`);
    return isSealed(real, governance);
  } catch {
    return false; // nothing is there
  }
}

function isDenied(line: string, { project, home, governance }: Ground): boolean {
  try {
    requireCommandUngoverned(line, project, home, governance);
    return false;
  } catch {
    return true;
  }
}

const routes = (ground: Ground) => [
  ".state/issuer_key.b64",
  "./.state/holder_key.b64",
  "src/../.state/issuer_key.b64",
  "links/link/issuer_key.b64",
  "links/key_link",
  "links/deep/link/issuer_key.b64",
  "links/up/project/.state/holder_key.b64",
  `${ground.project}/.state/issuer_key.b64`,
  "~/.tenuo/admin.env",
  "~+/.state/issuer_key.b64",
  "../home/.tenuo/admin.env",
];

const codes = (character: string) => character.charCodeAt(0).toString(16).padStart(2, "0");

/** The ways to spell one character of a path. */
const spellings: readonly ((character: string) => string)[] = [
  (c) => c,
  (c) => c,
  (c) => `\\${c}`,
  (c) => `'${c}'`,
  (c) => `"${c}"`,
  (c) => `''${c}`,
  (c) => `"${c}`.replace(/^"/, '""'),
  (c) => `\\\n${c}`,
  (c) => `$'\\x${codes(c)}'`,
  (c) => `$"${c}"`,
];

/** The same for characters other than the slash, which patterns do not match. */
const patterns: readonly ((character: string) => string)[] = [
  () => "?",
  () => "*",
  (c) => `[${c}]`,
  (c) => `[!${c === "x" ? "y" : "x"}]`,
  (c) => `[${c}"]"z]`,
  () => "[[:graph:]]",
  (c) => `{${c},x}`,
  (c) => `{x,${c}}`,
  (c) => `{,${c}}`,
  (c) => /[a-z]/.test(c) ? `{${c}..${c}}` : c,
  (c) => `{'${c}',y}`,
];

/** A path spelled in another way; `choices` says how, character by character. */
function spell(path: string, choices: readonly number[]): string {
  return [...path].map((character, i) => {
    // The tilde means the home directory only where it stands bare.
    if (path.startsWith("~") && i <= path.indexOf("/")) return character;
    const all = character === "/" ? spellings : [...spellings, ...patterns];
    const choice = choices[i % choices.length] as number;
    return choice % 4 > 0 ? character : all[(choice >> 2) % all.length]?.(character) ?? character;
  }).join("");
}

Deno.test({
  name: "A word that a shell expands to a sealed file is refused",
  ignore: !hasBash(),
  fn: async () => {
    let sealed = 0;
    await withGround((ground) => {
      const word = fc.tuple(
        fc.constantFrom(...routes(ground)),
        fc.array(fc.nat(1000), { minLength: 12, maxLength: 60 }),
      ).map(([path, choices]) => spell(path, choices));
      fc.assert(
        fc.property(fc.array(word, { minLength: 200, maxLength: 200 }), (words) => {
          expandedByShell(words, ground).forEach((paths, i) => {
            if (!paths.some((path) => leadsToSealed(path, ground))) return;
            sealed++;
            for (const line of [`cat ${words[i]}`, `cat src/a.ts ${words[i]} x`]) {
              ok(isDenied(line, ground), `Allowed: ${line}\nwhich is ${paths.join(" ")}`);
            }
          });
        }),
        { numRuns: 10, endOnFailure: true },
      );
    });
    ok(sealed > 500, `Only ${sealed} words led to a sealed file`);
  },
});

Deno.test({
  name: "Random pieces of shell syntax that come to a sealed file are refused",
  ignore: !hasBash(),
  fn: async () => {
    const pieces = [
      ...[".state", "state", ".", "..", "/", "/", "/", "issuer_key.b64", "*", "?", "[s]", "[!a]"],
      ...["{", "}", ",", "..", "'", '"', "\\", "~", "~+", "links", "link", "src", "key_link"],
      ...[".tenuo", "admin.env", "s", "t", "a", ".s*", "*.b64", "up", "project", "home", "[", "]"],
      ..."{.state,x} {s..s} {a,{b,c}} ** .* [^z] [[:alpha:]] $'\\x2e' ''".split(" "),
    ];
    await withGround((ground) => {
      const word = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 9 })
        .map((parts) => parts.join(""));
      fc.assert(
        fc.property(fc.array(word, { minLength: 400, maxLength: 400 }), (words) => {
          expandedByShell(words, ground).forEach((paths, i) => {
            if (!paths.some((path) => leadsToSealed(path, ground))) return;
            ok(
              isDenied(`cat ${words[i]}`, ground),
              `Allowed: cat ${words[i]}\nwhich is ${paths.join(" ")}`,
            );
          });
        }),
        { numRuns: 12, endOnFailure: true },
      );
    });
  },
});

Deno.test("Words that stay among ordinary files are not refused", async () => {
  await withGround((ground) => {
    const plain = [
      "src/a.ts",
      "README.md",
      "src/inner/d.ts",
      "docs/x.md",
      "tests/c.ts",
      "new/file",
    ];
    const quotings = spellings.slice(0, 7);
    const word = fc.tuple(
      fc.constantFrom(...plain),
      fc.array(fc.nat(1000), { minLength: 5, maxLength: 20 }),
    ).map(([path, choices]) =>
      [...path].map((character, i) =>
        quotings[(choices[i % choices.length] as number) % quotings.length]?.(character)
      ).join("")
    );
    fc.assert(
      fc.property(fc.constantFrom("cat", "sed -i s/a/b/", "rm", "python3"), word, (verb, text) => {
        ok(!isDenied(`${verb} ${text}`, ground), `Denied: ${verb} ${text}`);
      }),
      { numRuns: 300 },
    );
  });
});

Deno.test("Any text at all is judged without an internal error", async () => {
  await withGround((ground) => {
    const line = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(..."${}()`'\"\\;&|<>*?[]!~ ./a=:,@-#\n"), maxLength: 60 }),
    );
    fc.assert(
      fc.property(line, (text) => {
        try {
          requireCommandUngoverned(text, ground.project, ground.home, ground.governance);
        } catch (error) {
          equal((error as Error).constructor.name, "Denial", `${text}: ${(error as Error).stack}`);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
