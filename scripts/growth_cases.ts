/** Pairs of calls, the second under a larger policy or with a larger input. */

/** One call. */
export interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A call, the policy it is made under and what it must come to. */
export interface Case {
  readonly policy: string;
  readonly call: Call;
  readonly verdict: "allow" | "deny";
}

/** What is compared. */
export interface Growth {
  readonly name: string;
  /** How much larger the second case is than the first. */
  readonly factor: number;
  /** How much longer it may take. */
  readonly limit: number;
  readonly small: Case;
  readonly large: Case;
}

/** A call may take as much longer as its input is larger, and half as much again for the noise. */
const linear = (factor: number) => factor * 1.5;
const grown = 8;

const read = "enforce:\n  Read: subpath:{sandbox}\n";
const readCall = { tool: "Read", input: { file_path: "sandbox/notes.txt" } };

function list(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `      - ${item(index)}\n`).join("");
}

const domains = (count: number) =>
  `enforce:\n  WebFetch:\n    domains:\n${list(count, (i) => `h${i}.example.com`)}`;

const wildcards = (count: number) =>
  `enforce:\n  WebFetch:\n    domains:\n${list(count, (i) => `"*.h${i}.example.com"`)}`;

const roots = (count: number) =>
  `enforce:\n  Read:\n    subpath:\n${list(count, (i) => `"{sandbox}/d${i}"`)}`;

const others = (count: number) =>
  `${read}mcp:\n  enforce:\n${
    Array.from({ length: count }, (_, i) => `    tool_${i}: {args: {a: "oneof:1,2"}}\n`).join("")
  }`;

const fetchOf = (host: string) => ({
  tool: "WebFetch",
  input: { url: `https://${host}/`, prompt: "" },
});

/** The number of rules grows; the last one is what the call needs. */
export function largerPolicies(): Growth[] {
  const both = (name: string, limit: number, at: (count: number) => Case): Growth => ({
    name,
    limit,
    factor: 100,
    small: at(10),
    large: at(1000),
  });
  return [
    both("domains", 10, (count) => ({
      policy: domains(count),
      call: fetchOf(`h${count - 1}.example.com`),
      verdict: "allow",
    })),
    both("wildcard domains", 10, (count) => ({
      policy: wildcards(count),
      call: fetchOf(`a.h${count - 1}.example.com`),
      verdict: "allow",
    })),
    both("unlisted domain", 10, (count) => ({
      policy: domains(count),
      call: fetchOf("elsewhere.example.com"),
      verdict: "deny",
    })),
    both("roots", 10, (count) => ({
      policy: roots(count),
      call: { tool: "Read", input: { file_path: `sandbox/d${count - 1}/a` } },
      verdict: "allow",
    })),
    {
      name: "rules of other tools",
      factor: 100,
      limit: 1.5,
      small: { policy: others(2), call: readCall, verdict: "allow" },
      large: { policy: others(200), call: readCall, verdict: "allow" },
    },
  ];
}

/** The input grows under the same policy. */
export function largerInputs(): Growth[] {
  const grow = (
    name: string,
    policy: string,
    verdict: "allow" | "deny",
    call: (length: number) => Call,
    base: number,
  ): Growth => ({
    name,
    factor: grown,
    limit: linear(grown),
    small: { policy, call: call(base), verdict },
    large: { policy, call: call(base * grown), verdict },
  });
  const bash = (rule: string) => `enforce:\n  Bash: ${rule}\n`;
  const run = (command: string) => ({ tool: "Bash", input: { command } });
  const verbs = `{verbs: {echo: {}, cat: {paths: "{sandbox}"}}, compose: [pipe, and]}`;
  return [
    grow("shlex words", bash("shlex:echo"), "allow", (n) => run("echo" + " a".repeat(n)), 1000),
    grow(
      "shlex quotes",
      bash("shlex:echo"),
      "allow",
      (n) => run(`echo${` "a b"'c d'`.repeat(n)}`),
      500,
    ),
    grow("verbs words", bash(verbs), "allow", (n) => run("echo" + " a".repeat(n)), 1000),
    grow("verbs parts", bash(verbs), "allow", (n) => run("echo a" + " | echo a".repeat(n)), 200),
    grow(
      "glob backtracking",
      bash('"pattern:*a*a*a*a*a*b"'),
      "deny",
      (n) => run("a".repeat(n)),
      1000,
    ),
    grow(
      "regex backtracking",
      bash('"regex:^(a+)+$"'),
      "deny",
      (n) => run(`${"a".repeat(n)}!`),
      1000,
    ),
    grow(
      "reach of a command",
      bash('"pattern:*"'),
      "allow",
      (n) => run("cat" + " 'a b'".repeat(n)),
      100,
    ),
    grow(
      "reach of a pattern",
      bash('"pattern:*"'),
      "allow",
      (n) => run(`cat x${"*a".repeat(n)}`),
      60,
    ),
    grow("path", read, "allow", (n) => ({
      tool: "Read",
      input: { file_path: `sandbox/${"a/".repeat(n)}b` },
    }), 200),
    grow("path climbing", read, "deny", (n) => ({
      tool: "Read",
      input: { file_path: `${"../".repeat(n)}etc/hosts` },
    }), 150),
    grow("search pattern", "enforce:\n  Glob: subpath:{sandbox}\n", "allow", (n) => ({
      tool: "Glob",
      input: { path: "sandbox", pattern: "*a".repeat(n) },
    }), 60),
    grow("URL path", domains(1), "allow", (n) => ({
      tool: "WebFetch",
      input: { url: `https://h0.example.com/${"a/".repeat(n)}`, prompt: "" },
    }), 400),
    grow("URL host", wildcards(1), "deny", (n) => ({
      tool: "WebFetch",
      input: { url: `https://${"a.".repeat(n)}example.org/`, prompt: "" },
    }), 400),
    grow(
      "MCP texts",
      `mcp:\n  enforce:\n    t: {args: {a: any}}\n`,
      "allow",
      (n) => ({ tool: "mcp__tenuo-files__t", input: { a: Array(n).fill("some/where") } }),
      200,
    ),
    grow(
      "URL pattern",
      `mcp:\n  enforce:\n    t: {args: {a: "urlpattern:https://*.example.com/*a*a*a*b"}}\n`,
      "deny",
      (n) => ({
        tool: "mcp__tenuo-files__t",
        input: { a: `https://x.example.com/${"a".repeat(n)}` },
      }),
      500,
    ),
    grow(
      "MCP argument",
      `mcp:\n  enforce:\n    t: {args: {a: "contains:x"}}\n`,
      "deny",
      (n) => ({ tool: "mcp__tenuo-files__t", input: { a: Array(n).fill("y") } }),
      2000,
    ),
  ];
}
