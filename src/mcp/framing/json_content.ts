/** What a parsed JSON value holds that must not be handed on, whatever it means. */

export interface Content {
  /** How many members all its objects have. */
  readonly members: number;
  /** Why it is refused, whoever sent it. */
  readonly fault?: string;
  /** It has a whole number beyond 2^53, which may stand for another. */
  readonly hasLargeNumber: boolean;
  /** A text has half of a surrogate pair. Only looked for on demand. */
  readonly hasHalfCharacter: boolean;
}

class Search {
  members = 0;
  fault: string | undefined;
  hasLargeNumber = false;
  hasHalfCharacter = false;
  readonly #checksTexts: boolean;

  constructor(checksTexts: boolean) {
    this.#checksTexts = checksTexts;
  }

  #look(value: unknown, name: string): void {
    if (typeof value === "object") {
      if (value !== null) this.inside(value, name);
    } else if (typeof value === "number") {
      if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) this.#large(value);
    } else if (this.#checksTexts && typeof value === "string" && !value.isWellFormed()) {
      this.hasHalfCharacter = true;
    }
  }

  #large(value: number): void {
    if (Number.isFinite(value)) this.hasLargeNumber = true;
    else this.fault ??= "A number is larger than any that can be handed on";
  }

  /** @param name the member whose value it is; empty for others */
  inside(value: object, name: string): void {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) this.#look(value[index], "");
      return;
    }
    const members = value as Record<string, unknown>;
    const names = Object.keys(members);
    this.members += names.length;
    for (let index = 0; index < names.length; index++) {
      const own = names[index] as string;
      if (own === "__proto__") this.fault ??= 'A member is called "__proto__"';
      // What is parsed has both as data of its own, and a tool may well have an argument of either
      // name. Only the two together lead code that merges objects to what all objects share.
      if (own === "prototype" && name === "constructor") {
        this.fault ??= 'The member "constructor" has a member "prototype"';
      }
      if (this.#checksTexts && !own.isWellFormed()) this.hasHalfCharacter = true;
      this.#look(members[own], own);
    }
  }
}

/** Goes over the value once. @param checksTexts also looks for halves of surrogate pairs */
export function contentOf(value: object, checksTexts: boolean): Content {
  const search = new Search(checksTexts);
  search.inside(value, "");
  const { members, fault, hasLargeNumber, hasHalfCharacter } = search;
  return { members, hasLargeNumber, hasHalfCharacter, ...(fault === undefined ? {} : { fault }) };
}
