/** A URL rule's verdicts without a project around it: both constraints on one reading of the URL. */
import { fromJson, matches, prepare } from "../../src/constraints/registry.ts";
import { readUrl } from "../../src/constraints/strict_url.ts";
import { compileWebRule, type WebRule } from "../../src/policy/web_rule.ts";
import type { Constraint } from "../../src/protocol/warrant.ts";

export type Judge = (url: string) => boolean;

/** As the hook judges: the warrant and the snapshot have the same two constraints. */
export async function judgeOf(rule: WebRule): Promise<Judge> {
  const compiled = compileWebRule(rule);
  const [url, host] = [compiled.url, compiled.host].map(([type, value]): Constraint => [
    type,
    fromJson(value),
  ]) as [Constraint, Constraint];
  await prepare([url, host]);
  return (text) => {
    const reading = readUrl(text);
    return "host" in reading && matches(host, reading.host) && matches(url, text);
  };
}
