/** What of a server's result reaches the client: without secrets, where the policy says so. */
import type { ServerRule } from "../policy/snapshot.ts";
import { type MaskRules, maskText } from "../receipts/masking/mask.ts";
import type { Members } from "./framing/message.ts";

/** Looking for secrets in more than this takes longer than a person waits: 1 MB. */
const longestRedacted = 1 << 20;

/** The result is not handed on. The message says why, for the model. */
export class ResultRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ResultRefused";
  }
}

async function masked(value: unknown, rules: MaskRules | undefined): Promise<unknown> {
  if (typeof value === "string") return (await maskText(value, rules, value.length)).value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await masked(item, rules));
    return items;
  }
  const members: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    // Images and sounds are no text, and masking one would only break it.
    const isBinary = (key === "data" || key === "blob") && typeof inner === "string";
    members.push([key, isBinary ? inner : await masked(inner, rules)]);
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
  return await masked(result, rules) as Members;
}
