/**
 * URIs of resources. Servers look them up as text or take them apart, so only those pass that mean
 * the same both ways; the URI of a file must also be granted where its path leads.
 */
import { matches } from "../constraints/registry.ts";
import { decodedText, fileUri, isFileUri, writtenPath } from "../policy/file_uri.ts";
import type { ArgumentRule } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";
import { policyConstraint } from "./policy_constraint.ts";
import { refusalText } from "./refusal_text.ts";
import { hasControl, resolvePath } from "./resolve_path.ts";

/** Refused unread beyond this. */
const longest = 8192;

function unusable(what: string): never {
  throw new Denial("ArgumentUnusable", what);
}

/** With the codes of dots and separators read, however often they were encoded. */
function withDots(text: string): string {
  return text.replace(
    /%(?:25)*(2e|2f|5c)/gi,
    (_, code) => String.fromCharCode(parseInt(code, 16)),
  );
}

function requireFile(uri: string): void {
  const path = writtenPath(uri);
  if (path === undefined) unusable("The URI of a file names another machine, or no absolute path");
  if (/[?#]/.test(path)) unusable("The URI of a file has a ? or #; write them %3F and %23");
  if (/%(?:25)*(?:2f|00)/i.test(path) || decodedText(path) === undefined) {
    unusable("The URI of a file has percent codes that are not those of a name");
  }
}

/** The URI as it was sent. @throws {Denial} 9013 when it has no single reading */
export function readUri(value: unknown): string {
  if (typeof value !== "string" || value === "") return unusable("The URI is not text");
  if (value.length > longest) unusable(`The URI is longer than ${longest} characters`);
  if (!value.isWellFormed() || hasControl(value) || /\\|\s$/.test(value)) {
    unusable("The URI has a backslash, a control character or a blank at its end");
  }
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(value)) unusable("The URI has no scheme");
  if (isFileUri(value)) requireFile(value);
  const [named = ""] = value.split(/[?#]/, 1);
  if (withDots(named).split(/[/\\]/).some((part) => part === "." || part === "..")) {
    unusable("The URI has . or .. among its names, so it leads elsewhere; name what it leads to");
  }
  return value;
}

/** @throws {Denial} 1501 when links lead from a granted file to one that is not, 9013 as for paths */
export function requireGrantedFile(rule: ArgumentRule, uri: string): void {
  if (!isFileUri(uri)) return;
  const path = resolvePath("/", decodedText(writtenPath(uri) ?? ""));
  const real = fileUri(path);
  if (matches(policyConstraint(rule), real)) return;
  throw new Denial(
    "ConstraintViolation",
    `${refusalText(rule, uri, undefined)}: it is ${real}`,
    rule,
  );
}
