/**
 * The input keys of the client's tools that have governed arguments. A key that the tool does not
 * have may be read by the next client, or by people, as one that is governed; what is not known is
 * looked at in `unknown_keys.ts`.
 */
import type { Snapshot } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";
import type { ToolCall } from "./tool_call.ts";

const shell = "command description timeout run_in_background dangerouslyDisableSandbox";

/** Keys by tool, as in client 2.1.330. Monitor's `ws` is left out: it opens what no rule governs. */
const known: { readonly [tool: string]: string } = {
  Read: "file_path offset limit pages allow_large",
  Write: "file_path content",
  Edit: "file_path old_string new_string replace_all",
  NotebookEdit: "notebook_path cell_id new_source cell_type edit_mode",
  Glob: "pattern path",
  Grep: "pattern path glob output_mode -B -A -C context -n -i -o type head_limit offset multiline",
  Bash: shell,
  PowerShell: shell,
  Monitor: "command description timeout_ms persistent",
  WebFetch: "url prompt offset",
  WebSearch: "query allowed_domains blocked_domains",
};

/** The keys of the input that the tool is not known to have; none for tools that are not listed. */
function unknownKeys({ tool, input }: ToolCall): readonly string[] {
  const keys = Object.hasOwn(known, tool) ? ` ${known[tool]} ` : undefined;
  if (keys === undefined) return [];
  return Object.keys(input).filter((key) => key.includes(" ") || !keys.includes(` ${key} `));
}

function requireSandboxed({ tool, input }: ToolCall, { allowUnsandboxed }: Snapshot): void {
  const name = "dangerouslyDisableSandbox";
  if (!Object.hasOwn(input, name) || input[name] === false || allowUnsandboxed === true) return;
  throw new Denial(
    "ConstraintViolation",
    `${tool} asks to run outside the client's sandbox (${name}: ${JSON.stringify(input[name])}); ` +
      "leave that out, or a person writes allow_unsandboxed: true in tenuo.yaml",
    { rule: "allow_unsandboxed: false", line: 0 },
  );
}

/**
 * Checks the keys of a native tool's input.
 *
 * @returns the keys that are not known, for the receipt
 * @throws {Denial} 9013 when one looks like a governed key, or when the policy takes none at all;
 * 1501 when the client's own sandbox is to be left without a grant
 */
export async function requireNativeInput(
  call: ToolCall,
  snapshot: Snapshot,
): Promise<readonly string[]> {
  if (call.door !== "hook") return [];
  const keys = unknownKeys(call);
  if (keys.length > 0) {
    const { requireHarmless } = await import("./unknown_keys.ts");
    requireHarmless(call.tool, keys, snapshot);
  }
  if (Object.hasOwn(known, call.tool)) requireSandboxed(call, snapshot);
  if (snapshot.roles !== undefined && (call.tool === "Agent" || call.tool === "Task")) {
    const others = Object.keys(call.input).filter((key) => key !== "subagent_type");
    const { requireOneRole } = await import("./unknown_keys.ts");
    requireOneRole(call.tool, others);
  }
  return keys;
}
