/** Made-up projects whose receipts `audit` is asked about, for tests. */
import { plainLines, sampleKey } from "../receipts/sample_log.ts";
import { command } from "./audit.ts";
import type { Terminal } from "./terminal.ts";

export interface Ran {
  readonly code: number;
  readonly printed: readonly string[];
  readonly warned: readonly string[];
}

type Options = Readonly<Record<string, string | boolean>>;

/** The text of a file with these lines. */
export function fileText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** A folder with a policy and a log; `use` gets a function that runs `audit` in it. */
export class AuditProject implements Disposable {
  readonly path: string;
  readonly log: string;
  readonly printed: string[] = [];
  readonly warned: string[] = [];
  readonly #before = Deno.env.get("TENUO_PROJECT_DIR");

  /** @param lines the log's, none for a project without one */
  constructor(lines: readonly string[] | undefined = plainLines(5)) {
    this.path = Deno.makeTempDirSync({ prefix: "tenuo-" });
    this.log = `${this.path}/.state/receipts.jsonl`;
    Deno.writeTextFileSync(`${this.path}/tenuo.yaml`, "name: test\n");
    Deno.mkdirSync(`${this.path}/.state`);
    Deno.writeTextFileSync(`${this.path}/.state/receipt_pub.hex`, `${sampleKey.publicKey}\n`);
    if (lines !== undefined) Deno.writeTextFileSync(this.log, fileText(lines));
    Deno.env.set("TENUO_PROJECT_DIR", this.path);
  }

  [Symbol.dispose](): void {
    if (this.#before === undefined) Deno.env.delete("TENUO_PROJECT_DIR");
    else Deno.env.set("TENUO_PROJECT_DIR", this.#before);
    Deno.removeSync(this.path, { recursive: true });
  }

  /** Makes the log of files, the last of which is written to. */
  lay(...files: readonly (readonly string[])[]): void {
    for (const [index, lines] of files.entries()) {
      const number = String(index + 1).padStart(6, "0");
      const isLast = index === files.length - 1;
      const path = isLast ? this.log : this.log.replace(".jsonl", `.${number}.jsonl`);
      Deno.writeTextFileSync(path, fileText(lines));
    }
  }

  terminal(): Terminal {
    return {
      colour: false,
      print: (...lines) => void this.printed.push(...lines),
      warn: (...lines) => void this.warned.push(...lines),
      paint: (_, text) => text,
    };
  }

  /** Runs `audit`; what it prints is this run's alone. */
  async audit(options: Options = {}, ...operands: readonly string[]): Promise<Ran> {
    this.printed.length = 0;
    this.warned.length = 0;
    const code = await command.run({ options, operands, terminal: this.terminal() });
    return { code, printed: [...this.printed], warned: [...this.warned] };
  }
}
