/** What is wrong with a policy and what to look at, of a project or of one file by itself. */
import { hex, sha256 } from "../protocol/keys.ts";
import { breadthWarnings } from "../policy/breadth.ts";
import { loadPolicy, loadPolicyFile } from "../policy/load.ts";
import type { PolicyWarning } from "../policy/overlay.ts";
import type { Policy } from "../policy/policy.ts";
import type { Finding, PolicyError } from "../policy/policy_error.ts";
import { overlayFileNames, policyFileName, readPolicyFile } from "../policy/policy_file.ts";
import { candidateOf } from "./candidate.ts";
import { CannotTell } from "./command.ts";
import type { TextOf } from "./policy_excerpt.ts";

/** Everything there is to say about a policy. */
export interface PolicyFindings {
  /** In the order of the files and their lines. */
  readonly errors: readonly Finding[];
  readonly warnings: readonly PolicyWarning[];
  /** The policy, when it can be used. */
  readonly policy?: Policy;
  readonly textOf: TextOf;
}

/** Told by name: the built file's chunks have classes of their own. */
export function isPolicyError(error: unknown): error is PolicyError {
  return error instanceof Error && error.name === "PolicyError";
}

/**
 * Everything a usable policy is warned of, in the order of its files and their lines.
 *
 * @param project its folder, where it has one
 */
export function warningsOf(policy: Policy, project?: string): PolicyWarning[] {
  const home = Deno.env.get("HOME") ?? "";
  const places = {
    ...project === undefined ? {} : { project },
    ...home.startsWith("/") ? { home } : {},
  };
  return inOrder([...policy.warnings, ...breadthWarnings(policy, places)]);
}

function inOrder(warnings: readonly PolicyWarning[]): PolicyWarning[] {
  const files = [policyFileName, ...overlayFileNames];
  return warnings.toSorted((left, right) =>
    files.indexOf(left.file) - files.indexOf(right.file) ||
    left.line - right.line || left.column - right.column
  );
}

// A text by itself is compiled for a project that does not exist, so that no folder plays a part.
const nowhere = "/policy-by-itself";
const nothing: TextOf = () => undefined;

async function found(
  load: () => Promise<Policy>,
  compile: (policy: Policy) => Promise<unknown>,
  project?: string,
): Promise<PolicyFindings> {
  let policy: Policy;
  try {
    policy = await load();
  } catch (error) {
    if (!isPolicyError(error)) throw error;
    if (error.missing) throw new CannotTell(`${error.message}; run tenuo-claude init for a start`);
    const warnings = inOrder(error.warnings);
    return { errors: error.findings, warnings, textOf: nothing };
  }
  const warnings = warningsOf(policy, project);
  try {
    await compile(policy);
    return { errors: [], warnings, policy, textOf: nothing };
  } catch (error) {
    if (!isPolicyError(error)) throw error;
    return { errors: error.findings, warnings, textOf: nothing };
  }
}

/**
 * The findings of a project's tenuo.yaml and its overlays. Reads nothing else and writes nothing.
 *
 * @throws {CannotTell} when there is no tenuo.yaml
 */
export async function findingsOfProject(project: string): Promise<PolicyFindings> {
  const findings = await found(
    () => loadPolicy(project),
    (policy) => candidateOf(project, policy),
    project,
  );
  const textOf: TextOf = (file) => {
    try {
      return readPolicyFile(project, file)?.text;
    } catch {
      return undefined;
    }
  };
  return { ...findings, textOf };
}

/** The same policy with a sandbox that is one wherever the project may be. */
function inProject(policy: Policy): Policy {
  const { text } = policy.sandbox;
  return text.startsWith("/")
    ? { ...policy, sandbox: { ...policy.sandbox, text: "sandbox" } }
    : policy;
}

/** The findings of a policy text by itself, called `name` in messages. */
export async function findingsOfText(name: string, bytes: Uint8Array): Promise<PolicyFindings> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CannotTell(`${name} is not text in UTF-8`);
  }
  const file = { path: name, sha256: hex(sha256(bytes)), text };
  const findings = await found(
    () => loadPolicyFile(file),
    (policy) => candidateOf(nowhere, inProject(policy)),
  );
  return { ...findings, textOf: (asked) => asked === name ? text : undefined };
}
