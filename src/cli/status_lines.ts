/** The facts of `status` as aligned lines for people. */
import { localTime } from "./local_time.ts";
import type { Facts, ServiceFacts } from "./status_facts.ts";
import { serversText } from "./status_mcp.ts";
import type { Terminal } from "./terminal.ts";
import { counted } from "./text_columns.ts";

const policyWords: { readonly [state in Facts["policy"]]: string } = {
  "in force": "tenuo.yaml, in force",
  edited: "tenuo.yaml was edited; run tenuo-claude refresh",
  unusable: "tenuo.yaml is missing or has an error: every call is denied",
  "not compiled": "tenuo.yaml is not compiled; run tenuo-claude init",
};

function wiringText({ kind, command }: Facts["wiring"]): string {
  switch (kind) {
    case "compiled":
      return `compiled file ${command}`;
    case "source":
      return `Deno and main.ts (slower form), ${command}`;
    case "foreign":
      return `not as init writes it, ${command}`;
    case "none":
      return "none";
  }
}

function serviceText({ state, pid, port, socket, version }: ServiceFacts): string {
  if (state === "up") {
    return `up, 127.0.0.1:${port}, ${socket}, version ${version}, pid ${pid}`;
  }
  if (state === "not answering") return `not answering${pid === undefined ? "" : `, pid ${pid}`}`;
  return "down (calls are decided without it)";
}

function receiptsText({ count, segments, torn, broken }: Facts["receipts"]): string {
  if (broken !== undefined) return `broken: ${broken}`;
  const files = segments === 0 ? "" : `, in ${counted(segments, "segment")} and receipts.jsonl`;
  return `${count}${files}${torn === true ? ", then half a line that the next one will name" : ""}`;
}

function list(tools: readonly string[], bundled: readonly string[] = []): string {
  const more = bundled.length === 0 ? [] : [`${bundled.length} of the client's own tools`];
  return [...tools, ...more].join(", ") || "none";
}

function rows(facts: Facts, { paint }: Terminal): [key: string, value: string][] {
  const { warrant, serial, mode, problems } = facts;
  const lines: [string, string][] = [
    ["project", facts.project + (facts.name === undefined ? "" : ` (${facts.name})`)],
    ["policy", policyWords[facts.policy] + (mode === undefined ? "" : `, ${mode}`)],
  ];
  if (mode === "observe") {
    lines.push(["mode", paint("yellow", "observe: nothing is blocked, only recorded")]);
  }
  if (warrant === undefined) lines.push(["warrant", "none"]);
  else {
    const { id, expires, expired, revoked } = warrant;
    const until = localTime(expires);
    lines.push(["warrant", serial === undefined ? id : `${id} (serial ${serial})`]);
    lines.push(["expires", expired ? paint("red", `EXPIRED ${until}`) : until]);
    if (revoked) lines.push(["revoked", paint("red", "yes, every call is denied")]);
  }
  lines.push(["enforced", list(facts.enforced)]);
  lines.push(["allowed", list(facts.allowed, facts.bundled)]);
  lines.push(["default", facts.default]);
  lines.push(["wiring", wiringText(facts.wiring)]);
  lines.push(["mcp", serversText(facts.mcp)]);
  lines.push(["service", serviceText(facts.service)]);
  lines.push(["receipts", receiptsText(facts.receipts)]);
  return [...lines, ...problems.map((text): [string, string] => ["problem", paint("red", text)])];
}

/** One line for each fact, then one for each problem. */
export function statusLines(facts: Facts, terminal: Terminal): string[] {
  return rows(facts, terminal).map(([key, value]) =>
    `${key.padEnd(9)}: ${value.replaceAll("\n", `\n${" ".repeat(11)}`)}`
  );
}
