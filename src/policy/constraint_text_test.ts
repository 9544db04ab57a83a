import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { matchesPattern } from "../constraints/pattern.ts";
import { constraintKinds, ConstraintTextError, parseConstraint } from "./constraint_text.ts";

const sandbox = "/p/sandbox";
const range = { min_inclusive: true, max_inclusive: true };

const accepted: { readonly [text: string]: readonly [type: number, value: unknown] } = {
  "subpath:{sandbox}": [17, { root: sandbox, case_sensitive: true, allow_equal: true }],
  "subpath: {sandbox}/sub": [17, {
    root: "/p/sandbox/sub",
    case_sensitive: true,
    allow_equal: true,
  }],
  "subpath:/": [17, { root: "/", case_sensitive: true, allow_equal: true }],
  "shlex:ls, pwd,ls": [128, { allow: ["ls", "pwd"] }],
  "shlex:/usr/bin/make,./gradlew": [128, { allow: ["/usr/bin/make", "./gradlew"] }],
  "shlex:{sandbox}/run.sh": [128, { allow: ["/p/sandbox/run.sh"] }],
  "subpath:/a,b": [17, { root: "/a,b", case_sensitive: true, allow_equal: true }],
  "subpath:/a,/b, {sandbox}": [13, {
    constraints: ["/a", "/b", "/p/sandbox"].map((root) => [
      17,
      { root, case_sensitive: true, allow_equal: true },
    ]),
  }],
  "subpath:/a,/a": [17, { root: "/a", case_sensitive: true, allow_equal: true }],
  "contains:a, b": [10, { required: ["a", "b"] }],
  "subset:a,b": [11, { allowed: ["a", "b"] }],
  "not:oneof:a,b": [14, { constraint: [4, { values: ["a", "b"] }] }],
  "not:subpath:{sandbox}": [14, {
    constraint: [17, { root: sandbox, case_sensitive: true, allow_equal: true }],
  }],
  "any": [16, null],
  "any:": [16, null],
  "pattern:/x/*": [2, { pattern: "/x/*" }],
  "pattern:{sandbox}/[ab]?": [2, { pattern: "/p/sandbox/[ab]?" }],
  "oneof:a, b:c": [4, { values: ["a", "b:c"] }],
  "shlex:ls,,pwd,": [128, { allow: ["ls", "pwd"] }],
  "oneof:a,,": [4, { values: ["a", ""] }],
  "notoneof:a,b": [7, { excluded: ["a", "b"] }],
  "exact: a,b ": [1, { value: " a,b " }],
  "exact:": [1, { value: "" }],
  "regex:^git (status|diff)$": [5, { pattern: "^git (status|diff)$" }],
  "range:1,100": [3, { min: 1, max: 100, ...range }],
  "range:,100": [3, { max: 100, ...range }],
  "range: -1.5 ,": [3, { min: -1.5, ...range }],
  "range:1e3,2e3": [3, { min: 1000, max: 2000, ...range }],
  "urlpattern:https://*.example.com/v1/*": [9, { pattern: "https://*.example.com/v1/*" }],
  "urlpattern:*://example.com:8080": [9, { pattern: "*://example.com:8080" }],
  "cidr:10.0.0.0/8": [8, { network: "10.0.0.0/8" }],
};

Deno.test("each kind has its wire form", async () => {
  for (const [text, wire] of Object.entries(accepted)) {
    assert.deepEqual(await parseConstraint(text, sandbox), wire, text);
  }
  const kinds = new Set(Object.keys(accepted).map((text) => text.split(":", 1)[0] ?? ""));
  assert.deepEqual([...kinds].sort(), [...constraintKinds].sort());
});

const refused: { readonly [text: string]: readonly [expected: RegExp, suggestion?: string] } = {
  "": [/kind:rest/],
  "ls": [/kind:rest/],
  "subpaht": [/kind:rest/, "subpath"],
  "subpaht:/x": [/one of the constraint kinds/, "subpath:/x"],
  "Subpath:/x": [/one of the constraint kinds/, "subpath:/x"],
  " subpath:/x": [/one of the constraint kinds/, "subpath:/x"],
  "constructor:x": [/one of the constraint kinds/],
  "__proto__:x": [/one of the constraint kinds/],
  "cel:true": [/one of the constraint kinds/],
  "subpath:": [/absolute path/],
  "subpath:./rel": [/absolute path/],
  "subpath:~/x": [/absolute path/],
  "subpath:{project}/x": [/absolute path/, "subpath:{sandbox}"],
  "subpath:/a\\b": [/without a backslash/],
  "shlex:": [/at least one command name/],
  "shlex:,": [/at least one command name/],
  "shlex:\\bin\\ls": [/not a path with backslashes/, "ls"],
  "shlex:/bin/": [/not of a directory/],
  "shlex:../ls": [/a shell acts on/],
  "shlex:-x": [/before its options/],
  "shlex:git status": [/without arguments/],
  "shlex:ls;id": [/a shell acts on/],
  "shlex:A=b": [/a shell acts on/],
  "shlex:..": [/a shell acts on/],
  "shlex:{sandbox}": [/a shell acts on/],
  "not:not:exact:x": [/one not/],
  "not:shlex:ls": [/write the verbs form/],
  "not:": [/kind:rest/],
  "not:nope:x": [/one of the constraint kinds/],
  "any:x": [/any alone/],
  "contains:": [/before and after each comma/],
  "subset:a,": [/before and after each comma/],
  "subpath:/a,/b\\c": [/without a backslash/],
  "ani": [/kind:rest/, "any"],
  "pattern:": [/a glob/],
  "pattern:[a": [/closing \]/],
  "regex:": [/a regular expression/],
  "regex:(": [/RE2 syntax/],
  "regex:(?=x)": [/RE2 syntax/],
  "regex:(a)\\1": [/RE2 syntax/],
  "oneof:": [/at least one value/],
  "notoneof:,": [/at least one value/],
  "range:5": [/comma between/],
  "range:,": [/comma between/],
  "range:1,2,3": [/comma between/],
  "range:a,b": [/numbers as bounds/],
  "range:0x10,": [/numbers as bounds/],
  "range:1_0,": [/numbers as bounds/],
  "range:inf,": [/numbers as bounds/],
  "range:nan,": [/numbers as bounds/],
  "range:1e999,": [/numbers as bounds/],
  "range:9,1": [/lower bound first/],
  "urlpattern:example.com": [/scheme:\/\/host/],
  "urlpattern:https://*/x": [/host \* is too wide/],
  "urlpattern:https://a*b.com": [/scheme:\/\/host/],
  "urlpattern:https://u@a.com": [/scheme:\/\/host/],
  "cidr:10.0.0.0/33": [/a network/],
  "cidr:host": [/a network/],
};

Deno.test("what cannot work says what was expected", async () => {
  for (const [text, [expected, suggestion]] of Object.entries(refused)) {
    const failed = (error: unknown) => {
      assert.ok(error instanceof ConstraintTextError, `${text}: ${error}`);
      assert.match(error.expected, expected, text);
      assert.equal(error.suggestion, suggestion, text);
      return true;
    };
    await assert.rejects(parseConstraint(text, sandbox), failed, text);
  }
});

Deno.test("{sandbox} is literal in every kind, whatever its name", async () => {
  const name = fc.string({
    minLength: 1,
    unit: fc.constantFrom(
      "a",
      "Z",
      " ",
      ",",
      "*",
      "?",
      "[",
      "]",
      "(",
      ")",
      "$",
      "+",
      "^",
      "{",
      "}",
      "|",
      ".",
      "-",
    ),
  });
  await fc.assert(fc.asyncProperty(name, async (odd) => {
    const place = "/p/" + odd;
    const valueOf = async (text: string) => (await parseConstraint(text, place))[1];
    assert.deepEqual(await valueOf("exact:{sandbox}"), { value: place });
    assert.deepEqual(await valueOf("oneof:{sandbox},x"), { values: [place, "x"] });
    const root = { root: place + "/s", case_sensitive: true, allow_equal: true };
    if (odd === odd.trimEnd()) assert.deepEqual(await valueOf("subpath:{sandbox}/s"), root);
    const { pattern: glob } = await valueOf("pattern:{sandbox}/*") as { pattern: string };
    assert.equal(matchesPattern(glob, place + "/f"), true);
    assert.equal(matchesPattern(glob, place + "x/f"), false);
    const { pattern: regex } = await valueOf("regex:^{sandbox}$") as { pattern: string };
    assert.equal(RE2JS.compile(regex).matcher(place).find(), true);
    assert.equal(RE2JS.compile(regex).matcher(place + "x").find(), false);
  }));
});

Deno.test("any text is either a constraint or a refusal", async () => {
  const kind = fc.constantFrom(...constraintKinds, "", "x");
  await fc.assert(
    fc.asyncProperty(kind, fc.string(), async (name, rest) => {
      try {
        const [type, value] = await parseConstraint(`${name}:${rest}`, sandbox);
        assert.equal(typeof type, "number");
        assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
      } catch (error) {
        assert.ok(error instanceof ConstraintTextError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
