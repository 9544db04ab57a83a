/** The forms in which `audit` prints receipts: rows, the lines themselves, or another system's. */
import { readChain } from "../protocol/chain.ts";
import { hex, sha256 } from "../protocol/keys.ts";
import { readEvidence } from "../receipts/evidence.ts";
import type { Format } from "../receipts/formats/format.ts";
import { printableCut, printableJson } from "../receipts/printable.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { renderLine } from "../receipts/render.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText } from "../state/read_file.ts";
import { UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** A form of output. */
export interface Output {
  readonly head?: string;
  /**
   * What is printed of a line; undefined for kinds that the form leaves out, null for what is no
   * receipt and is left out, too.
   *
   * @param receipt undefined for a line that is none
   */
  readonly render: (text: string, receipt: Receipt | undefined) => string | undefined | null;
}

const formats = ["jsonl", "csv", "ocsf", "otlp-json", "authorizer"] as const;
type FormatName = typeof formats[number];

/** What `--format` takes, for messages and helps. */
export const formatNames = formats.join(", ");

/** Rows for people. @param isLong with the receipt's number and time before each */
export function rows({ paint }: Terminal, isLong = false): Output {
  if (!isLong) return { render: (text) => renderLine(text, paint) };
  return {
    render: (text, receipt) => `${placeOf(receipt).padEnd(placeWidth)} ${renderLine(text, paint)}`,
  };
}

const numberWidth = 6;
const timeWidth = "2026-03-01T12:00:00.000Z".length;
const placeWidth = numberWidth + 1 + timeWidth;

/** As the line says it, which nobody has checked. Empty for a line that is no receipt. */
function placeOf(receipt: Receipt | undefined): string {
  if (receipt === undefined) return "";
  const { seq, time } = receipt as { readonly seq: unknown; readonly time: unknown };
  const number = typeof seq === "number" ? String(seq) : "?";
  return `${number.padStart(numberWidth)} ${
    printableCut(typeof time === "string" ? time : "?", timeWidth)
  }`;
}

/**
 * The form that the option names.
 *
 * @param project whose keys and evidence the events of authorizers need
 * @throws {UsageError} for a name that is none
 */
export async function outputOf(name: string, project: string): Promise<Output> {
  if (!(formats as readonly string[]).includes(name)) {
    throw new UsageError(`--format is ${JSON.stringify(name)}; it takes one of ${formatNames}`);
  }
  // A terminal would obey what stands in texts; elsewhere the bytes are the log's own.
  const isSeen = Deno.stdout.isTerminal();
  if (name === "jsonl") {
    const shown = isSeen ? printableJson : (text: string) => text;
    return { render: (text, receipt) => receipt === undefined ? null : shown(text) };
  }
  const { head, line } = await formatOf(name as FormatName, project);
  const shown = isSeen && name !== "csv" ? printableJson : (text: string) => text;
  return {
    ...(head === undefined ? {} : { head }),
    render: (text, receipt) => {
      const told = receipt === undefined ? null : safely(() => line(receipt, text));
      return typeof told === "string" ? shown(told) : told;
    },
  };
}

/** What is nested deeper than any receipt is none. */
function safely(render: () => string | undefined): string | undefined | null {
  try {
    return render();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function formatOf(name: FormatName, project: string): Promise<Format> {
  const product = { name: "tenuo-claude", version };
  switch (name) {
    case "csv":
      return (await import("../receipts/formats/csv.ts")).csv;
    case "ocsf":
      return (await import("../receipts/formats/ocsf.ts")).ocsf(product);
    case "otlp-json":
      return (await import("../receipts/formats/otlp.ts")).otlp(product);
    default:
      return await authorizerFormat(project);
  }
}

async function authorizerFormat(project: string): Promise<Format> {
  const { authorizerEvents, authorizerIdOf } = await import(
    "../receipts/formats/authorizer_event.ts"
  );
  const { openKey } = await import("../authorizer/authority.ts");
  const publicKey = readRegularText(statePath(project, "receiptPublic"), 256);
  return authorizerEvents({
    authorizerId: authorizerIdOf(publicKey),
    rootPrincipal: attempt(() => readRegularText(statePath(project, "issuerPublic"), 256)),
    // An auditor has no private key; the events then say what would be signed.
    key: attempt(() => openKey({ project, root: "" }, "receiptKey")),
    chainOf: chains(statePath(project, "receipts")),
  });
}

function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

const maxChains = 64;

/** Few chains are in force at a time, so few are kept. */
function chains(path: string): (digest: string) => Uint8Array | undefined {
  const known = new Map<string, Uint8Array | undefined>();
  return (digest) => {
    if (!known.has(digest)) {
      if (known.size >= maxChains) known.clear();
      known.set(digest, attempt(() => requireChain(readEvidence(path, "warrant", digest), digest)));
    }
    return known.get(digest);
  };
}

/** Whoever can write evidence cannot have an event signed over anything but what was named. */
function requireChain(bytes: Uint8Array | undefined, digest: string): Uint8Array | undefined {
  if (bytes === undefined || hex(sha256(bytes)) !== digest) return undefined;
  readChain(bytes);
  return bytes;
}
