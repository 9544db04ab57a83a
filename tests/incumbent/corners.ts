/** Policies at the edges of the grammar that some release loads, and what is said of those that do not load here. */

/** Words of docs/COMPATIBILITY.md. */
const empty = "a value of another type than its key takes";
const meaningless = "a constraint that means nothing";
const names = "names of hosts and tools that do not exist";
const yaml = "a merge key (`<<`), a YAML directive, a key that is no text";
const numbers = "numbers that YAML versions read differently";
const unknown = "an unknown key";
const twice = "a duplicate key, a tag, an exploding alias";

/** Documents that load here as they do there. */
export const loading: readonly string[] = [
  "---\nenforce: {Read: 'exact:a'}\n",
  "enforce: {Read: 'exact:a'}\n...\n",
  "\ufeffenforce: {Read: 'exact:a'}\n",
  "enforce:\r\n  Read: 'exact:a'\r\n",
  "enforce:\n  Read: &p 'subpath:{sandbox}'\n  Write: *p\n",
  "enforce:\n  Bash: >-\n    shlex:ls,\n    pwd\n",
  "enforce:\n  Read: subpath:{sandbox}\nallow: [Read, A, A]\n",
  "enforce:\n",
  "subagents:\nenforce: {Read: 'exact:a'}\n",
  "allow:\naudit:\n",
  "mode: DRY-RUN\n",
  "default: APPROVE\nallow_bundled: yes\n",
  "ttl_seconds: 7776000\n",
  "name: 日本\n",
  "cloud: {url: 'https://x.com', trigger: t, agent_name: a, approver_identity: o}\n",
  "authorizer: {image: a, transport: unix, socket: /x, socket_group: g}\n",
  "deny: [PowerShell, delete_repository]\n",
  "mcp: {downstream: ./x.py}\n",
  "mcp: {enforce: {a-b: 'exact:a', a.c: 'exact:b'}}\n",
  "mcp: {enforce: {x: {arg: a, constraint: 'exact:a', approval: {threshold: 1, approver: ops}}}}\n",
  "enforce: {Bash: {approval: {threshold: 1, approver: ops, exempt: 'shlex:ls'}}}\n",
  "enforce: {WebFetch: {domains: [Example.COM, 'a_b.example.com', '8.8.8.8']}}\n",
  "enforce: {WebFetch: {domains: ['api.*.com', 'api?.example.com', '[ab].example.com']}}\n",
  "enforce: {WebFetch: {domains: , cidrs: [10.0.0.1, 10.0.0.1/8, 0.0.0.0/0]}}\n",
  "enforce: {WebFetch: {domains: [example.com], schemes: [HTTPS], approval: {}}}\n",
  "enforce: {WebFetch: 'urlpattern:https://example.com/*'}\n",
  "enforce: {WebFetch: 'exact:https://example.com/'}\n",
  ..."shlex:ls, shlex:ls,,pwd|oneof:a,|oneof:,a|regex:(?i)a|pattern:{a,b}|exact:"
    .split("|").map((text) => `enforce: {Bash: "${text}"}\n`),
  ..."range:1.,2|range: .5 ,|range:+1,2|cidr:10.0.0.1/8|cidr:FD00::/8|notoneof:a,"
    .split("|").map((text) => `mcp: {enforce: {t: {arg: a, constraint: "${text}"}}}\n`),
  ..."ftp://x.com/|https://EXAMPLE.com/|https://x.com:80/*|https://[::1]/|https://a.com/["
    .split("|").map((text) => `mcp: {enforce: {t: {arg: a, constraint: "urlpattern:${text}"}}}\n`),
];

const rule = (text: string) => `enforce: {Bash: ${JSON.stringify(text)}}\n`;
const web = (text: string) => `enforce: {WebFetch: ${text}}\n`;

/** Documents that do not load here, and the words that tell of it. */
export const refused: readonly (readonly [words: string, ...documents: readonly string[]])[] = [
  [
    empty,
    "",
    "# nothing\n",
    "ttl_seconds:\n",
    "name: 5\n",
    "name:\n",
    "default:\n",
    "default: ' DENY '\n",
    "mode: ' Enforce '\n",
    "allow: TodoWrite\n",
    "allow_bundled:\n",
    "allow_bundled: 'false'\n",
    "strict_receipts: 1\n",
    "enforce: {Read: 'exact:a'}\nsubagents: {Explore: {tools: [Read], ttl_seconds: '600'}}\n",
    web("{domains: [example.com], ports: ['443']}"),
    web("{domains: [example.com], ports: []}"),
    web("{domains: [example.com], schemes: []}"),
    web("{domains: example.com}"),
    web("{domains: [example.com], approval: {threshold: '1'}}"),
    web("{domains: [example.com], approval: }"),
    "enforce: {Bash: {approval: {threshold: 0}}}\n",
    "mcp: {enforce: {x: {arg: 5, constraint: 'exact:a'}}}\n",
  ],
  [
    meaningless,
    ...["shlex:ls;id", "shlex:../ls", "shlex:-x", "shlex:/bin/", "pattern:", "regex:", "oneof:"]
      .map(rule),
    ...["range:9,1", "range:1_0,", "range:1e999,", "cidr:10.0.0.0/08"].map(rule),
    ...["urlpattern:https://*/x", "urlpattern:https://a*b.com", "urlpattern:https://u@a.com"]
      .map(rule),
    "enforce: {Read: 'subpath:/a\\b'}\n",
    "enforce: {Bash: exact}\n",
  ],
  ["regular expressions beyond RE2", ...["regex:(?x) a", "regex:a{1001}"].map(rule)],
  ["`subpath:` on what is no path", rule("subpath:/x"), "enforce: {WebSearch: 'subpath:/x'}\n"],
  [
    names,
    web("{domains: ['https://example.com']}"),
    web("{domains: ['example.com/x']}"),
    web("{domains: [localhost]}"),
    web("{domains: [example.com.]}"),
    web("{domains: [münchen.de]}"),
    web("{domains: [example.com], schemes: [ftp]}"),
    "allow: ['mcp__github__*']\n",
    "allow: [read_file]\n",
  ],
  ["a shell under `allow`", "allow: [Bash]\n"],
  [yaml, "enforce:\n  <<: {Read: 'exact:a'}\n", "%YAML 1.1\n---\nname: x\n", "5: a\n"],
  [numbers, "ttl_seconds: 3_600\n", "ttl_seconds: 0777\n", "ttl_seconds: 60:00\n"],
  [unknown, "version: 1\n", "enforce: {Bash: {note: x, approval: {threshold: 1}}}\n"],
  [twice, "enforce: {Read: 'exact:a', Read: 'exact:b'}\n", "enforce: !!map {Read: 'exact:a'}\n"],
  [
    "`deny: [Tool]`",
    "enforce: {Read: 'exact:a'}\ndeny: [Read]\nsubagents: {Explore: {tools: [Read]}}\n",
  ],
  ["an unknown `mode`", "mode: allow\n"],
  ["`allow_bundled` and `audit_bundled` that", "allow_bundled: true\naudit_bundled: false\n"],
  [
    "WebFetch `approval` beside `cidrs`, two `exempt` of one tool",
    web("{cidrs: [10.0.0.0/8], approval: {threshold: 1}}"),
    "mcp: {enforce: {x: {approval: {threshold: 1, exempt: {a: 'exact:a'}}, exempt: {b: 'exact:b'}}}}\n",
  ],
  [
    "roles whose names differ only by case or punctuation",
    "enforce: {Read: 'exact:a'}\nsubagents: {a-b: {tools: [Read]}, a_b: {tools: [Read]}}\n",
  ],
];
