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
  "enforce: {Agent: 'exact:x'}": /"Agent": expected a tool/,
  "enforce: {Read: }": /^tenuo\.yaml:1:\d+: enforce\.Read: expected a constraint written kind:rest/,
  "enforce: {Read: {sandbox}}": /enforce\.Read: expected a constraint written kind:rest/,
  "enforce: {Read: 5}": /"5": expected a constraint/,
  "enforce: {Read: [a]}": /expected a constraint/,
  "enforce: [Read]": /enforce: expected a map from tools/,
  "enforce: {Read: 'subpaht:/x'}": /did you mean "subpath:\/x"\?$/,
  "enforce: {Bash: 'subpath:/x'}": /enforce\.Bash: .*what Bash is given is not a path/,
  "enforce: {Monitor: 'subpath:/x'}": /is not a path/,
  "enforce: {WebSearch: 'subpath:/x'}": /is not a path/,
  "enforce: {WebFetch: 'exact:x'}": /expected a map with domains/,
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
  "enforce: {WebFetch: {domains: [a.b], approval: {threshold: 1}}}": /approval is not supported/,
  "mode: observe": /enforce, audit or dry-run/,
  "mode: ' enforce'": /enforce, audit or dry-run/,
  "mode: null": /enforce, audit or dry-run/,
  "default: audit": /audit would let every tool run that the policy does not list/,
  "default: allow": /allow would let every tool run that the policy does not list/,
  "default: approve": /approval of unlisted tools, which this version does not support/,
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
  "subagents: {}": /subagents are not supported by this version/,
  "cloud: {}": /cloud mode is not supported by this version/,
  "authorizer: {}": /not supported by this version/,
  "approval: {}": /not supported by this version/,
  "deny: [Bash]": /whatever is not listed is denied already/,
  "mcp: {servers: {}}": /"servers": expected a known key \(downstream, enforce\)/,
  "mcp: {downstream: 5}": /the path of a server script/,
  "mcp: {enforce: {t: 5}}": /t: "5": expected a constraint written kind:rest, or a map/,
  "mcp: {enforce: {t: {}}}": /expected constraint, or args$/,
  "mcp: {enforce: {t: {arg: x}}}": /expected constraint, or args$/,
  "mcp: {enforce: {t: {args: {}}}}": /at least one argument/,
  "mcp: {enforce: {t: {args: {x: 5}}}}": /t\.args\.x: "5": expected a constraint/,
  "mcp: {enforce: {t: {args: {x: 'exact:1'}, arg: x}}}": /either args or arg/,
  "mcp: {enforce: {t: {args: {x: 'exact:1'}, constraint: 'exact:1'}}}": /either args or constraint/,
  "mcp: {enforce: {t: {path: 'exact:x'}}}": /"path": expected a known key/,
  "mcp: {enforce: {t: {arg: ' ', constraint: 'exact:1'}}}": /the name of an argument/,
  "mcp: {enforce: {t: {constraint: 'nope:1'}}}": /t\.constraint: "nope:1"/,
  "mcp: {enforce: {t: {approval: {threshold: 1}}}}": /approval is not supported/,
  "mcp: {enforce: {'a b': 'exact:1'}}": /a tool name of letters/,
  "mcp: {enforce: {mcp__s__t: 'exact:1'}}": /without mcp__ and server/,
};
for (const [yaml, message] of Object.entries(refused)) {
  Deno.test(`refused: ${yaml.replaceAll("\n", "; ")}`, async () => {
    assert.match((await refusal(yaml)).message, message);
  });
}
