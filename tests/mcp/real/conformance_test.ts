/** The published conformance suite, directly and through the proxy. */
import { deepEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Governed } from "../governed.ts";
import { environment } from "../launch.ts";
import { sdkTest } from "../session.ts";
import { EXPECTED, type Expected } from "./conformance/expected_failures.ts";
import { HttpFront } from "./conformance/http_front.ts";
import { type Outcome, runSuite } from "./conformance/suite.ts";
import { toolNames } from "./conformance/tools.ts";

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

const config = pathOf("../../../deno.json");
const program = ["run", "-A", "--quiet", "--config", config];
const serverArgs = [...program, pathOf("conformance/conformance_server.ts")];
const clientScenarios = [
  ...["initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry"],
];

/** What failed must be what is listed: one more is a fault of ours, one less a stale entry. */
function holds(outcome: Outcome, expected: Expected): void {
  const failed = Object.entries(outcome).filter(([, checks]) => checks.length > 0);
  for (const [scenario, checks] of failed) {
    ok(scenario in expected, `${scenario} is not expected to fail: ${checks.join("; ")}`);
  }
  deepEqual(failed.map(([scenario]) => scenario).toSorted(), Object.keys(expected).toSorted());
}

async function serverSuite(url: string, output: string): Promise<Outcome> {
  const outcome = await runSuite(["server", "--url", url, "--suite", "all"], output);
  ok(Object.keys(outcome).length >= 32, "Every scenario of the suite has run");
  return outcome;
}

sdkTest("The suite's server scenarios, directly", async () => {
  const folder = await Deno.makeTempDir({ prefix: "conformance_" });
  const launch = {
    command: Deno.execPath(),
    args: serverArgs,
    env: environment(folder),
    cwd: folder,
  };
  try {
    await using front = new HttpFront(launch);
    holds(await serverSuite(front.url, `${folder}/results`), EXPECTED.serverDirect);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

sdkTest("The suite's server scenarios, through the proxy", async () => {
  const { DENO_DIR = "" } = environment("/");
  await using governed = await Governed.create({
    servers: {
      suite: {
        command: Deno.execPath(),
        args: serverArgs,
        env: { DENO_DIR },
        allow: toolNames,
        resources: "*",
        prompts: "*",
        sampling: true,
        elicitation: true,
      },
    },
  });
  await using front = new HttpFront(governed.launch("suite"));
  const output = governed.project.outside("results");
  holds(await serverSuite(front.url, output), EXPECTED.serverProxied);
});

for (const door of ["direct", "proxied"] as const) {
  sdkTest(`The suite's client scenarios, ${door}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "conformance_" });
    const client = [Deno.execPath(), ...program, pathOf("conformance/conformance_client.ts"), door];
    const outcome: Record<string, readonly string[]> = {};
    try {
      for (const scenario of clientScenarios) {
        const args = ["client", "--command", client.join(" "), "--scenario", scenario];
        Object.assign(outcome, await runSuite(args, `${folder}/${scenario}`));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    deepEqual(Object.keys(outcome).toSorted(), clientScenarios.toSorted());
    holds(outcome, door === "direct" ? EXPECTED.clientDirect : EXPECTED.clientProxied);
  });
}
