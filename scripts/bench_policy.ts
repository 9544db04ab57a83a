/** How the time of one decision grows with the policy and with the input, in process. */
import { evaluate } from "../src/authorizer/evaluate.ts";
import { compilePolicy } from "../src/policy/compile.ts";
import { loadPolicy } from "../src/policy/load.ts";
import type { Snapshot } from "../src/policy/snapshot.ts";
import { median } from "./ratios.ts";

/** One measured growth. */
export interface GrowthRow {
  readonly name: string;
  /** How much larger the second case is than the first. */
  readonly factor: number;
  /** The median time of the second case as a ratio to the first's. */
  readonly ratio: number;
  readonly limit: number;
}

interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Case {
  readonly policy: string;
  readonly call: Call;
  readonly verdict: "allow" | "deny";
}

interface Growth {
  readonly name: string;
  readonly factor: number;
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
function policies(): Growth[] {
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
function inputs(): Growth[] {
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
      "MCP argument",
      `mcp:\n  enforce:\n    t: {args: {a: "contains:x"}}\n`,
      "deny",
      (n) => ({ tool: "mcp__tenuo-files__t", input: { a: Array(n).fill("y") } }),
      2000,
    ),
  ];
}

async function compiled(project: string, text: string): Promise<Snapshot> {
  Deno.writeTextFileSync(`${project}/tenuo.yaml`, text);
  const { snapshot } = await compilePolicy(await loadPolicy(project), {
    project,
    home: `${project}/home`,
    stateDir: `${project}/.state`,
    binary: "/opt/tenuo-claude",
    sources: [],
    authority: "00",
    serial: 1,
    issuedAt: 1,
    sandboxRealPath: `${project}/sandbox`,
  });
  return snapshot;
}

/** Median milliseconds of the two cases, their samples interleaved. */
async function measure(project: string, { name, small, large }: Growth): Promise<[number, number]> {
  const runs = [];
  for (const { policy, call, verdict } of [small, large]) {
    const snapshot = await compiled(project, policy);
    const once = async () => {
      const start = performance.now();
      const evaluation = await evaluate({ door: "hook", cwd: project, ...call }, snapshot);
      const taken = performance.now() - start;
      if (evaluation.verdict === verdict) return taken;
      throw new Error(`${name}: ${evaluation.verdict}, not ${verdict}: ${evaluation.reason}`);
    };
    runs.push({ once, times: [] as number[] });
  }
  const end = performance.now() + 400;
  for (let round = -5; round < 8 || performance.now() < end; round++) {
    for (const { once, times } of runs) {
      const taken = await once();
      if (round >= 0) times.push(taken);
    }
  }
  const [first = NaN, second = NaN] = runs.map(({ times }) => median(times));
  return [first, second];
}

/** Measures every growth. @throws {Error} when a call is decided otherwise than expected */
export async function benchPolicy(): Promise<GrowthRow[]> {
  const project = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-bench-" }));
  try {
    Deno.mkdirSync(`${project}/sandbox`);
    Deno.mkdirSync(`${project}/home`);
    Deno.writeTextFileSync(`${project}/sandbox/notes.txt`, "Notes\n");
    const rows: GrowthRow[] = [];
    for (const growth of [...policies(), ...inputs()]) {
      const { name, factor, limit } = growth;
      const [first, second] = await measure(project, growth);
      rows.push({ name, factor, limit, ratio: second / first });
    }
    return rows;
  } finally {
    Deno.removeSync(project, { recursive: true });
  }
}
