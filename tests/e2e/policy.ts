/** What the policy of a scenario has that differs from the common one. */
export interface PolicyChange {
  readonly sandbox?: string;
  readonly mode?: string;
  /** The verbs granted to Bash. */
  readonly verbs?: string;
  /** More lines below `enforce:`. */
  readonly enforce?: readonly string[];
  /** More lines at the top level. */
  readonly top?: readonly string[];
}

/** The text of a tenuo.yaml that grants the tools the scenarios use. */
export function policy(change: PolicyChange = {}): string {
  return [
    "# Written by an end-to-end scenario.",
    "name: demo",
    `sandbox: ${change.sandbox ?? "./sandbox"}`,
    `mode: ${change.mode ?? "enforce"}`,
    ...change.top ?? [],
    "enforce:",
    '  Read: "subpath:{sandbox}"',
    `  Bash: "shlex:${change.verbs ?? "ls,pwd,echo,date,touch"}"`,
    '  Grep: "subpath:{sandbox}"',
    "  WebFetch:",
    '    domains: ["api.github.com", "*.githubusercontent.com"]',
    ...(change.enforce ?? []).map((line) => `  ${line}`),
    "default: deny",
    "",
  ].join("\n");
}

/** Texts of rules as reasons and receipts name them. */
export const RULES = {
  read: "subpath:{sandbox}",
  bash: "shlex:",
  hosts: "domains: api.github.com",
  addresses: "public addresses only",
  unlisted: "default: deny",
  /** Built in: what decides about authority is out of reach of every tool. */
  governance: "governance files",
};
