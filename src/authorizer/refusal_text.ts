/** Why a checked argument is not within its rule, in words that show what to change. */
import type { ArgumentRule } from "../policy/snapshot.ts";

const longest = 200;
const shellCharacters = [..."\0\n\r\v\f\x07\b\x7f$`|&;<>()"];

function quoted(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
  return JSON.stringify(cut);
}

function member(rule: ArgumentRule, key: string): unknown {
  const value = rule.constraint[1];
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function listOf(rule: ArgumentRule, key: string): readonly unknown[] {
  const value = member(rule, key);
  return Array.isArray(value) ? value : [];
}

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Why a command is not one simple command of a listed program; undefined when it is. Narrower than
 * the constraint itself, for which `/tmp/x/ls` is `ls`.
 */
export function shlexProblem(rule: ArgumentRule, command: string): string | undefined {
  const found = shellCharacters.find((character) => command.includes(character));
  if (found !== undefined) {
    return `it has ${quoted(found)}; shlex takes one command without ; & | $ ( ) < > and ` +
      "backquotes, quoted or not";
  }
  // To a shell such a character is a part of a word.
  const blank = command.match(/[^\S \t]/)?.[0];
  if (blank !== undefined) return `it has the blank ${codePoint(blank)}; write plain blanks`;
  const program = command.trim().split(/\s+/)[0] ?? "";
  const allow = listOf(rule, "allow");
  if (allow.includes(program)) return undefined;
  return program.includes("/")
    ? `${quoted(program)} names its program by a path`
    : `${quoted(program)} is not listed`;
}

function urlProblem(rule: ArgumentRule, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol.slice(0, -1) ?? "";
  const schemes = listOf(rule, "schemes");
  if (!schemes.includes(scheme)) return `scheme ${scheme} is not in ${schemes.join(", ")}`;
  const ports = listOf(rule, "allow_ports");
  const port = Number(url?.port === "" ? { http: 80, https: 443 }[scheme] : url?.port);
  if (ports.length > 0 && !ports.includes(port)) {
    return `port ${port} is not in ${ports.join(", ")}`;
  }
  return "its host is not a public one";
}

/** The roots of a path's rule, where it is a root or a list of them. */
function rootsOf({ constraint: [type, value] }: ArgumentRule): readonly string[] {
  const alternatives = type === 13 ? (value as { constraints?: unknown }).constraints : undefined;
  const list: readonly unknown[] = Array.isArray(alternatives) ? alternatives : [[type, value]];
  return list.flatMap((one) => {
    const [inner, rule] = one as readonly [number, { root?: unknown } | null];
    return inner === 17 && typeof rule?.root === "string" ? [rule.root] : [];
  });
}

/**
 * @param value the checked argument as text
 * @param sent what the tool was given, when that differs
 */
export function refusalText(rule: ArgumentRule, value: string, sent: unknown): string {
  const shown = `${rule.name} ${quoted(value)}`;
  if (rule.constraint[0] === 128) return `${shown}: ${shlexProblem(rule, value) ?? "not granted"}`;
  if (rule.kind === "url") return `${shown}: ${urlProblem(rule, value)}`;
  if (rule.kind !== "path") return `${shown} is not granted`;
  const leads = typeof sent === "string" && sent !== value ? ` (from ${quoted(sent)})` : "";
  const roots = rootsOf(rule);
  // A root that is written out says where it leads.
  const isNamed = roots.length === 0 || roots.every((root) => rule.rule.includes(root));
  const where = isNamed
    ? ""
    : ` = ${roots.slice(0, 10).join(", ")}${roots.length > 10 ? ", …" : ""}`;
  return `${shown}${leads} is not within ${rule.rule}${where}`;
}
