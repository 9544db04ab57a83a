/**
 * Open Cybersecurity Schema Framework 1.5.0: one API Activity event (class 6003) for each receipt, in
 * the security control profile, whose attributes are the policy, the alert and, of a decision, what
 * was done. What the schema has no attribute for stands in `unmapped` under the receipt's own names.
 */
import { lineDigest, type Receipt } from "../receipt.ts";
import { mismatchText } from "../render.ts";
import { type Format, millisecondsOf, present, type Product, textOf, wouldDeny } from "./format.ts";

type Named = readonly [id: number, name: string];

const schemaVersion = "1.5.0";
const category: Named = [6, "Application Activity"];
const eventClass: Named = [6003, "API Activity"];

/** What the client's own tools do; tools of servers may do anything. */
const activities: readonly (readonly [Named, tools: readonly string[]])[] = [
  [[1, "Create"], ["Write"]],
  [[2, "Read"], ["Read", "Grep", "Glob", "LS", "NotebookRead", "WebFetch", "WebSearch"]],
  [[3, "Update"], ["Edit", "MultiEdit", "NotebookEdit"]],
];
const applications: { readonly [door: string]: string } = {
  hook: "Claude Code",
  mcp: "Claude Code",
  http: "HTTP client",
  command: "tenuo-claude",
};
/** Members that have an attribute; all others are unmapped. */
const mapped = "seq prev signature time door session call tool capability args decision code reason"
  .concat(" policy serial").split(" ");

function activityOf({ kind, tool }: Receipt): Named {
  const known = kind === "decision" || kind === "outcome"
    ? activities.find(([, tools]) => tools.includes(tool as string))
    : undefined;
  // The schema asks for a name of the source's own beside 99.
  return known?.[0] ?? [99, textOf(tool) || textOf(kind) || "Other"];
}

function severityOf(receipt: Receipt): Named {
  if (receipt.mismatch !== undefined) return [4, "High"];
  if (receipt.kind === "repair") return [3, "Medium"];
  return receipt.decision === "deny" ? [2, "Low"] : [1, "Informational"];
}

function statusOf({ kind, decision, observed, outcome }: Receipt): Named {
  if (kind === "decision") {
    return decision === "allow" || observed === true ? [1, "Success"] : [2, "Failure"];
  }
  if (kind !== "outcome") return [1, "Success"];
  return outcome === "ok" ? [1, "Success"] : outcome === "failed" ? [2, "Failure"] : [0, "Unknown"];
}

/** What the control did. Only decisions have it. */
function controlOf(receipt: Receipt): Record<string, unknown> {
  if (receipt.kind !== "decision") return {};
  const [action, disposition]: readonly [Named, Named] = wouldDeny(receipt)
    ? [[3, "Observed"], [17, "Logged"]]
    : receipt.decision === "allow"
    ? [[1, "Allowed"], [1, "Allowed"]]
    : [[2, "Denied"], [2, "Blocked"]];
  return {
    action_id: action[0],
    action: action[1],
    disposition_id: disposition[0],
    disposition: disposition[1],
  };
}

function apiOf({ kind, tool, capability, call, args, code, reason }: Receipt) {
  const id = textOf(call);
  return present({
    operation: textOf(capability) || textOf(tool) || textOf(kind) || "unknown",
    service: present({ name: textOf(tool) || undefined }),
    request: id === "" ? undefined : present({ uid: id, data: args }),
    response: present({
      code: typeof code === "number" ? code : undefined,
      message: reason === undefined ? undefined : textOf(reason),
    }),
  });
}

function eventOf(receipt: Receipt, text: string, product: Product): Record<string, unknown> {
  const activity = activityOf(receipt);
  const [severity, status] = [severityOf(receipt), statusOf(receipt)];
  const application = applications[textOf(receipt.door)] ?? "unknown";
  const { policy, serial, args, call } = receipt;
  const rest = Object.entries(receipt).filter(([name]) => !mapped.includes(name));
  return present({
    metadata: present({
      version: schemaVersion,
      product: { name: product.name, vendor_name: "Tenuo", version: product.version },
      profiles: ["security_control"],
      uid: lineDigest(text),
      sequence: receipt.seq,
      log_name: "receipts.jsonl",
      event_code: textOf(receipt.kind),
      correlation_uid: call === undefined ? undefined : textOf(call),
      original_time: textOf(receipt.time),
    }),
    category_uid: category[0],
    category_name: category[1],
    class_uid: eventClass[0],
    class_name: eventClass[1],
    activity_id: activity[0],
    activity_name: activity[1],
    type_uid: eventClass[0] * 100 + activity[0],
    type_name: `${eventClass[1]}: ${activity[0] === 99 ? "Other" : activity[1]}`,
    time: millisecondsOf(receipt),
    severity_id: severity[0],
    severity: severity[1],
    status_id: status[0],
    status: status[1],
    message: mismatchText(receipt) ?? (textOf(receipt.reason) || textOf(receipt.kind)),
    ...controlOf(receipt),
    is_alert: receipt.mismatch !== undefined,
    actor: present({
      app_name: application,
      session: present({
        uid: receipt.session === undefined ? undefined : textOf(receipt.session),
      }),
    }),
    api: apiOf(receipt),
    src_endpoint: { svc_name: application },
    policy: policy === undefined ? undefined : present({
      uid: textOf(policy),
      name: "tenuo.yaml",
      version: serial === undefined ? undefined : textOf(serial),
    }),
    unmapped: {
      ...Object.fromEntries(rest),
      ...(call === undefined && args !== undefined ? { args } : {}),
      // An act's serial belongs to no policy when none is named.
      ...(policy === undefined && serial !== undefined ? { serial } : {}),
    },
  });
}

/** Events of this product. */
export function ocsf(product: Product): Format {
  return { line: (receipt, text) => JSON.stringify(eventOf(receipt, text, product)) };
}
