/**
 * `deno task test`: the unit, integration, property and conformance tests. Needs Deno alone; what
 * could be tested further is skipped by name.
 */
import { Tally } from "./tally.ts";
import { readTestReport } from "./test_report.ts";
import { builtFile, deno, isPresent, root } from "./workspace.ts";

// A test that is run from within Claude Code must not take that session for its own.
const FOREIGN = ["CLAUDECODE", "CLAUDE_PROJECT_DIR", "CLAUDE_CONFIG_DIR", "TENUO_PROJECT_DIR"];

function ownEnvironment(): Record<string, string> {
  for (const name of FOREIGN) Deno.env.delete(name);
  return Deno.env.toObject();
}

async function runTests(tally: Tally, files: readonly string[]): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    const report = `${folder}/report.xml`;
    const options = [
      "--allow-all",
      "--ignore=tests/e2e,tests/mcp/real,scripts/test.ts",
      `--junit-path=${report}`,
    ];
    const { code } = await deno(["test", ...options, ...files], {
      env: ownEnvironment(),
      shown: true,
    });
    const { passed, failed, ignored } = isPresent(report)
      ? readTestReport(Deno.readTextFileSync(report))
      : { passed: 0, failed: 0, ignored: [] };
    tally.count(passed, failed);
    for (const name of ignored) tally.skip(name, "the test itself says what it needs");
    if (code !== 0 && failed === 0) {
      tally.add("The tests run to their end", [`deno test ended with code ${code}`]);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function runtimeAtHand(): boolean {
  const chosen = Deno.env.get("DENORT_BIN");
  return chosen !== undefined && isPresent(chosen);
}

function skipTheRest(tally: Tally): void {
  tally.skip(
    "the built file and its commands",
    runtimeAtHand()
      ? "they have a task of their own: deno task compile"
      : "no compile runtime at hand (DENORT_BIN is not set): deno task compile downloads one",
  );
  tally.skip("published MCP servers behind the proxy", "they need npm's packages: deno task mcp");
  const client = `${root}/tests/e2e/.client/node_modules`;
  const missing = [
    ...(isPresent(builtFile) ? [] : ["the built file is missing (deno task compile)"]),
    ...(isPresent(client)
      ? []
      : ["Claude Code is not installed here (the task does it, with npm)"]),
  ];
  tally.skip(
    "sessions of the real Claude Code",
    `${missing.join("; ") || "they have a task of their own"}: deno task e2e`,
  );
}

async function main(files: readonly string[]): Promise<number> {
  const tally = new Tally();
  await runTests(tally, files);
  if (files.length === 0) skipTheRest(tally);
  return tally.close();
}

if (import.meta.main) Deno.exit(await main(Deno.args));
