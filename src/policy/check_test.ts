import assert from "node:assert/strict";
import { loadPolicy } from "./load.ts";
import { PolicyError } from "./policy_error.ts";
import { withProject } from "./test_project.ts";

/** The error of a policy file that must not load. */
async function refusal(text: string): Promise<PolicyError> {
  let caught: unknown;
  await withProject({ "tenuo.yaml": text }, async ({ root }) => {
    try {
      await loadPolicy(root);
    } catch (error) {
      caught = error;
    }
  });
  assert.ok(caught instanceof PolicyError, `Loaded: ${text} ${caught}`);
  return caught;
}

// From the rows of decisions that end in policy_error.
const rows: readonly (readonly [id: string, yaml: string, phase: "load" | "mint"])[] = [
  ["err-004", "enforce: {Read: 'subpath:./rel'}", "mint"],
  ["err-011", "enforce: {Bash: 'range:a,b'}", "mint"],
  ["err-018", "ttl_seconds: '3600'", "load"],
  ["err-025", "mcp: {downstream: ./s.py, enforce: {t: {constriant: 'exact:x'}}}", "load"],
];
for (const [id, yaml, phase] of rows) {
  Deno.test(`decision row ${id} is a policy error of phase ${phase}`, async () => {
    assert.equal((await refusal(yaml)).phase, phase);
  });
}

const refused: { readonly [yaml: string]: RegExp } = {
  "enforc: {}": /^tenuo\.yaml:1:1: "enforc": expected a known key .*; did you mean "enforce"\?$/,
  "enforce: {Raed: 'exact:x'}": /"Raed": expected a tool that .*; did you mean "Read"\?$/,
  "enforce: {read_file: 'exact:x'}": /did you mean "Read"\?$/,
  "enforce: {mcp__a__b: 'exact:x'}": /mcp\.enforce/,
  "enforce: {constructor: 'exact:x'}": /"constructor": expected a tool/,
  "enforce: {toString: 'exact:x'}": /"toString": expected a tool/,
  "enforce: {Agent: 'exact:x'}": /"Agent": expected no rule for Agent/,
  "enforce: {Read: }": /^tenuo\.yaml:1:\d+: enforce\.Read: expected a constraint written kind:rest/,
  "enforce: {Read: {sandbox}}": /enforce\.Read: "sandbox": expected a text: .* quote/,
  "enforce: {Read: 5}": /"5": expected a constraint/,
  "enforce: {Read: [a]}": /expected a constraint/,
  "enforce: [Read]": /enforce: expected a map from tools/,
  "enforce: {Read: 'subpaht:/x'}": /did you mean "subpath:\/x"\?$/,
  "enforce: {Bash: 'subpath:/x'}": /enforce\.Bash: .*what Bash is given is not a path/,
  "enforce: {Monitor: 'subpath:/x'}": /is not a path/,
  "enforce: {WebSearch: 'subpath:/x'}": /is not a path/,
  "enforce: {WebFetch: 'exat:x'}": /did you mean "exact:x"/,
  "enforce: {WebFetch: 5}": /a constraint written kind:rest, or a map/,
  "enforce: {WebFetch: {}}": /domains or cidrs/,
  "enforce: {WebFetch: {domains: [], cidrs: []}}": /domains or cidrs/,
  "enforce: {WebFetch: {domains: a.b}}": /a list of host names/,
  "enforce: {WebFetch: {domains: ['https://a.b']}}": /domains\[0\]: .*without a scheme/,
  "enforce: {WebFetch: {domains: [a.b], ports: [0]}}": /port number from 1 to 65535/,
  "enforce: {WebFetch: {domains: [a.b], ports: ['443']}}": /port number from 1 to 65535/,
  "enforce: {WebFetch: {domains: [a.b], ports: []}}": /at least one port/,
  "enforce: {WebFetch: {domains: [a.b], schemes: [ftp]}}": /http or https/,
  "enforce: {WebFetch: {domains: [a.b], schemes: []}}": /at least one scheme/,
  "enforce: {WebFetch: {cidrs: [10.0.0.0/64]}}": /a network/,
  "enforce: {WebFetch: {domain: [a.b]}}": /^[^\n]*did you mean "domains"\?$/,
  "enforce: {WebFetch: {cidrs: [10.0.0.0/8], approval: {threshold: 1}}}":
    /no approval beside cidrs/,
  "enforce: {WebFetch: {domains: [a.b], approval: {exempt: 'exact:x'}}}": /"exempt": .*known key/,
  "enforce: {WebFetch: {domains: [a.b], resolve: maybe}}": /resolve: "maybe": expected true or/,
  "mode: observe": /enforce, audit or dry-run/,
  "mode: ' enforce'": /enforce, audit or dry-run/,
  "mode: null": /enforce, audit or dry-run/,
  "default: constructor": /"constructor": expected deny$/,
  "default: yes": /expected deny$/,
  "default: {}": /expected deny$/,
  "ttl_seconds: 0": /whole number of seconds/,
  "ttl_seconds: -1": /whole number of seconds/,
  "ttl_seconds: 1.5": /whole number of seconds/,
  "ttl_seconds: true": /whole number of seconds/,
  "ttl_seconds: 7776001": /90 days/,
  "ttl_seconds: 1e999": /whole number of seconds/,
  "ttl_seconds: 99999999999999999999999": /whole number of seconds/,
  "ttl_seconds: .nan": /whole number of seconds/,
  "sandbox: ''": /the path of a directory/,
  "sandbox: ~/x": /the path of a directory/,
  "sandbox: '{sandbox}/x'": /the path of a directory/,
  "name: ''": /a name of at most 100/,
  "allow: Read": /a list of tool names/,
  "allow: [5]": /allow\[0\]: "5": expected the name of a tool/,
  "allow: [Bash]": /no shell: Bash needs a constraint under enforce/,
  "audit_extra: [PowerShell]": /no shell/,
  "audit: [Monitor]": /no shell/,
  "allow: [bash]": /no shell: Bash/,
  "allow: [run_command]": /no shell: Bash/,
  "allow: [run-command]": /no shell: Bash/,
  "allow: [read_file]": /did you mean "Read"\?$/,
  "allow: [READ]": /did you mean "Read"\?$/,
  "allow: ['mcp__github__*']": /without wildcards/,
  "allow: [__proto__]": /the exact name of a tool/,
  "allow: ['']": /the exact name of a tool/,
  "allow_bundled: maybe": /true or false/,
  "allow_bundled: true\naudit_bundled: false": /the same value as allow_bundled/,
  "strict_receipts: true\nreceipts: {strict: off}": /the same value as strict_receipts/,
  "receipts: {sinc: on}": /did you mean "sync"\?/,
  "approval: {}": /"approval": expected a known key/,
  "mcp: {downstream: 5}": /the path of a server script/,
  "mcp: {enforce: {t: 5}}": /t: "5": expected a constraint written kind:rest, or a map/,
  "mcp: {enforce: {t: {}}}": /expected constraint, args, or one of the constraints themselves$/,
  "mcp: {enforce: {t: {arg: x}}}":
    /expected constraint, args, or one of the constraints themselves$/,
  "mcp: {enforce: {t: {args: {}}}}": /at least one argument/,
  "mcp: {enforce: {t: {args: {x: 5}}}}": /t\.args\.x: "5": expected a constraint/,
  "mcp: {enforce: {t: {args: {x: 'exact:1'}, arg: x}}}": /either args or arg/,
  "mcp: {enforce: {t: {args: {x: 'exact:1'}, constraint: 'exact:1'}}}": /either constraint or args/,
  "mcp: {enforce: {t: {path: 'exact:x'}}}": /"path": expected a known key/,
  "mcp: {enforce: {t: {arg: ' ', constraint: 'exact:1'}}}": /the name of an argument/,
  "mcp: {enforce: {t: {constraint: 'nope:1'}}}": /t\.constraint: "nope:1"/,
  "mcp: {enforce: {'a b': 'exact:1'}}": /a tool name of letters/,
  "mcp: {enforce: {mcp__s__t: 'exact:1'}}": /without mcp__ and server/,
  // Keys of later versions.
  "subagents: {r: {tools: [Reed]}}\nenforce: {Read: 'exact:x'}": /did you mean "Read"\?$/,
  "subagents: {r: {tools: [read_file]}}": /did you mean "Read"\?$/,
  "subagents: {r: {tool: [Read]}}": /"tool": expected a known key .*did you mean "tools"\?/,
  "subagents: {r: [Read]}": /subagents\.r: expected a map with tools/,
  "subagents: {r: {tools: [], ttl_seconds: 0}}": /whole number of seconds/,
  "subagents: {a-b: {tools: []}, A_B: {tools: []}}":
    /"A_B": expected a name that differs from a-b at tenuo\.yaml:1:13/,
  "deny: Bash": /a list of tool names/,
  "deny: [bash]": /did you mean "Bash"\?$/,
  "deny: [run_command]": /did you mean "Bash"\?$/,
  "deny: ['mcp__x__*']": /without wildcards/,
  "cloud: {uri: x}": /"uri": expected a known key .*did you mean "url"\?$/,
  "authorizer: {transport: http}": /transport: "http": expected unix or tcp$/,
  "on_grant: ask": /on_grant: "ask": expected allow or defer$/,
  "pin_paths: maybe": /true or false/,
  "strict_input: 1": /true or false/,
  "allow_unsandboxed: [x]": /true or false/,
  // Examples.
  "examples: {}": /examples: expected a list of examples/,
  "examples: [{input: ls}]": /expected allow, or deny, with a tool/,
  "examples: [{allow: Bash, deny: Bash}]": /either allow or deny/,
  "examples: [{allow: Bsah, input: ls}]": /examples\[0\]\.allow: "Bsah": .*did you mean "Bash"\?$/,
  "examples: [{deny: Bsah, input: ls}]": /did you mean "Bash"\?$/,
  "examples: [{allow: NothingOfTheKind}]": /the name of a tool/,
  "examples: [{allow: TodoWrite, input: x}]": /TodoWrite has no single argument/,
  "examples: [{allow: Bash, inptu: ls}]": /did you mean "input"\?$/,
  // Constraints that hold others.
  "enforce: {Read: {}}": /expected constraint, args, or one of the constraints themselves$/,
  "enforce: {Read: {any: []}}": /at least one constraint/,
  "enforce: {Read: {any: ['exact:a'], all: ['exact:a']}}": /either all or any, not both/,
  "enforce: {Read: {anny: ['exact:a']}}": /"anny": .*did you mean "any"\?$/,
  "enforce: {Read: {any: ['exact:a', 'nope:b']}}": /any\[1\]: "nope:b": expected one of the/,
  "enforce: {Read: {any: [{subpath: [rel]}]}}": /subpath\[0\]: "rel": expected an absolute path/,
  "enforce: {Read: {oneof: [{a: 1}]}}": /text, a number, true or false/,
  "enforce: {Read: {not: {not: {not: {not: {not: 'exact:x'}}}}}}": /at most 4 constraints/,
  "enforce: {Bash: {any: ['shlex:ls', 'exact:x']}}": /write the verbs form/,
  "enforce: {Bash: {subpath: [/x]}}": /what Bash is given is not a path/,
  "enforce: {Bash: {not: 'subpath:/x'}}": /what Bash is given is not a path/,
  "enforce: {Read: {args: {limit: 'range:1,5'}}}": /a rule for path too/,
  "enforce: {Read: {arg: limit, constraint: 'range:1,5'}}": /a rule for path too/,
  "enforce: {Read: {args: {path: any, lmit: any}}}": /"lmit": .*did you mean "limit"\?$/,
  "enforce: {Read: {args: {path: any, file_path: any}}}": /one rule for path/,
  "enforce: {Read: {arg: limit, args: {path: any}}}": /either args or arg/,
  "enforce: {Read: {exempt: 'exact:x'}}": /"exempt": expected a known key/,
  "mcp: {enforce: {t: {exempt: {a: 'exact:x'}, constraint: any}}}": /approval beside exempt/,
  "mcp: {enforce: {t: {approval: {threshold: 0}}}}": /how many people must approve/,
  "mcp: {enforce: {t: {approval: {exempt: {a: 'nope:x'}}}}}": /exempt\.a: "nope:x"/,
  "enforce: {Read: {approval: {exempt: {a: 'exact:x'}}}}": /"a": expected a known key/,
  // Commands.
  "enforce: {PowerShell: 'shlex:git status'}": /one word: PowerShell/,
  "enforce: {PowerShell: {verbs: {ls: {}}}}": /"verbs": expected a known key/,
  "enforce: {Bash: 'shlex:git $x'}": /a shell acts on/,
  "enforce: {Bash: {verbs: {}}}": /at least one program/,
  "enforce: {Bash: {compose: [pipe]}}": /verbs beside compose/,
  "enforce: {Bash: {verbs: {ls: {}}, compose: [pip]}}": /one of pipe, and, or, semicolon, discard/,
  "enforce: {Bash: {verbs: {ls: {path: /x}}}}": /did you mean "paths"\?$/,
  "enforce: {Bash: {verbs: {ls: {paths: rel}}}}": /paths: "rel": expected an absolute path/,
  "enforce: {Bash: {verbs: {ls: {paths: []}}}}": /at least one path/,
  "enforce: {Bash: {verbs: {for: {}}}}": /"for": .*not a word of the shell/,
  "enforce: {Bash: {verbs: {export: {}}}}": /not a word of the shell/,
  "enforce: {Bash: {verbs: {'git status': {}}}}": /go under subcommands/,
  "enforce: {Bash: {verbs: {'l$s': {}}}}": /a shell acts on/,
  "enforce: {Bash: {verbs: {git: {subcommands: [-c]}}}}": /a subcommand, not an option/,
  "enforce: {Bash: {verbs: {git: {deny_flags: [output]}}}}": /did you mean "--output"\?$/,
  "enforce: {Bash: {verbs: {git: {deny_flags: ['--a=b']}}}}": /an option without its value/,
  // Servers.
  "mcp: {servers: {a: {}}}": /mcp\.servers\.a: expected command, or url/,
  "mcp: {servers: {a: {command: x, url: 'http://h/'}}}": /either command or url/,
  "mcp: {servers: {a: {url: 'ftp://h/'}}}": /an http or https URL/,
  "mcp: {servers: {a: {url: 'https://u:p@h/'}}}": /without user information/,
  "mcp: {servers: {a: {url: 'http://h/', args: [x]}}}": /no args beside url/,
  "mcp: {servers: {a: {command: x, headers: {A: B}}}}": /no headers beside command/,
  "mcp: {servers: {a: {url: 'http://h/', headers: {'A b': X}}}}":
    /A b: .*expected the name of an HTTP header/,
  "mcp: {servers: {a: {command: x, env: {'A-B': x}}}}":
    /A-B: .*expected the name of an environment variable/,
  "mcp: {servers: {a: {command: x, pass_env: [1A]}}}": /environment variable/,
  "mcp: {servers: {a: {command: x, cmd: y}}}": /"cmd": expected a known key/,
  "mcp: {servers: {a: {command: x, default: maybe}}}": /expected deny$/,
  "mcp: {servers: {a b: {command: x}, a_b: {command: y}}}": /the client calls it as a b at/,
  "mcp: {servers: {tenuo-files: {command: x}}, enforce: {t: any}}": /which is tenuo-files/,
  "mcp: {servers: {a: {command: x, allow: ['a b']}}}": /a tool name of letters/,
  "mcp: {servers: {a: {command: x, enforce: {mcp__s__t: any}}}}": /without mcp__ and server/,
  "mcp: {servers: {a/b: {command: x}}}": /a server name of letters/,
};
for (const [yaml, message] of Object.entries(refused)) {
  Deno.test(`refused: ${yaml.replaceAll("\n", "; ")}`, async () => {
    assert.match((await refusal(yaml)).message, message);
  });
}

Deno.test("everything that is wrong is told at once, in the order of the file", async () => {
  const error = await refusal([
    "enforce:",
    "  Read: { any: ['nope:1', { subpath: [rel] }] }",
    "  Bash: { verbs: { for: { paths: [x, /y], deny_flags: [o] } } }",
    "deny: [bash]",
    "subagents: { r: { tools: [Reed] } }",
    "examples: [{ allow: Bsah }]",
    "mode: off",
  ].join("\n"));
  assert.deepEqual(error.findings.map(({ line, text }) => `${line} ${text}`), [
    "2 nope:1",
    "2 rel",
    "3 for",
    "3 x",
    "3 o",
    "4 bash",
    "5 Reed",
    "6 Bsah",
    "7 off",
  ]);
});
