/**
 * `deno task mcp`: the proxy beside published MCP servers, and the published conformance suite. Needs
 * Node.js and, for the first time, npm's registry; without them it says what was skipped, which is a
 * failure where CI is true. `deno task mcp NAME` runs the files whose name holds the text.
 */
import { fileURLToPath } from "node:url";
import { Tally } from "../../scripts/tally.ts";
import { readTestReport } from "../../scripts/test_report.ts";
import { installServers } from "./real/servers.ts";

const folder = fileURLToPath(new URL("real/", import.meta.url));

async function runTests(tally: Tally, names: readonly string[]): Promise<void> {
  const place = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    const report = `${place}/report.xml`;
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith("_test.ts") && names.every((one) => name.includes(one)));
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--allow-all",
        `--junit-path=${report}`,
        ...files.map((name) => folder + name),
      ],
    }).spawn().status;
    const { passed, failed } = readTestReport(Deno.readTextFileSync(report));
    tally.count(passed, failed);
    if (code !== 0 && failed === 0) {
      tally.add("The tests run to their end", [`deno test ended with code ${code}`]);
    }
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
}

const tally = new Tally();
const why = await installServers((line) => console.log(line));
if (why === undefined) await runTests(tally, Deno.args);
else if (Deno.env.get("CI") === "true") tally.add("The published MCP servers", [why]);
else tally.skip("the published MCP servers and the conformance suite", why);
Deno.exit(tally.close());
