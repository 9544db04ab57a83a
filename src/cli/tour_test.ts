import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { UserError } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { takeTour, type TourResult } from "./tour.ts";
import { Interrupted, TourPlace } from "./tour_place.ts";
import { tourParts } from "./tour_steps.ts";

/** Takes the tour with another policy and returns what was found and printed. */
async function tourWith(
  change: (policy: string) => string,
): Promise<{ result: TourResult; printed: string }> {
  const lines: string[] = [];
  const terminal: Terminal = {
    colour: true,
    print: (...more) => void lines.push(...more),
    warn: () => {},
    paint: (colour, text) => `<${colour}>${text}</>`,
  };
  const place = new TourPlace(false);
  try {
    const path = `${place.project}/tenuo.yaml`;
    const policy = await Deno.readTextFile(path);
    const changed = change(policy);
    ok(changed !== policy, "the stock policy has what the test changes");
    await Deno.writeTextFile(path, changed);
    const result = await takeTour(place, terminal);
    return { result, printed: lines.join("\n") };
  } finally {
    await place.leave();
    await rejects(Deno.stat(place.folder), Deno.errors.NotFound);
  }
}

Deno.test("A policy that allows more than the tour expects is found out", async () => {
  const { result, printed } = await tourWith((policy) =>
    policy.replace(/^( +Read: ).*$/m, "$1subpath:/etc")
  );
  const titles = result.faults.map((fault) => fault.split(":")[0]);
  deepEqual(titles.slice(0, 2), ["Read sandbox/notes.txt", "Read /etc/hosts"]);
  match(printed, /<green>ALLOW<\/> {2}Tenuo authorized: Read\n {4}<yellow>UNEXPECTED<\/>/);
  match(printed, /<red>DENY <\/>/);
});

Deno.test("A server's tool that is granted, shown and called is found out", async () => {
  const { result, printed } = await tourWith((policy) =>
    policy.replace(
      /^( +)list_directory: .*$/m,
      '$&\n$1delete_deployment: { args: { target: "pattern:*" } }',
    )
  );
  deepEqual(result.faults.map((fault) => fault.split(":")[0]), [
    "tools/list",
    "delete_deployment production",
    "The receipts do not hold one row for each call, in order",
  ]);
  match(printed, /The server answered: The deployment production would have been deleted/);
});

Deno.test("A policy that only observes is found out: a silent hook is no verdict", async () => {
  const { result } = await tourWith((policy) => policy.replace(/^mode: .*$/m, "mode: audit"));
  match(result.faults[0] ?? "", /^Read sandbox\/notes\.txt: expected ALLOW/);
  match(result.faults.at(-1) ?? "", /do not hold one row for each call/);
});

Deno.test("A policy with an error ends the tour with what init says", async () => {
  await rejects(
    tourWith((policy) => `${policy}\nnonsense: true\n`),
    (error) =>
      error instanceof UserError && /init ended with exit code 1: .*nonsense/.test(error.message),
  );
});

Deno.test("After an interruption nothing more runs", async () => {
  const place = new TourPlace(false);
  try {
    place.interrupt();
    await rejects(place.command("init"), Interrupted);
    await rejects(Deno.stat(`${place.project}/.state`), Deno.errors.NotFound);
  } finally {
    await place.leave();
  }
});

Deno.test("The tour's project is the shipped policy and sandbox, and a link out of it", async () => {
  const place = new TourPlace(false);
  try {
    const root = new URL("../../", import.meta.url);
    for (
      const [copy, original] of [
        ["tenuo.yaml", "policy/tenuo.yaml"],
        ["policy/decoy_credentials.txt", "policy/decoy_credentials.txt"],
        ["sandbox/incident_report.md", "sandbox/incident_report.md"],
      ] as const
    ) {
      equal(
        await Deno.readTextFile(`${place.project}/${copy}`),
        await Deno.readTextFile(new URL(original, root)),
      );
    }
    equal(await Deno.readLink(`${place.project}/sandbox/shortcut`), "/etc/hosts");
  } finally {
    await place.leave();
  }
});

Deno.test("The tour asks for what the hidden instruction of the report asks for", async () => {
  const report = await Deno.readTextFile(
    new URL("../../sandbox/incident_report.md", import.meta.url),
  );
  const steps = tourParts("/project").flatMap((part) => part.steps);
  const asked = steps.filter(({ expected }) => expected === "deny").map(({ input }) => input);
  match(report, /\.\.\/policy\/decoy_credentials\.txt/);
  ok(asked.some((input) => input.file_path === "/project/policy/decoy_credentials.txt"));
  const url = /https:\/\/\S+/.exec(report)?.[0];
  ok(url !== undefined && asked.some((input) => String(input.url).startsWith(url)));
});
