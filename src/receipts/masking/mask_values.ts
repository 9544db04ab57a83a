/** Masks arguments of every type: texts one by one, within lists and maps too. */
import { isSecretName } from "./mask_forms.ts";
import { cut, hidden, type Masked, maskOne, type TextMasking } from "./mask_text.ts";

/** What all arguments of a receipt may take as JSON, in characters. */
const mostJson = 64 << 10;
const longestName = 128;
/** Levels of lists and maps within one another. No argument that is signed has more. */
const deepest = 256;

/** An option whose value is the next item of a list. */
const secretOption =
  /^--?[\w-]*?(?:passw(?:or)?d|passphrase|pass|token|secret|(?:api|access|private|auth|account)[_-]?key)$/i;
/** Members that hold a name, and those that hold its value. */
const nameMembers = ["name", "key", "header", "field", "label"];
const valueMembers = /^(?:value|val|content|data)$/i;

/** One walk through a value. */
class Walk {
  changed = false;
  readonly #masking: TextMasking;
  /** How many characters of JSON may still be written. */
  #left: number;
  #depth = 0;

  constructor(masking: TextMasking, left: number) {
    this.#masking = masking;
    this.#left = left;
  }

  /** @param isSecret true where its place says that it is one, whatever it looks like */
  value(value: unknown, isSecret: boolean): unknown {
    if (value === null || typeof value === "boolean") return this.#counted(value);
    if (isSecret) return this.#hide(value);
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        // The proof is over -0 and JSON has only 0.
        if (Object.is(value, -0)) this.changed = true;
        return this.#counted(value);
      case "object":
        return this.#inner(value);
      default:
        this.changed = true;
        return this.#text(String(value));
    }
  }

  /** A name with what it stands for. */
  member(name: string, value: unknown, isSecret = false): [string, unknown] {
    const kept = this.#text(name, longestName);
    return [kept, this.value(value, isSecret || this.#isSecretName(name))];
  }

  #inner(value: object): unknown {
    if (this.#depth === deepest) {
      this.changed = true;
      return this.#counted(cut);
    }
    this.#depth++;
    const kept = Array.isArray(value) ? this.#list(value) : this.#map(value);
    this.#depth--;
    return kept;
  }

  #isSecretName(name: string): boolean {
    return isSecretName(name.slice(0, longestName)) ||
      this.#masking.own?.names.has(name.toLowerCase()) === true;
  }

  #counted<T>(value: T): T {
    this.#left -= String(value).length + 1;
    return value;
  }

  #hide(value: unknown): string {
    this.changed = true;
    const found = this.#masking.found;
    if (found !== undefined) {
      for (const text of textsOf(value)) found(text);
    }
    return this.#counted(hidden);
  }

  #text(text: string, longest = this.#masking.longest): string {
    const { value, changed } = maskOne(text, { ...this.#masking, longest });
    this.changed ||= changed;
    this.#left -= JSON.stringify(value).length + 1;
    return value;
  }

  #list(list: readonly unknown[]): unknown[] {
    const kept: unknown[] = [];
    this.#left -= 2;
    let before: unknown;
    for (const item of list) {
      if (this.#isFull()) return [...kept, cut];
      const isSecret = typeof before === "string" && typeof item === "string" &&
        (secretOption.test(before) || (list.length === 2 && this.#isSecretName(before)));
      kept.push(this.value(item, isSecret));
      before = item;
    }
    return kept;
  }

  #map(map: object): Record<string, unknown> {
    const entries: [unknown, unknown][] = map instanceof Map ? [...map] : Object.entries(map);
    const isSecret = entries.some(([key, title]) =>
      nameMembers.includes(String(key).toLowerCase()) && typeof title === "string" &&
      this.#isSecretName(title)
    );
    const kept: [string, unknown][] = [];
    this.#left -= 2;
    for (const [key, inner] of entries) {
      if (this.#isFull()) {
        kept.push([cut, true]);
        break;
      }
      kept.push(this.member(String(key), inner, isSecret && valueMembers.test(String(key))));
    }
    return Object.fromEntries(kept);
  }

  #isFull(): boolean {
    if (this.#left > 0) return false;
    this.changed = true;
    return true;
  }
}

/** The texts in a value and its numbers as text, a few levels deep. */
function* textsOf(value: unknown, levels = 8): Generator<string> {
  if (typeof value === "string" || typeof value === "number") yield String(value);
  if (typeof value !== "object" || value === null || levels === 0) return;
  const members: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value);
  for (const inner of members) yield* textsOf(inner, levels - 1);
}

function one(
  [name, value]: readonly [string, unknown],
  masking: TextMasking,
  most: number,
): Masked<[string, unknown]> & { readonly size: number } {
  const walk = new Walk(masking, most);
  const member = walk.member(name, value);
  return { value: member, changed: walk.changed, size: JSON.stringify(member).length };
}

/** The most that each argument may take, so that together they take no more than they may. */
function fairShare(sizes: readonly number[]): number {
  let left = mostJson;
  let count = sizes.length;
  for (const size of sizes.toSorted((a, b) => a - b)) {
    if (size > left / count) break;
    left -= size;
    count--;
  }
  return count === 0 ? mostJson : Math.floor(left / count);
}

/** Masks each argument. The largest are cut when all of them are too large. */
export function maskMembers(
  args: Iterable<readonly [string, unknown]>,
  masking: TextMasking = {},
): Masked<Record<string, unknown>> {
  const entries = [...args];
  const whole = entries.map((entry) => one(entry, masking, mostJson));
  const share = fairShare(whole.map(({ size }) => size));
  const kept = whole.map((member, index) => {
    const entry = entries[index];
    return member.size <= share || entry === undefined ? member : one(entry, masking, share);
  });
  return {
    value: Object.fromEntries(kept.map(({ value }) => value)),
    changed: kept.some(({ changed }) => changed),
  };
}
