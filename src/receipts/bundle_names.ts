/** Collects which evidence the rows of a log name, as its bytes go by. */
import { Buffer } from "node:buffer";
import type { EvidenceKind } from "./evidence.ts";
import { longestLine } from "./read.ts";

export interface EvidenceName {
  readonly kind: EvidenceKind;
  /** Its digest, hex. */
  readonly name: string;
}

/** How a row may name a piece; inside a text the quotation marks would be escaped. */
const naming = /"(?:chain|policy)":"([0-9a-f]{64})"/g;
const digest = /^[0-9a-f]{64}$/;

export class EvidenceNames {
  readonly #chains = new Set<string>();
  readonly #policies = new Set<string>();
  /** The line that goes on in the next bytes. */
  #rest = "";

  /** The next bytes of a file. */
  take(bytes: Uint8Array): void {
    // One character a byte: digests are ASCII, and nothing is cut in the middle.
    const text = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString("latin1");
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
    naming.lastIndex = 0;
    for (let match = naming.exec(text); match !== null; match = naming.exec(text)) {
      const name = match[1] as string;
      if (this.#chains.has(name) || this.#policies.has(name)) continue;
      const start = text.lastIndexOf("\n", match.index) + 1;
      const feed = text.indexOf("\n", match.index);
      const end = feed < 0 ? text.length : feed;
      this.#add(text.slice(start, end));
      naming.lastIndex = end;
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
