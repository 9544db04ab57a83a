/** What of a server's result reaches the client: without secrets, where the policy says so. */
import type { ServerRule } from "../../policy/snapshot.ts";
import { maskArguments, type MaskRules, maskText } from "../../receipts/masking/mask.ts";
import type { Members } from "../framing/message.ts";

/** Looking for secrets in more than this takes longer than a person waits: 1 MB. */
const longestRedacted = 1 << 20;
/** Longer texts are not what a name calls a secret. */
const longestNamed = 4096;

/** The result is not handed on. The message says why, for the model. */
export class ResultRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ResultRefused";
  }
}

/** What a peer has to give back as it is. */
const returned = new Set(["progressToken", "nextCursor"]);
/** Below these a server's own data stands, with names of its own. */
const free = new Set(["structuredContent", "data"]);

/** Images and sounds are no text, and masking one would only break it. */
function isBinary(key: string, { type, uri }: Members): boolean {
  if (key === "data") return type === "image" || type === "audio";
  return key === "blob" && typeof uri === "string";
}

async function maskedMember(key: string, value: string, rules: MaskRules | undefined) {
  const { value: members } = await maskArguments([[key, value]], rules);
  return Object.hasOwn(members, key) ? members[key] : await masked(value, rules, true);
}

/** @param isFree the value is a server's own data, where a name may tell a secret */
async function masked(
  value: unknown,
  rules: MaskRules | undefined,
  isFree: boolean,
): Promise<unknown> {
  if (typeof value === "string") return (await maskText(value, rules, value.length)).value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await masked(item, rules, isFree));
    return items;
  }
  const members: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const isText = typeof inner === "string";
    const isKept = !isFree && isText && (returned.has(key) || isBinary(key, value as Members));
    const isNamed = isFree && isText && inner.length <= longestNamed;
    const shown = isKept
      ? inner
      : isNamed
      ? await maskedMember(key, inner, rules)
      : await masked(inner, rules, isFree || free.has(key));
    members.push([key, shown]);
  }
  return Object.fromEntries(members);
}

/**
 * The result as the client gets it.
 *
 * @param rules what receipts mask beside the built-in rules
 * @throws {ResultRefused}
 */
export async function presentable(
  result: Members,
  { redact, line }: ServerRule,
  rules: MaskRules | undefined,
): Promise<Members> {
  if (!redact) return result;
  const { length } = JSON.stringify(result);
  if (length > longestRedacted) {
    throw new ResultRefused(
      `The result has ${length} characters, more than can be searched for secrets (redact at tenuo.yaml:${line})`,
    );
  }
  return await masked(result, rules, false) as Members;
}
