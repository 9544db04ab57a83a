/** Shows on standard error how far a long reading of a log is; only on a terminal. */

/** Nothing is shown of what is done sooner, in milliseconds. */
const patience = 1000;
const interval = 100;
const width = 30;

export interface Progress {
  /** Told how many of how many bytes are done. */
  readonly show: (done: number, all: number) => void;
  /** Takes away what is shown. */
  readonly end: () => void;
}

/** The bar, without colour. */
export function barOf(done: number, all: number, what = "Verifying"): string {
  const share = all === 0 ? 1 : Math.min(1, done / all);
  const filled = Math.floor(share * width);
  const percent = String(Math.floor(share * 100)).padStart(3);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const bar = "#".repeat(filled).padEnd(width, ".");
  return `${what} [${bar}] ${percent} % of ${megabytes(all)} MB`;
}

/** @param isTerminal whether a person sees standard error */
export function openProgress(
  isTerminal = Deno.stderr.isTerminal(),
  write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
  now = () => performance.now(),
  what = "Verifying",
): Progress {
  const start = now();
  let shown: number | undefined;
  return {
    show: (done, all) => {
      const time = now();
      if (!isTerminal || time - start < patience || time - (shown ?? 0) < interval) return;
      shown = time;
      write(`\r${barOf(done, all, what)}`);
    },
    end: () => {
      if (shown !== undefined) write("\r\x1b[K");
    },
  };
}
