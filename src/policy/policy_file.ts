/** Reads policy files: regular files of at most 1 MB in UTF-8, never through a link. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type Finding, PolicyError } from "./policy_error.ts";
import type { PolicyFile } from "./snapshot.ts";

/** The policy of a project. */
export const policyFileName = "tenuo.yaml";

/** Files merged over the policy, in this order, where they exist. */
export const overlayFileNames: readonly string[] = ["tenuo.cloud.yaml", "tenuo.advanced.yaml"];

/** The largest policy file that is read. */
export const maxPolicyBytes = 1024 * 1024;

/** A policy file as it was read: the digest is of exactly the bytes that gave the text. */
export interface PolicyText extends PolicyFile {
  readonly text: string;
}

function refuse(file: string, expected: string): never {
  const finding: Finding = {
    file,
    line: 0,
    column: 0,
    where: "",
    text: "",
    expected,
    phase: "load",
  };
  throw new PolicyError([finding]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function readDescriptor(descriptor: number, name: string): Buffer {
  const status = fstatSync(descriptor);
  if (!status.isFile()) refuse(name, "a regular file");
  // One byte more than allowed tells a file that is too large, even one that grows meanwhile.
  const buffer = Buffer.alloc(Math.min(status.size, maxPolicyBytes) + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
  }
  if (length > maxPolicyBytes) refuse(name, "at most 1 MB");
  if (length > status.size) refuse(name, "a file that nobody is writing");
  return buffer.subarray(0, length);
}

/** Reads `name` in the project root; undefined when there is no such file. */
export function readPolicyFile(project: string, name: string): PolicyText | undefined {
  let descriptor: number;
  try {
    // Non-blocking, so that a pipe in its place cannot hang the caller.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    descriptor = openSync(join(project, name), flags);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") refuse(name, "a regular file, not a link");
    refuse(name, `a readable file (${code})`);
  }
  try {
    const bytes = readDescriptor(descriptor, name);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { path: name, sha256: createHash("sha256").update(bytes).digest("hex"), text };
  } catch (error) {
    if (error instanceof PolicyError) throw error;
    if (error instanceof TypeError) refuse(name, "text in UTF-8");
    refuse(name, `a readable file (${codeOf(error)})`);
  } finally {
    closeSync(descriptor);
  }
}
