/** `demo`: the tour in a throw-away folder. */
import type { Command } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { takeTour, type TourResult } from "./tour.ts";
import { Interrupted, TourPlace } from "./tour_place.ts";

/** Signals that end the tour, and the exit codes that say so. */
const endings = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const;

function closing({ asked, faults }: TourResult, seconds: string, terminal: Terminal): string[] {
  if (faults.length === 0) {
    return [
      terminal.paint("green", `All ${asked} verdicts as expected, in ${seconds} s.`),
      "In a project of your own: write a tenuo.yaml, then tenuo-claude init",
    ];
  }
  return [
    terminal.paint("red", `${faults.length} not as expected, in ${seconds} s:`),
    ...faults.map((fault) => `  ${fault}`),
  ];
}

async function tour(place: TourPlace, keep: boolean, terminal: Terminal): Promise<number> {
  terminal.print(
    `A tour in ${place.folder}, ${keep ? "which is kept" : "which is removed at the end"}.`,
    "Each call below is put to the real hook, as Claude Code would; none of them is run.",
  );
  const start = performance.now();
  const result = await takeTour(place, terminal);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  terminal.print("", ...closing(result, seconds, terminal));
  return result.faults.length === 0 ? 0 : 1;
}

export const command: Command = {
  name: "demo",
  summary: "A tour in a throw-away project: what is allowed, what is denied, and why",
  description:
    "Copies the stock policy and sandbox to a temporary folder, governs it, puts a row\n" +
    "of tool calls to the real hook and shows verdicts, reasons and receipts. It needs no network\n" +
    "and no Claude Code, touches nothing of yours, and cleans up also when it is interrupted.\n" +
    "Exit code 1 when a verdict is not the one that the policy calls for.",
  options: { keep: { help: "Keep the folder" } },
  run: async ({ options, terminal }) => {
    const keep = options.keep === true;
    let exitCode: number | undefined;
    const place = new TourPlace(keep);
    // Never taken off: a second Ctrl-C must not stop the cleaning up.
    for (const [signal, code] of endings) {
      Deno.addSignalListener(signal, () => {
        exitCode ??= code;
        place.interrupt();
      });
    }
    try {
      return await tour(place, keep, terminal);
    } catch (error) {
      if (!(error instanceof Interrupted) || exitCode === undefined) throw error;
      terminal.warn("Interrupted; cleaning up");
      return exitCode;
    } finally {
      await place.leave();
    }
  },
};
