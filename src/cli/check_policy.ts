/** Checks what the policy says: errors, old spellings, rules that grant more than they seem to. */
import { printable } from "../receipts/printable.ts";
import { describePlace } from "../policy/policy_error.ts";
import { type Check, problem } from "./check_finding.ts";
import { aboutText, expectationText } from "./policy_lines.ts";

/** The files as they stand, whatever is in force. */
export const checkPolicy: Check = ({ policy }) => {
  if (policy === undefined) {
    const message = "There is no tenuo.yaml, so every call is denied.";
    return [problem("policy", message, "write tenuo.yaml again, then run tenuo-claude refresh")];
  }
  const edit = (file: string, line: number) =>
    `edit ${printable(file)}${line === 0 ? "" : ` line ${line}`}, then run tenuo-claude refresh`;
  return [
    ...policy.errors.map((finding) => {
      const { where, file, line } = finding;
      const text = expectationText(finding);
      const message = where === "" ? text : `${printable(where)}: ${text}`;
      return problem("policy", message, edit(file, line), describePlace(finding));
    }),
    ...policy.warnings.map((warning) => {
      return {
        subject: "policy",
        severity: "warning",
        place: describePlace(warning),
        message: aboutText(warning).replace(/[^.?!]$/, "$&."),
        mend: edit(warning.file, warning.line),
      } as const;
    }),
  ];
};
