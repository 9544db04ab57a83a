/**
 * Looks through what a server tells the model for text that people would not see and for phrases of
 * hidden instructions. What is found is a warning, never proof; what is not found proves nothing.
 */
import { printable } from "../../receipts/printable.ts";
import type { Definition, Listed } from "./pin.ts";

export interface HiddenText {
  /** Where it stands, for example `tool add, inputSchema.properties.a.description`; fit to print. */
  readonly place: string;
  /** What it is, for example `invisible characters`. */
  readonly finding: string;
  /** Some of the text around it, fit to print. */
  readonly excerpt: string;
}

interface Sign {
  readonly finding: string;
  readonly pattern: RegExp;
}

// A joiner inside an emoji or in a script that has them, the flags of three countries, a mark of
// reading order beside letters that run to the left, one variation selector: all ordinary.
const signs: readonly Sign[] = [
  { finding: "control characters", pattern: /[^\P{Cc}\t\n\r\x85]/u },
  {
    finding: "characters that spell hidden text",
    pattern:
      /(?<![\u{1f3f4}\u{e0000}-\u{e007f}])[\u{e0000}-\u{e007f}]|\u{1f3f4}[\u{e0000}-\u{e007f}]{8}/u,
  },
  {
    finding: "characters that spell hidden text",
    pattern: /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2}/u,
  },
  { finding: "a change of reading order", pattern: /[\u202a-\u202e\u2066-\u2069]/ },
  {
    finding: "invisible characters",
    pattern:
      /[\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\u{1bca0}-\u{1bca3}]/u,
  },
  {
    finding: "invisible characters",
    pattern:
      /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{M}])(?<!(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{L})[\u200c\u200d]/u,
  },
  {
    finding: "invisible characters",
    pattern: /(?<=\p{Script=Latin}\s?)[\u200e\u200f](?=\s?\p{Script=Latin})/u,
  },
  {
    finding: "a tag that poses as an instruction",
    pattern:
      /<\/?(?:important|system|instructions?|(?:important|system|secret|hidden|admin)[\s_-]?(?:instructions?|prompt|note|message))>/i,
  },
  {
    finding: "a wish to be kept from the user",
    pattern:
      /\b(?:do not|don['’]t|never|without|must not)\s+(?:tell|telling|mention|mentioning|inform|informing|notify|notifying|reveal|revealing|show|showing|alert|alerting)\s+(?:this\s+|it\s+|that\s+|any\s+of\s+this\s+)?(?:to\s+)?(?:the\s+)?(?:user|human|person|operator)\b/i,
  },
  {
    finding: "a call to drop other instructions",
    pattern:
      /\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|of\s+)*(?:previous|prior|earlier|above|preceding|other|system)\s+(?:instruction|prompt|rule|message|direction|guideline)/i,
  },
  {
    finding: "an errand before the tool is used",
    pattern:
      /\b(?:before|prior to|when|whenever|after)\s+(?:using|calling|invoking|running|you\s+(?:use|call|invoke|run))\s+(?:this|the|any|that)\s+(?:[\w-]+\s+)?(?:tool|function|server)s?\b[^.\n]{0,40}\b(?:read|send|open|fetch|include|pass|copy|upload|cat|first\s+call)\b/i,
  },
  {
    finding: "a name of secrets",
    pattern:
      /(?:~|\/home\/\w+|\/root|\$home)\/\.(?:ssh|aws|gnupg|netrc|kube|cursor|claude)\b|\bid_(?:rsa|ed25519|ecdsa)\b|\b(?:private|ssh)\s+keys?\b[^.\n]{0,60}\b(?:read|send|include|content|pass)|\b(?:read|send|include|contents?\s+of|pass)\b[^.\n]{0,60}\b(?:private|ssh)\s+keys?\b/i,
  },
];

const excerptBefore = 20;
const excerptAfter = 50;
/** Longer texts are looked at in parts, so that no single search grows without bound. */
const partLength = 65_536;
const overlap = 256;
const mostFindings = 50;

function excerptOf(text: string, at: number): string {
  const start = Math.max(0, at - excerptBefore);
  const cut = text.slice(start, at + excerptAfter);
  const [before, after] = [start > 0 ? "…" : "", at + excerptAfter < text.length ? "…" : ""];
  return `${before}${printable(cut)}${after}`;
}

/** What one text hides, each finding once. */
export function scanText(place: string, text: string): HiddenText[] {
  const found = new Map<string, HiddenText>();
  for (let start = 0; start < text.length; start += partLength) {
    const part = text.slice(Math.max(0, start - overlap), start + partLength);
    for (const { finding, pattern } of signs) {
      if (found.has(finding)) continue;
      const at = pattern.exec(part)?.index;
      if (at !== undefined) found.set(finding, { place, finding, excerpt: excerptOf(part, at) });
    }
  }
  return [...found.values()];
}

/** Every text of a value with the path to it; names of members are texts as well. */
function* textsOf(value: unknown, path: string): Generator<readonly [place: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  else if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) yield* textsOf(one, `${path}[${at}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      const below = path === "" ? printable(name) : `${path}.${printable(name)}`;
      yield [`the name ${below}`, name];
      yield* textsOf(one, below);
    }
  }
}

function* placesOf(listed: Listed): Generator<readonly [place: string, text: string]> {
  yield* textsOf(listed.identity, "identity");
  yield ["instructions", listed.instructions ?? ""];
  for (const [tool, definition] of listed.tools) yield* toolTexts(tool, definition);
}

function* toolTexts(
  tool: string,
  definition: Definition,
): Generator<readonly [place: string, text: string]> {
  for (const [place, text] of textsOf(definition, "")) {
    yield [`tool ${printable(tool)}, ${place}`, text];
  }
}

/** Tools of other servers that a text of this one names: a way to steer calls that are not its own. */
function foreignNames(
  listed: Listed,
  others: ReadonlySet<string>,
): HiddenText[] {
  const telling = [...others].filter((name) =>
    /[_-]|[a-z][A-Z]/.test(name) && !listed.tools.has(name)
  );
  if (telling.length === 0) return [];
  const wanted = new Set(telling);
  const found: HiddenText[] = [];
  for (const [place, text] of placesOf(listed)) {
    for (const { 0: word, index } of text.matchAll(/[\w-]+/g)) {
      if (!wanted.delete(word)) continue;
      found.push({ place, finding: "a tool of another server", excerpt: excerptOf(text, index) });
    }
  }
  return found;
}

/**
 * What a server hides, or seems to, in what it tells the model: at most fifty findings.
 *
 * @param others the tools of the other servers, by their own names
 */
export function scanServer(
  listed: Listed,
  others: ReadonlySet<string> = new Set(),
): HiddenText[] {
  const found: HiddenText[] = [];
  for (const [place, text] of placesOf(listed)) {
    found.push(...scanText(place, text));
    if (found.length >= mostFindings) break;
  }
  return [...found, ...foreignNames(listed, others)].slice(0, mostFindings);
}
