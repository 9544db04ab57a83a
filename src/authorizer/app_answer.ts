/** The pipeline's answer as HTTP says it. */
import { readChain } from "../protocol/chain.ts";
import { revocationId } from "../protocol/revocation.ts";
import { parseReceipt } from "../receipts/receipt.ts";
import { type AnswerStatus, errorName, statusOf } from "./app_errors.ts";
import type { Answer, Presented } from "./pipeline.ts";

/** What was asked, for the members that every answer repeats. */
export interface Asked {
  readonly tool: string;
  readonly presented: Presented;
  readonly requestId: string;
}

export interface HttpAnswer {
  readonly status: 200 | AnswerStatus;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The id of a warrant that is well formed, whether it was accepted or not. */
function warrantId({ warrant }: Presented): string | null {
  try {
    const leaf = readChain(warrant).at(-1);
    return leaf === undefined ? null : revocationId(leaf.id);
  } catch {
    return null;
  }
}

function refusal(code: number, message: string) {
  return { error: errorName(code), error_code: code, message };
}

/** What an enforcing policy would have answered, as the receipt of the call says it. */
function wouldBe(line: string | undefined) {
  const receipt = line === undefined ? undefined : parseReceipt(line);
  if (receipt === undefined) {
    return { authorized: false, ...refusal(9010, "The decision could not be recorded") };
  }
  if (receipt.decision === "allow") return { authorized: true };
  return { authorized: false, ...refusal(receipt.code ?? 9011, receipt.reason ?? "") };
}

/** The hook's own prefixes say nothing to a caller of this door. */
function plain(reason: string): string {
  return reason.replace(/^Tenuo hook error \(fail-closed\): /, "");
}

/** Words an answer. An observing policy authorizes and says in `would` what it observed. */
export function httpAnswer(answer: Answer, asked: Asked): HttpAnswer {
  const { tool, requestId } = asked;
  const common = { warrant_id: warrantId(asked.presented), tool, request_id: requestId };
  switch (answer.verdict) {
    case "allow":
      return { status: 200, body: { authorized: true, ...common } };
    case "silent": {
      const would = wouldBe(answer.trace.line);
      return { status: 200, body: { authorized: true, observed: true, would, ...common } };
    }
    case "deny": {
      const { code, reason } = answer;
      const body = { authorized: false, ...refusal(code, plain(reason)), ...common };
      return { status: statusOf(code), body };
    }
  }
}
