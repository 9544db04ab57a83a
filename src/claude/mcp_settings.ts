/**
 * What the client's other files say of MCP servers. Seen with 2.1.330: the files of that name in all
 * folders above count, the nearest first; a server of the same name in the client's own file is taken
 * before the one in `.mcp.json` when it stands under the project, and after it when it stands for all
 * projects; lists in any settings file switch servers off.
 */
import { dirname } from "node:path";
import { byteOrderMark, isList, isObject, type Json } from "./json_file.ts";

/** A server that the client starts by itself, beside `.mcp.json`. */
export interface OtherServer {
  readonly file: string;
  readonly name: string;
}

/** A server of `.mcp.json` that is not started, and what says so. */
export interface SwitchedOff {
  readonly file: string;
  readonly key: string;
  readonly name: string;
}

/** The members of a file; none for one that the client could not read either. */
function members(path: string): Json {
  try {
    const value: unknown = JSON.parse(Deno.readTextFileSync(path).replace(byteOrderMark, ""));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The client's own file: in CLAUDE_CONFIG_DIR, else in the home folder. */
export function clientFile(): string {
  const named = Deno.env.get("CLAUDE_CONFIG_DIR") ?? "";
  return `${named !== "" ? named : Deno.env.get("HOME") ?? ""}/.claude.json`;
}

function isSameFolder(path: string, project: string): boolean {
  if (path === project) return true;
  try {
    return Deno.realPathSync(path) === project;
  } catch {
    return false;
  }
}

/** What the client's own file says of the project. */
function projectParts(file: string, project: string): Json[] {
  const { projects } = members(file);
  if (!isObject(projects)) return [];
  return Object.entries(projects).flatMap(([path, part]) =>
    isObject(part) && isSameFolder(path, project) ? [part] : []
  );
}

function namesIn(servers: unknown): string[] {
  return isObject(servers) ? Object.keys(servers) : [];
}

/** The servers in the client's own file that it starts in the project. Each name stands once. */
export function otherServers(project: string, file: string): OtherServer[] {
  const parts = [...projectParts(file, project), members(file)];
  const names = new Set(parts.flatMap(({ mcpServers }) => namesIn(mcpServers)));
  return [...names].map((name) => ({ file, name }));
}

/**
 * The servers of `.mcp.json` in folders above the project. The client starts those too, but for names
 * that a file further down has.
 *
 * @param own the names in the project's own file
 */
export function serversAbove(project: string, own: readonly string[]): OtherServer[] {
  const taken = new Set(own);
  const found: OtherServer[] = [];
  for (let folder = project; folder !== "/";) {
    folder = dirname(folder);
    const file = folder === "/" ? "/.mcp.json" : `${folder}/.mcp.json`;
    for (const name of namesIn(members(file).mcpServers)) {
      if (!taken.has(name)) found.push({ file, name });
      taken.add(name);
    }
  }
  return found;
}

function lists(value: unknown): readonly unknown[] {
  return isList(value) ? value : [];
}

/** True when a rule of `deniedMcpServers` or `allowedMcpServers` means the entry. */
function means(rule: unknown, name: string, entry: Json): boolean {
  if (!isObject(rule)) return false;
  const line = [entry.command, ...lists(entry.args)];
  return rule.serverName === name || JSON.stringify(rule.serverCommand) === JSON.stringify(line);
}

/**
 * What keeps servers of `.mcp.json` from being started.
 *
 * @param entries the servers that are meant, with their entries
 * @param settings the settings files that count for the project
 * @param file the client's own file
 */
export function switchedOff(
  project: string,
  entries: Json,
  settings: readonly string[],
  file: string,
): SwitchedOff[] {
  const read = settings.map((path) => ({ file: path, value: members(path) }));
  const allowing = read.filter(({ value }) => isList(value.allowedMcpServers));
  const own = projectParts(file, project).map((value) => ({ file, value }));
  return Object.entries(entries).flatMap(([name, value]) => {
    const entry = isObject(value) ? value : {};
    const named = (key: string) => (one: { readonly file: string; readonly value: Json }) =>
      lists(one.value[key]).includes(name) ? [{ file: one.file, key, name }] : [];
    const denied = read.flatMap((one) =>
      lists(one.value.deniedMcpServers).some((rule) => means(rule, name, entry))
        ? [{ file: one.file, key: "deniedMcpServers", name }]
        : []
    );
    // The lists of all files count as one.
    const isAllowed = allowing.some((one) =>
      lists(one.value.allowedMcpServers).some((rule) => means(rule, name, entry))
    );
    const unlisted = isAllowed ? [] : allowing.slice(0, 1);
    return [
      ...[...read, ...own].flatMap(named("disabledMcpjsonServers")),
      ...own.flatMap(named("disabledMcpServers")),
      ...denied,
      ...unlisted.map((one) => ({ file: one.file, key: "allowedMcpServers", name })),
    ];
  });
}
