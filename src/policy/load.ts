/** Loads tenuo.yaml and its overlays. */
import { join } from "node:path";
import { checkArguments, checkConstraints } from "./check.ts";
import { checkMasks } from "./check_masks.ts";
import { checkNames } from "./check_names.ts";
import { examplesAt } from "./examples.ts";
import { findingsOf, plainOf } from "./findings.ts";
import { denialWarnings, documentWarnings } from "./old_spellings.ts";
import { mergeOverlay, type PolicyWarning } from "./overlay.ts";
import type { Policy } from "./policy.ts";
import { policyOf } from "./policy_document.ts";
import { describePlace, type Finding, PolicyError } from "./policy_error.ts";
import {
  overlayFileNames,
  policyFileName,
  type PolicyText,
  readPolicyFile,
} from "./policy_file.ts";
import { policySchema } from "./schema.ts";
import type { PolicyFile } from "./snapshot.ts";
import { parseOverlay, parseSource, type SourceMap } from "./yaml_source.ts";

export { defaultTtlSeconds } from "./policy_document.ts";

type Warn = (warning: PolicyWarning) => void;

interface Sources {
  readonly root: SourceMap;
  readonly files: readonly PolicyFile[];
  /** Errors of the files' form, beside which the rest can be judged. */
  readonly findings: readonly Finding[];
}

/** Reads and merges the files; errors of all of them are reported together. */
function readSources(project: string, warn: Warn): Sources {
  const files: PolicyFile[] = [];
  const findings: Finding[] = [];
  const unreadable: Finding[] = [];
  const report = (finding: Finding) => void findings.push(finding);
  let root: SourceMap | undefined;
  for (const name of [policyFileName, ...overlayFileNames]) {
    try {
      const file = readPolicyFile(project, name);
      if (file === undefined) {
        if (name === policyFileName) throw PolicyError.missing(join(project, name));
        continue;
      }
      files.push({ path: file.path, sha256: file.sha256 });
      const parse = name === policyFileName ? parseSource : parseOverlay;
      const source = parse(name, file.text, report);
      root = root === undefined ? source : mergeOverlay(root, source, warn);
    } catch (error) {
      if (!(error instanceof PolicyError) || error.missing) throw error;
      unreadable.push(...error.findings);
    }
  }
  if (root === undefined || unreadable.length > 0) {
    throw new PolicyError(inOrder([...findings, ...unreadable]));
  }
  return { root, files, findings };
}

/**
 * Loads the policy of the project at `project`. Every error that can be found at once is in the
 * thrown `PolicyError`; a project without tenuo.yaml is `Missing <path>/tenuo.yaml`.
 */
export async function loadPolicy(project: string): Promise<Policy> {
  const warnings: PolicyWarning[] = [];
  return await judged(readSources(project, (warning) => void warnings.push(warning)), warnings);
}

/** Loads one file by itself, without project and overlays. @throws {PolicyError} */
export async function loadPolicyFile({ path, sha256, text }: PolicyText): Promise<Policy> {
  const findings: Finding[] = [];
  const root = parseSource(path, text, (finding) => void findings.push(finding));
  return await judged({ root, files: [{ path, sha256 }], findings }, []);
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const order = [policyFileName, ...overlayFileNames];
  return findings.toSorted((left, right) =>
    order.indexOf(left.file) - order.indexOf(right.file) ||
    left.line - right.line || left.column - right.column
  );
}

/** What was found later at the same place only follows from what was found first. */
function withoutFollowing(first: readonly Finding[], later: readonly Finding[]): Finding[] {
  const places = new Set(first.map(describePlace));
  return [...first, ...later.filter((finding) => !places.has(describePlace(finding)))];
}

async function judged(
  { root, files, findings: found }: Sources,
  warnings: PolicyWarning[],
): Promise<Policy> {
  const parsed = policySchema.safeParse(plainOf(root));
  const findings = withoutFollowing(found, [
    ...parsed.success ? [] : findingsOf(parsed.error, root, policySchema),
    ...checkArguments(root),
    ...checkNames(root, (warning) => void warnings.push(warning)),
    ...await checkMasks(root),
    ...await checkConstraints(root),
  ]);
  warnings.push(...documentWarnings(root));
  if (!parsed.success || findings.length > 0) {
    throw new PolicyError(inOrder(findings), { warnings });
  }
  const policy = policyOf(root, parsed.data, files);
  const tried = examplesAt(root, ["examples"], parsed.data.examples ?? [], policy);
  if (tried.findings.length > 0) throw new PolicyError(inOrder(tried.findings), { warnings });
  warnings.push(...denialWarnings(policy));
  return { ...policy, examples: tried.examples, warnings };
}
