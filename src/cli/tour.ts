/** The tour: sets up, asks the real hook, shows the receipts, and checks every verdict. */
import { printable } from "../receipts/printable.ts";
import { ReceiptsFile } from "../receipts/read.ts";
import { parseReceipt } from "../receipts/receipt.ts";
import { statePath } from "../state/layout.ts";
import { printReceipts } from "./audit_print.ts";
import { summary, verifyProject } from "./audit_verify.ts";
import { UserError } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import type { HookAnswer, TourPlace } from "./tour_place.ts";
import type { TourProxy } from "./tour_proxy.ts";
import { type TourPart, tourParts, type TourStep } from "./tour_steps.ts";

/** What the tour found: how many verdicts it asked for, and what was not as expected. */
export interface TourResult {
  readonly asked: number;
  readonly faults: readonly string[];
}

/** Takes the tour. @throws {UserError} when the project cannot be set up or taken down */
export async function takeTour(place: TourPlace, terminal: Terminal): Promise<TourResult> {
  const title = (text: string) => terminal.print("", terminal.paint("bold", text));
  title("tenuo-claude init");
  await runCommand(place, terminal, ["init"]);
  title("tenuo-claude up");
  await runCommand(place, terminal, ["up", "--port", String(freePort())], /^(Local mode|Service )/);

  const faults: string[] = [];
  const parts = tourParts(place.project);
  for (const part of parts) {
    title(part.title);
    faults.push(...await takePart(place, terminal, part));
  }

  const steps = parts.flatMap((part) => part.steps);
  title("tenuo-claude audit: every decision left a signed receipt");
  await printReceipts(statePath(place.project, "receipts"), indented(terminal));
  faults.push(...trailFaults(place, steps));
  title("tenuo-claude audit --verify");
  const verification = await verifyProject(place.project);
  terminal.print(`  ${summary(verification, terminal)}`);
  if (verification.outcome !== "proven") faults.push("The receipts do not verify");
  title("tenuo-claude down");
  await runCommand(place, terminal, ["down"]);
  return { asked: steps.length, faults };
}

function indented(terminal: Terminal): Terminal {
  return {
    ...terminal,
    print: (...lines) => terminal.print(...lines.map((line) => `  ${line}`)),
  };
}

/** Runs a command and prints what it says, or those lines of it that are `shown`. */
async function runCommand(
  place: TourPlace,
  terminal: Terminal,
  args: readonly string[],
  shown = /./,
): Promise<void> {
  const { code, stdout, stderr } = await place.command(...args);
  if (code !== 0) {
    throw new UserError(`${args[0]} ended with exit code ${code}: ${printable(stderr.trim())}`);
  }
  const lines = stdout.split("\n").filter((line) => line !== "" && shown.test(line));
  indented(terminal).print(...lines.map(printable));
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Takes the steps of a part, and first looks at its server's tools. Returns what is wrong. */
async function takePart(
  place: TourPlace,
  terminal: Terminal,
  { tools, steps }: TourPart,
): Promise<string[]> {
  const takeSteps = async (server?: TourProxy) => {
    const faults: (string | undefined)[] = [];
    for (const step of steps) faults.push(await takeStep(place, terminal, step, server));
    return faults.filter((fault) => fault !== undefined);
  };
  if (tools === undefined) return await takeSteps();
  return await place.withServer(tools.server, async (server) => {
    const shown = await server.tools();
    terminal.print(
      `  tools/list shows ${shown.map(printable).join(", ")}`,
      `    The server also has ${tools.withheld.join(", ")}, which the policy does not grant`,
    );
    const isRight = shown.join() === tools.shown.join();
    const faults = isRight ? [] : [`tools/list: expected ${tools.shown.join(", ")}`];
    return [...faults, ...await takeSteps(server)];
  });
}

/** Asks the proxy and tells its result as a hook's answer is told. */
async function askProxy(server: TourProxy, { tool, input, call }: TourStep): Promise<HookAnswer> {
  const own = tool.slice(tool.lastIndexOf("__") + 2);
  const { isError, text } = await server.call(own, input, call ?? `toolu_${crypto.randomUUID()}`);
  if (isError) return { decision: "deny", reason: text };
  const [first] = text.split("\n");
  return { decision: "allow", reason: `The server answered: ${first}` };
}

/** Tries one call. Returns what is wrong with the verdict, if anything is. */
async function takeStep(
  place: TourPlace,
  terminal: Terminal,
  step: TourStep,
  server?: TourProxy,
): Promise<string | undefined> {
  const { title, tool, input, expected, because, withoutPolicy, call } = step;
  terminal.print(`  ${title}`);
  const ask = () =>
    server !== undefined && step.proxied ? askProxy(server, step) : place.hook(tool, input, call);
  const { decision, reason } = await (withoutPolicy ? place.withoutPolicy(ask) : ask());
  const colour = decision === "allow" ? "green" : "red";
  terminal.print(
    `    ${terminal.paint(colour, decision.toUpperCase().padEnd(5))}  ${printable(reason)}`,
  );
  if (decision === expected && reason.includes(because)) return undefined;
  const fault = `${title}: expected ${expected.toUpperCase()} with "${because}"`;
  terminal.print(`    ${terminal.paint("yellow", "UNEXPECTED")}  ${fault}`);
  return fault;
}

/** The trail must hold one decision for each call, in order, and nothing that was not asked. */
function trailFaults(place: TourPlace, steps: readonly TourStep[]): string[] {
  const decoder = new TextDecoder();
  const path = statePath(place.project, "receipts");
  const lines = ReceiptsFile.use(path, (file) => [...file.lines()]);
  const trail = lines.flatMap(({ bytes }) => {
    const receipt = parseReceipt(decoder.decode(bytes));
    if (receipt?.kind !== "decision") return [];
    const { decision, observed, tool } = receipt;
    return [`${observed === true ? "observed " : ""}${decision} ${tool}`];
  });
  const expected = steps.map(({ expected, tool }) => `${expected} ${tool}`);
  return trail.join("\n") === expected.join("\n")
    ? []
    : ["The receipts do not hold one row for each call, in order"];
}
