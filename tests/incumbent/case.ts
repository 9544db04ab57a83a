/** One call that is decided otherwise here than by a release, and what can be asked about it. */
import { normalize } from "node:path/posix";
import { realPath } from "../../src/policy/real_path.ts";
import type { Folders } from "./calls.ts";
import type { Document } from "./policies.ts";
import type { Call } from "./program.ts";

export interface Case {
  /** The policy, its overlays merged. */
  readonly document: Document;
  readonly call: Call;
  readonly folders: Folders;
  /** A release of 0.1. */
  readonly isOld: boolean;
  /** Whether the release allows another call under the same policy. */
  readonly there: (call: Call) => Promise<boolean>;
  /** Whether this program does. */
  readonly here: (call: Call) => Promise<boolean>;
}

/** A kind of disagreement. It must hold for every call that it is given for. */
export interface Difference {
  readonly name: string;
  /** Words of docs/COMPATIBILITY.md that tell of it. */
  readonly words: string;
  readonly holds: (one: Case) => boolean | Promise<boolean>;
}

/** The client's tools that open a path, and where they are given it. */
export const pathFields: Readonly<Record<string, string>> = {
  Read: "file_path",
  Write: "file_path",
  Edit: "file_path",
  Glob: "path",
  Grep: "path",
  NotebookEdit: "notebook_path",
};

export const shells: readonly string[] = ["Bash", "PowerShell", "Monitor"];

/** A server's own name of a tool, where the call is one of a server. */
export function servedName({ tool }: Call): string | undefined {
  return /^mcp__.*?__(.+)$/.exec(tool)?.[1];
}

export function documentAt(document: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Document)[key] : undefined,
    document,
  );
}

/** The rule that the policy has for the call's tool. */
export function ruleOf({ document, call }: Pick<Case, "document" | "call">): unknown {
  const served = servedName(call);
  return served === undefined
    ? documentAt(document, "enforce", call.tool)
    : documentAt(document, "mcp", "enforce", served);
}

/** Where the tool is given what it opens: its path, or the argument that a `subpath:` rule is about. */
export function pathFieldOf(one: Pick<Case, "document" | "call">): string | undefined {
  if (servedName(one.call) === undefined) return pathFields[one.call.tool];
  const rule = ruleOf(one);
  if (isText(rule)) return rule.startsWith("subpath:") ? "path" : undefined;
  const named = (documentAt(rule, "args") ??
    {
      [String(documentAt(rule, "arg") ?? "path")]: documentAt(rule, "constraint"),
    }) as Document;
  return Object.keys(named).find((name) => String(named[name]).startsWith("subpath:"));
}

/** What the tool is given to open; undefined for other tools. */
export function pathText(one: Pick<Case, "document" | "call">): unknown {
  const field = pathFieldOf(one);
  return field === undefined ? undefined : one.call.input[field];
}

/** A path as the Python program resolves it: `..` by the text, then the links. */
export function resolved(text: string, cwd: string): string {
  const path = normalize(text.startsWith("/") ? text : `${cwd}/${text}`);
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  try {
    return realPath(plain);
  } catch {
    return plain;
  }
}

/** The call with another value in one field; undefined takes the field out. */
export function withInput(call: Call, field: string, value: unknown): Call {
  const input = { ...call.input, [field]: value };
  if (value === undefined) delete input[field];
  return { ...call, input };
}

/** Whether both programs say the same of another call. */
export async function agree(one: Case, call: Call): Promise<boolean> {
  return await one.there(call) === await one.here(call);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}
