/** Collects which evidence the rows of a log name, as its bytes go by. */
import type { EvidenceKind } from "../evidence.ts";
import { longestLine } from "../read.ts";

export interface EvidenceName {
  readonly kind: EvidenceKind;
  /** Its digest, hex. */
  readonly name: string;
}

// One character a byte: digests are ASCII, and nothing is cut in the middle.
const decoder = new TextDecoder("latin1");
const digest = /^[0-9a-f]{64}$/;

export class EvidenceNames {
  readonly #chains = new Set<string>();
  readonly #policies = new Set<string>();
  /** The line that goes on in the next bytes. */
  #rest = "";

  /** The next bytes of a file. */
  take(bytes: Uint8Array): void {
    const text = this.#rest + decoder.decode(bytes);
    const end = text.lastIndexOf("\n") + 1;
    this.#look(text.slice(0, end));
    this.#rest = text.length - end > longestLine ? "" : text.slice(end);
  }

  /** The file has come to its end. */
  endFile(): void {
    this.#look(this.#rest);
    this.#rest = "";
  }

  /** In the order of kinds and digests. */
  get all(): EvidenceName[] {
    const sorted = (kind: EvidenceKind, names: ReadonlySet<string>) =>
      [...names].sort().map((name) => ({ kind, name }));
    return [...sorted("policy", this.#policies), ...sorted("warrant", this.#chains)];
  }

  #look(text: string): void {
    // How a row names a piece; inside a text the quotation marks would be escaped.
    this.#find(text, '"chain":"', this.#chains);
    this.#find(text, '"policy":"', this.#policies);
  }

  #find(text: string, naming: string, known: ReadonlySet<string>): void {
    for (let at = text.indexOf(naming); at >= 0;) {
      const start = at + naming.length;
      let end = start;
      if (!known.has(text.slice(start, start + 64))) {
        const feed = text.indexOf("\n", start);
        end = feed < 0 ? text.length : feed;
        this.#add(text.slice(text.lastIndexOf("\n", at) + 1, end));
      }
      at = text.indexOf(naming, end);
    }
  }

  /** Only a row's own members count, not what its arguments hold. */
  #add(line: string): void {
    try {
      const { chain, policy } = JSON.parse(line);
      if (digest.test(chain)) this.#chains.add(chain);
      if (digest.test(policy)) this.#policies.add(policy);
    } catch {
      // Torn: whoever wrote it anew named it again.
    }
  }
}
