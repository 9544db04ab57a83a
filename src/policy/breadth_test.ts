import assert from "node:assert/strict";
import fc from "fast-check";
import { breadthWarnings, type BroadPlaces } from "./breadth.ts";
import { broadHost } from "./broad_hosts.ts";
import { broadProgram } from "./broad_programs.ts";
import { regexEnds } from "./broad_texts.ts";
import { loadPolicy } from "./load.ts";
import type { PolicyWarning } from "./overlay.ts";
import { withProject } from "./test_project.ts";

async function broad(yaml: string, places?: BroadPlaces): Promise<readonly PolicyWarning[]> {
  let warnings: readonly PolicyWarning[] = [];
  await withProject({ "tenuo.yaml": yaml }, async ({ root }) => {
    warnings = breadthWarnings(await loadPolicy(root), places);
  });
  return warnings;
}

const wide: { readonly [yaml: string]: RegExp } = {
  "enforce: {Read: 'subpath:/'}": /every file of the machine; write subpath:\{sandbox\}/,
  "enforce: {Read: 'subpath://'}": /every file of the machine/,
  "enforce: {Read: 'subpath:/srv/..'}": /every file of the machine/,
  "enforce: {Write: 'subpath:{sandbox},/'}": /every file of the machine/,
  "enforce: {Write: {subpath: [/srv, /]}}": /every file of the machine/,
  "enforce: {Read: {any: ['subpath:/srv', 'subpath:/home']}}": /a whole home directory/,
  "enforce: {Read: 'subpath:/home/me'}": /a whole home directory/,
  "enforce: {Read: 'subpath:/root/'}": /a whole home directory/,
  "enforce: {Read: 'subpath:/Users/me'}": /a whole home directory/,
  "enforce: {Read: 'subpath:{sandbox}/../..'}": /above the project/,
  "sandbox: .\nenforce: {Read: 'subpath:{sandbox}/..'}": /above the project/,
  "enforce: {Read: 'pattern:*'}": /every path, since \* also stands for \//,
  "enforce: {Read: 'pattern:/*'}": /every path/,
  "enforce: {Read: 'regex:notes'}": /found anywhere/,
  "enforce: {Read: any}": /any leaves Read unrestricted/,
  "enforce: {Read: {args: {path: any, limit: 'range:1,5'}}}": /any leaves Read unrestricted/,
  "enforce: {Bash: any}": /any leaves Bash unrestricted/,
  "enforce: {Read: 'notoneof:/etc/passwd'}": /only says what is refused/,
  "enforce: {Read: 'not:subpath:/etc'}": /only says what is refused/,
  "enforce: {Read: {not: 'subpath:/etc'}}": /only says what is refused/,
  "enforce: {Read: {notoneof: [/etc/passwd]}}": /only says what is refused/,
  "enforce: {Bash: 'shlex:ls,bash'}": /bash runs any command/,
  "enforce: {Bash: 'shlex:/bin/sh'}": /sh runs any command/,
  "enforce: {Bash: 'shlex:bash -c'}": /bash -c runs any command/,
  "enforce: {Bash: 'shlex:python3'}": /python3 runs any program text/,
  "enforce: {Bash: 'shlex:python3.12'}": /any program text/,
  "enforce: {Bash: 'shlex:node -e'}": /any program text/,
  "enforce: {Bash: 'shlex:env'}": /env runs whatever its words name/,
  "enforce: {Bash: 'shlex:xargs'}": /xargs runs whatever/,
  "enforce: {Bash: 'shlex:sudo bash'}": /bash runs any command/,
  "enforce: {Bash: 'shlex:timeout 5'}": /timeout runs whatever/,
  "enforce: {Bash: 'shlex:git'}": /git can start other programs .*git status/,
  "enforce: {Bash: 'shlex:find .'}": /find can start other programs/,
  "enforce: {Bash: 'shlex:awk'}": /write the verbs form/,
  "enforce: {Monitor: 'shlex:zsh'}": /zsh runs any command/,
  "enforce: {Bash: {approval: {exempt: 'shlex:bash'}}}": /bash runs any command/,
  "enforce: {Bash: {verbs: {bash: {}}}}": /bash runs any command/,
  "enforce: {Bash: {verbs: {npm: {}}}}": /write the words that are meant, for example npm test/,
  "enforce: {Bash: {verbs: {vim: {}}}}": /vim can start other programs .*leave it out/,
  "enforce: {Bash: 'shlex:docker'}": /for example docker ps/,
  "enforce: {Bash: 'shlex:find'}": /write the verbs form/,
  "enforce: {Bash: {verbs: {env: }}}": /env runs whatever/,
  "enforce: {Bash: {verbs: {python: {paths: '{sandbox}'}}}}": /any program text/,
  "enforce: {Bash: {verbs: {cat: {paths: /}}}}": /every file of the machine/,
  "enforce: {Bash: 'pattern:npm run *'}": /does not know a shell/,
  "enforce: {Bash: 'regex:^npm run .*$'}": /does not know a shell/,
  "enforce: {Bash: 'regex:^git status'}": /does not know a shell/,
  "enforce: {Bash: 'regex:git status$'}": /does not know a shell/,
  "enforce: {Bash: 'regex:^git status$|^ls'}": /does not know a shell/,
  "enforce: {Bash: 'regex:^ls [^;]*$'}": /does not know a shell/,
  "enforce: {Bash: 'regex:^ls\\s+-l$'}": /does not know a shell/,
  "enforce: {Bash: 'regex:(?m)^ls$'}": /does not know a shell/,
  "enforce: {WebFetch: {domains: ['*']}}": /every host/,
  "enforce: {WebFetch: {domains: ['*'], approval: {}}}": /\* is every host/,
  "enforce: {WebFetch: {domains: ['*.com']}}": /below com, where names are sold/,
  "enforce: {WebFetch: {domains: ['*.co.uk']}}": /names are sold/,
  "enforce: {WebFetch: {domains: ['*.github.io']}}": /anybody can get a name/,
  "enforce: {WebFetch: {domains: ['*example.com']}}": /evilexample\.com; write \*\.example\.com/,
  "enforce: {WebFetch: {domains: ['api.*']}}": /no fixed ending/,
  "enforce: {WebFetch: {cidrs: ['0.0.0.0/0']}}": /large part of all addresses/,
  "mcp: {enforce: {t: {arg: url, constraint: 'urlpattern:https://*.com/*'}}}": /names are sold/,
  "mcp: {enforce: {t: 'subpath:/'}}": /every file of the machine/,
  "mcp: {enforce: {t: {arg: q, constraint: 'regex:x'}}}": /found anywhere/,
  "mcp: {servers: {s: {command: x, enforce: {t: 'shlex:sh'}}}}": /sh runs any command/,
  "allow: [Read]": /reaches every file but governance files; write enforce\.Read/,
  "allow: [Grep]": /reaches every file/,
  "allow: [WebFetch]": /every public host/,
  "allow: [MultiEdit]": /no rule looks at/,
};
for (const [yaml, message] of Object.entries(wide)) {
  Deno.test(`broad: ${yaml.replaceAll("\n", "; ")}`, async () => {
    const warnings = await broad(yaml);
    assert.equal(warnings.length, 1, JSON.stringify(warnings));
    assert.match(warnings[0]?.message ?? "", message);
    assert.equal(warnings[0]?.kind, "broad");
    assert.ok((warnings[0]?.line ?? 0) > 0 && (warnings[0]?.column ?? 0) > 0);
  });
}

const sound: readonly string[] = [
  Deno.readTextFileSync(new URL("../../policy/tenuo.yaml", import.meta.url)),
  "enforce: {Read: 'subpath:{sandbox},/usr/share/doc,/home/me/project'}",
  "enforce: {Read: 'subpath:{sandbox}/..'}",
  "enforce: {Read: {all: ['subpath:/', 'pattern:*.md']}}",
  "enforce: {Read: {all: ['subpath:{sandbox}', 'not:pattern:*.pem']}}",
  "enforce: {Read: 'pattern:/srv/*.txt'}",
  "enforce: {Read: 'regex:^/srv/[a-z]+$'}",
  "enforce: {Read: {args: {path: 'subpath:{sandbox}', limit: any}}}",
  "enforce: {Read: {approval: {threshold: 1}}}",
  "enforce: {Bash: {approval: {exempt: 'shlex:ls'}}}",
  "enforce: {Bash: 'shlex:ls,pwd,git status,npm test,make check,python3 scripts/check.py'}",
  "enforce: {Bash: 'shlex:timeout 5 ls,./script,./tools/watch,tools/env'}",
  "enforce: {Bash: 'shlex:bash scripts/build.sh,sh -e x.sh,node --test,python3 -m pytest'}",
  "enforce: {Bash: 'pattern:npm test'}",
  "enforce: {Bash: 'exact:npm run build'}",
  "enforce: {Bash: 'oneof:ls,pwd'}",
  "enforce: {Bash: 'regex:^git (status|diff)$'}",
  "enforce: {Bash: 'regex:^npm run [a-z:-]+$'}",
  "enforce: {Bash: 'regex:\\Acat [[:alnum:]/._-]+\\z'}",
  "enforce: {Bash: 'regex:^ls( -[a-z]+)*$'}",
  "enforce: {Bash: {verbs: {git: {subcommands: [status]}, find: {paths: '{sandbox}'}, awk: {}}}}",
  "enforce: {WebSearch: 'regex:^tenuo'}",
  "enforce: {WebFetch: {domains: ['*.example.com', '*.githubusercontent.com', a.co.uk]}}",
  "enforce: {WebFetch: {domains: ['api-*.example.com', '*cdn.example.com'], approval: {}}}",
  "enforce: {WebFetch: {cidrs: [10.0.0.0/8, 'fd00::/16']}}",
  "mcp: {enforce: {q: {arg: sql, constraint: 'regex:^SELECT'}, t: {args: {x: any}}}}",
  "mcp: {enforce: {t: {arg: url, constraint: 'urlpattern:https://*.example.com/*'}}}",
  "allow: [CronList, mcp__a__b]",
  "allow: [Read]\nenforce: {Read: 'subpath:{sandbox}'}",
  "allow: [Read]\ndeny: [Read]",
  "on_grant: defer\nallow_unsandboxed: true",
];
for (const yaml of sound) {
  Deno.test(`sound: ${yaml.replaceAll("\n", "; ").slice(0, 90)}`, async () => {
    assert.deepEqual(await broad(yaml), []);
  });
}

Deno.test("roots above the project and the home are known where those are", async () => {
  const yaml = "enforce: {Read: 'subpath:/srv,/srv/app,/srv/app/src,/data'}";
  const messages = async (places: BroadPlaces) =>
    (await broad(yaml, places)).map(({ message }) => message.split(" ", 1)[0]);
  assert.deepEqual(await messages({ project: "/srv/app" }), ["/srv"]);
  assert.deepEqual(await messages({ project: "/srv/app", home: "/data/me" }), ["/srv", "/data"]);
});

Deno.test("a warning stands where its rule does", async () => {
  const yaml =
    "enforce:\n  Read: {subpath: [/]}\n  Bash:\n    verbs:\n      ls: {}\n      sh: {}\n";
  assert.deepEqual((await broad(yaml)).map(({ line, where }) => `${line} ${where}`), [
    "2 enforce.Read",
    "6 enforce.Bash",
  ]);
});

Deno.test("an expression that is called sound accepts no operator of a shell", () => {
  const piece = fc.constantFrom(
    ..."a b [a-z] [^a] [ -~] \\w \\s \\S . (a|b) | ^ $ \\. [[:alnum:]] [[:punct:]] ; & * +".split(
      " ",
    ),
    " ",
  );
  const text = fc.array(fc.constantFrom("a", "b", " ", ";", "&", "\n", ".", "z"), { maxLength: 4 })
    .map((characters) => characters.join(""));
  let sound = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), text, (pieces, command) => {
      const expression = `^${pieces.join("")}$`;
      const { isOpenStart, isOpenEnd, acceptsOperators } = regexEnds(expression);
      if (isOpenStart || isOpenEnd || acceptsOperators) return;
      // What is written out may be accepted; only wildcards must not reach it.
      if (pieces.includes(";") || pieces.includes("&")) return;
      let compiled: RegExp;
      try {
        compiled = new RegExp(expression.replaceAll("[[:alnum:]]", "[a-zA-Z0-9]"));
      } catch {
        return;
      }
      sound++;
      if (/[;&\n]/.test(command)) assert.equal(compiled.test(command), false, expression);
    }),
    { numRuns: 5000 },
  );
  assert.ok(sound > 500, String(sound));
});

Deno.test("programs and hosts of any text are judged without an error, in linear time", () => {
  fc.assert(fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.string(), (words, host) => {
    broadProgram(words, false);
    broadHost(host);
    regexEnds(host);
  }));
  for (const text of ["[", "\\", "[a", "(", "[[:a", "*", "a*", "*.", "$^"]) {
    const long = text.repeat(200_000);
    const started = performance.now();
    regexEnds(long);
    broadHost(long);
    broadProgram([long], false);
    assert.ok(performance.now() - started < 1000, text);
  }
});
