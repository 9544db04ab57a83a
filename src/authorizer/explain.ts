/**
 * Explains how a call would be judged, step by step: the hook's own code, without a receipt and
 * without a change of state.
 */
import type { ArgumentRule } from "../policy/snapshot.ts";
import { newestReceipt } from "../receipts/newest.ts";
import { statePath } from "../state/layout.ts";
import { exemption, signedArguments } from "./capabilities.ts";
import type { Denial, RuleReference } from "./denial.ts";
import { type Evaluation, evaluationOf } from "./evaluate.ts";
import { type Step, steps } from "./finding.ts";
import { judge, newTrace, type Request } from "./pipeline.ts";
import { isUnedited } from "./policy_files.ts";
import { contradiction, type Trace } from "./record.ts";

/** One step of a decision. */
export interface ExplainedStep {
  /** `project`, `policy`, `call`, `warrant`, `route`, `role`, `input`, `argument NAME`, `governance`, ... */
  readonly name: string;
  /** `skipped`: not needed for this call, or not reached. */
  readonly outcome: "ok" | "refused" | "skipped";
  /** What was found, or why it is refused; one line, not for parsing. */
  readonly detail: string;
}

/** How a call would be judged. */
export interface Explanation {
  readonly steps: readonly ExplainedStep[];
  /** The verdict of an enforcing hook. */
  readonly evaluation: Evaluation;
  /** Under `observe` a refusal is recorded and nothing is stopped. */
  readonly mode: "enforce" | "observe";
}

const longest = 200;

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
}

function placed({ rule, line }: RuleReference): string {
  return line > 0 ? `${rule} at tenuo.yaml:${line}` : `${rule} (built in)`;
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function edited({ policy }: Trace): string {
  try {
    const same = policy === undefined || isUnedited(policy.snapshot);
    return same ? "" : "; edited since, which tenuo-claude refresh puts in force";
  } catch {
    return "";
  }
}

/** What is to be said of a step that was passed; undefined when the call does not need it. */
type Telling = (trace: Trace) => string | undefined;

const tellings: { readonly [step in Exclude<Step, "door" | "arguments" | "rules">]: Telling } = {
  project: ({ place }) => place && `${place.project}, root ${place.root}`,
  policy: (trace) => {
    const snapshot = trace.policy?.snapshot;
    return snapshot && `${snapshot.name}, serial ${snapshot.serial}, ${trace.mode}, compiled ` +
        day(snapshot.issuedAt) + edited(trace);
  },
  call: ({ call }) => {
    if (call === undefined) return undefined;
    const { agentType: agent } = call;
    return `${call.tool} in ${call.cwd}${agent === undefined ? "" : `, subagent type ${agent}`}`;
  },
  warrant: ({ grant }) =>
    grant && `${grant.leaf.id}, expires ${day(grant.leaf.expiresAt)}, not on revocation list ` +
      String(grant.revocation),
  route: ({ call, permit, finding, policy }) => {
    const route = permit?.route ?? policy?.snapshot.routes[call?.tool ?? ""];
    const where = route === undefined ? "" : ` by ${placed(route)}`;
    return `capability ${finding.capability}${where}`;
  },
  role: ({ call, policy }) => {
    const roles = policy?.snapshot.roles;
    const role = roles?.[call?.agentType ?? ""];
    if (roles === undefined) return undefined;
    return role === undefined ? "called by the session itself" : placed(role);
  },
  input: ({ finding }) =>
    finding.unknown === undefined
      ? "no key that is not known"
      : `not known, recorded and let pass: ${finding.unknown.map(quoted).join(", ")}`,
  reach: () => "nothing that governs this project",
  address: ({ permit, policy, call }) => {
    const route = permit?.route ?? policy?.snapshot.routes[call?.tool ?? ""];
    return route?.resolve === true ? "the host leads to public addresses only" : undefined;
  },
  approval: ({ permit }) => {
    const exempt = permit === undefined ? undefined : exemption(permit.route);
    return exempt && `exempt by ${exempt.map(placed).join(" and ")}`;
  },
  grant: ({ finding }) => `the warrant grants ${finding.capability} with these arguments`,
  proof: () => "of possession of the warrant's holder key",
  receipts: () => "the newest receipt says nothing against it",
};

const names: { readonly [step in Step]?: string } = { reach: "governance" };

/** The rules that the call's arguments are read and judged by. */
function rulesOf({ call, permit, policy }: Trace): readonly ArgumentRule[] {
  const route = permit?.route ?? policy?.snapshot.routes[call?.tool ?? ""];
  return route === undefined ? [] : signedArguments(route);
}

/** What was sent for each argument and what it was read as, or each rule's yes. */
function perRule(step: "arguments" | "rules", trace: Trace, denial: Denial | undefined) {
  const { call, finding } = trace;
  const failed = finding.step === step ? denial : undefined;
  const isReached = reached(step, finding.step);
  let isOver = !isReached;
  return rulesOf(trace).map((rule): ExplainedStep => {
    const name = `${step === "arguments" ? "argument" : "rule"} ${rule.name}`;
    if (isOver) return { name, outcome: "skipped", detail: "not reached" };
    if (failed !== undefined && isSameRule(rule, finding.reference)) {
      isOver = true;
      return { name, outcome: "refused", detail: failed.message };
    }
    if (step === "rules") return { name, outcome: "ok", detail: placed(rule) };
    const field = call?.door === "http" ? rule.name : rule.field;
    const sent = call !== undefined && Object.hasOwn(call.input, field)
      ? quoted(call.input[field])
      : "nothing";
    const became = quoted(finding.read?.get(rule.name));
    const detail = sent === became ? sent : `${sent}, read as ${became}`;
    return { name, outcome: "ok", detail };
  });
}

function isSameRule({ rule, line, ...one }: ArgumentRule, other: RuleReference | undefined) {
  return other?.rule === rule && other.line === line &&
    (!("name" in other) || other.name === one.name);
}

/** True when `step` was begun. */
function reached(step: Step, last: Step | undefined): boolean {
  return last !== undefined && steps.indexOf(step) <= steps.indexOf(last);
}

function explained(step: Step, trace: Trace, denial: Denial | undefined): readonly ExplainedStep[] {
  if (step === "door") return []; // nothing stands at this one
  if (step === "arguments" || step === "rules") return perRule(step, trace, denial);
  const name = names[step] ?? step;
  const last = trace.finding.step;
  if (!reached(step, last)) return [{ name, outcome: "skipped", detail: "not reached" }];
  if (denial !== undefined && step === last) {
    return [{ name, outcome: "refused", detail: denial.message }];
  }
  const detail = tellings[step](trace);
  return [
    detail === undefined
      ? { name, outcome: "skipped", detail: "not needed" }
      : { name, outcome: "ok", detail },
  ];
}

/** What the newest receipt says against the call; nothing is written. */
function contradicted(trace: Trace): Denial | undefined {
  const project = trace.place?.project;
  if (project === undefined) return undefined;
  trace.finding.step = "receipts";
  const path = statePath(project, "receipts");
  return contradiction(trace, newestReceipt(path, statePath(project, "receiptPublic")));
}

/** Judges a call as the hook would and says how. Records nothing, changes nothing, never throws. */
export async function explain(request: Request): Promise<Explanation> {
  const trace = newTrace(true);
  const denial = await judge(request, trace) ?? contradicted(trace);
  return {
    steps: steps.flatMap((step) => explained(step, trace, denial)),
    evaluation: evaluationOf(denial, trace.finding, trace.call?.tool ?? ""),
    mode: trace.mode,
  };
}
