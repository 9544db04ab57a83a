import assert from "node:assert/strict";
import fc from "fast-check";
import { fromJson, matches } from "../constraints/registry.ts";
import { compositions } from "../shell/command_rule.ts";
import { verbsConstraint } from "./command_rules.ts";
import { compiled, routeOf } from "./test_compile.ts";

Deno.test("shlex entries are programs on the wire and words in the snapshot", async () => {
  const yaml = `enforce:
  Bash: "shlex: ls,git status , git log,/usr/bin/make,{sandbox}/run.sh,ls,npm  run build"
  PowerShell: shlex:Get-ChildItem
`;
  await compiled(yaml, (both) => {
    const [command] = routeOf(both, "Bash").args;
    const script = `${both.root}/sandbox/run.sh`;
    assert.deepEqual(command?.constraint, [128, {
      allow: ["ls", "git", "/usr/bin/make", script, "npm"],
    }]);
    assert.deepEqual(command?.command, {
      form: "shlex",
      entries: [
        ["ls"],
        ["git", "status"],
        ["git", "log"],
        ["/usr/bin/make"],
        [script],
        ["npm", "run", "build"],
      ],
    });
    assert.deepEqual(routeOf(both, "PowerShell").args[0]?.command, {
      form: "shlex",
      entries: [["Get-ChildItem"]],
    });
  });
});

Deno.test("a command rule in another form has no reading of its own", async () => {
  await compiled("enforce: {Bash: 'regex:^ls$', Monitor: 'exact:ls'}", (both) => {
    for (const tool of ["Bash", "Monitor"]) {
      assert.equal("command" in (routeOf(both, tool).args[0] ?? {}), false, tool);
    }
  });
});

Deno.test("the structured form keeps each program's line and words", async () => {
  const yaml = `enforce:
  Bash:
    verbs:
      ls: { paths: "{sandbox}" }
      cat: { paths: ["{sandbox}", /srv/data] }
      git:
        subcommands: [status, stash list]
        deny_flags: [--output, -O]
      pwd:
      echo: {}
    compose: [pipe, and, pipe]
`;
  await compiled(yaml, (both) => {
    const route = routeOf(both, "Bash");
    const [command] = route.args;
    const sandbox = `${both.root}/sandbox`;
    assert.deepEqual([route.line, command?.line], [2, 2]);
    assert.equal(command?.rule, "verbs: ls, cat, git, pwd, echo; compose: pipe, and, pipe");
    assert.deepEqual(command?.command, {
      form: "verbs",
      verbs: {
        ls: { paths: [sandbox], rule: "ls: {paths: [{sandbox}]}", line: 4 },
        cat: {
          paths: [sandbox, "/srv/data"],
          rule: "cat: {paths: [{sandbox}, /srv/data]}",
          line: 5,
        },
        git: {
          subcommands: [["status"], ["stash", "list"]],
          denyFlags: ["--output", "-O"],
          rule: "git: {subcommands: [status, stash list], deny_flags: [--output, -O]}",
          line: 6,
        },
        pwd: { rule: "pwd: {}", line: 9 },
        echo: { rule: "echo: {}", line: 10 },
      },
      compose: ["pipe", "and"],
    });
  });
});

const verb = fc.constantFrom("ls", "git", "./gradlew", "/usr/bin/make", "g++", "a-b", "7z");

Deno.test("the warrant accepts every line that starts with a listed program", () => {
  const joined = fc.array(fc.constantFrom(...compositions), { maxLength: 5 });
  const words = fc.constantFrom("", " ", " -la", "\t-x y", " a | b", " 'a;b' && c", " \u00e9");
  fc.assert(
    fc.property(fc.uniqueArray(verb, { minLength: 1 }), joined, words, (verbs, compose, rest) => {
      const [type, rule] = verbsConstraint(verbs, compose);
      for (const one of verbs) {
        assert.equal(matches([type, fromJson(rule)], one + rest), true, one + rest);
        assert.equal(matches([type, fromJson(rule)], `${one}x${rest}`), false);
        assert.equal(matches([type, fromJson(rule)], ` ${one}${rest}`), false);
      }
    }),
  );
});

Deno.test("operators right after the program are in the warrant only where they may stand", () => {
  const accepts = (compose: Parameters<typeof verbsConstraint>[1], line: string) => {
    const [type, rule] = verbsConstraint(["ls"], compose);
    return matches([type, fromJson(rule)], line);
  };
  const lines = {
    pipe: "ls|wc",
    and: "ls&&pwd",
    or: "ls||pwd",
    semicolon: "ls;pwd",
    discard: "ls>x",
  };
  for (const [one, line] of Object.entries(lines)) {
    const composition = compositions.find((name) => name === one);
    assert.ok(composition !== undefined);
    assert.equal(accepts([composition], line), true, line);
    assert.equal(accepts([], line), false, line);
  }
  assert.equal(accepts(compositions, "lsx"), false);
  assert.equal(accepts(compositions, "ls\nid"), false);
});
