/**
 * `.mcp.json`: each governed MCP server is reached through this program's proxy. Foreign entries and
 * members are kept as they are; writing twice changes nothing.
 */
import {
  isList,
  isObject,
  type Json,
  type JsonFile,
  readJsonFile,
  saveJsonFile,
  SettingsError,
  type Write,
} from "./json_file.ts";
import { argumentsWithProcesses, type Program } from "./program.ts";

/** A server that the policy governs, as its entry is told of it. */
export interface GovernedEntry {
  readonly name: string;
  /** True when the policy starts the server as a foreign entry does, so that nothing of it is lost. */
  readonly says: (entry: Json) => boolean;
  /** True when the client calls the tools of another server of this name by the same names. */
  readonly sharesNames: (other: string) => boolean;
}

/** How the proxy is started: what the entries are made of. */
export interface ProxyCommand {
  readonly program: Program;
  /** Absolute. */
  readonly project: string;
  /** The pinned root's public key, hex. */
  readonly root: string;
}

export function mcpJsonPath(project: string): string {
  return `${project}/.mcp.json`;
}

/** The arguments by which the proxy of a server is started, after those of the program itself. */
export function proxyArguments({ project, root }: ProxyCommand, name: string): readonly string[] {
  return ["_mcp-proxy", "--server", name, "--project", project, "--root", root];
}

/** The entry of a governed server. */
export function proxyEntry(proxy: ProxyCommand, name: string): Json {
  const { program } = proxy;
  return {
    type: "stdio",
    command: program.command,
    args: [...argumentsWithProcesses(program), ...proxyArguments(proxy, name)],
  };
}

/** True for an entry that runs this program's proxy, whatever file that is and whatever it is given. */
function isProxyEntry(entry: unknown): boolean {
  return isObject(entry) && isList(entry.args) && entry.args.includes("_mcp-proxy");
}

/** The file with its entries. @throws {SettingsError} */
export function readMcpJson(project: string): { file: JsonFile; entries: Json } {
  const path = mcpJsonPath(project);
  const file = readJsonFile(path, "a map with mcpServers");
  const entries = Object.hasOwn(file.value, "mcpServers") ? file.value.mcpServers : {};
  if (isObject(entries)) return { file, entries };
  throw new SettingsError(`mcpServers in ${path} is not a map. Mend it first`);
}

function refuseForeign(project: string, name: string): never {
  throw new SettingsError(
    `The entry ${JSON.stringify(name)} in ${mcpJsonPath(project)} does not start what tenuo.yaml ` +
      `starts under that name. Take over in tenuo.yaml what it says, then remove the entry`,
  );
}

function refuseTwin(project: string, name: string, governed: string): never {
  throw new SettingsError(
    `The client calls the tools of ${JSON.stringify(name)} in ${
      mcpJsonPath(project)
    } by the same ` +
      `names as those of ${JSON.stringify(governed)} in tenuo.yaml. Rename or remove the entry`,
  );
}

/** The entries as they shall be: ours in the places they have, new ones at the end. */
function replaced(entries: Json, proxy: ProxyCommand, servers: readonly GovernedEntry[]): Json {
  const governed = new Map(servers.map((server) => [server.name, server]));
  const kept = Object.entries(entries).flatMap(([name, entry]): [string, unknown][] => {
    const server = governed.get(name);
    if (server === undefined) {
      if (isProxyEntry(entry)) return [];
      const twin = servers.find(({ sharesNames }) => sharesNames(name));
      return twin === undefined ? [[name, entry]] : refuseTwin(proxy.project, name, twin.name);
    }
    governed.delete(name);
    const isKnown = isProxyEntry(entry) || isObject(entry) && server.says(entry);
    return isKnown ? [[name, proxyEntry(proxy, name)]] : refuseForeign(proxy.project, name);
  });
  const added = [...governed.keys()].map((name) => [name, proxyEntry(proxy, name)] as const);
  return Object.fromEntries([...kept, ...added]);
}

/** The members with these entries; without any, the file holds nothing of use. */
function withEntries(value: Json, entries: Json): Json {
  const members = new Map(Object.entries(value)).set("mcpServers", entries);
  if (Object.keys(entries).length === 0) members.delete("mcpServers");
  return Object.fromEntries(members);
}

/** The entries without a word about a file that is none of our business. */
function readConcerned(project: string, servers: readonly GovernedEntry[]) {
  try {
    const read = readMcpJson(project);
    return servers.length > 0 || Object.values(read.entries).some(isProxyEntry) ? read : undefined;
  } catch (error) {
    if (servers.length > 0) throw error;
    return undefined;
  }
}

type Named = readonly { readonly name: string }[];

function ungoverned(project: string, servers: Named): [name: string, entry: unknown][] {
  const names = new Set(servers.map(({ name }) => name));
  return Object.entries(readMcpJson(project).entries).filter(([name]) => !names.has(name));
}

/** The entries of servers that the policy does not have. @throws {SettingsError} */
export function foreignEntries(project: string, servers: Named): string[] {
  return ungoverned(project, servers).filter(([, entry]) => !isProxyEntry(entry))
    .map(([name]) => name);
}

/** What looks like an entry of ours for a server that the policy does not have. @throws {SettingsError} */
export function idleEntries(project: string, servers: Named): string[] {
  return ungoverned(project, servers).filter(([, entry]) => isProxyEntry(entry))
    .map(([name]) => name);
}

/**
 * Writes an entry for each governed server and takes out those of servers that are governed no more.
 * Without either the file is not touched. Returns whether anything changed.
 *
 * @throws {SettingsError} when the file is nothing that entries can be put into, or when an entry
 * starts something else under a governed server's name
 */
export function writeEntries(
  proxy: ProxyCommand,
  servers: readonly GovernedEntry[],
  write: Write,
): boolean {
  const found = readConcerned(proxy.project, servers);
  if (found === undefined) return false;
  const after = withEntries(found.file.value, replaced(found.entries, proxy, servers));
  return saveJsonFile(mcpJsonPath(proxy.project), found.file, after, write);
}

/** What `writeEntries` would throw, so that a command finds out before it changes anything. */
export function requireEntries(proxy: ProxyCommand, servers: readonly GovernedEntry[]): void {
  const found = readConcerned(proxy.project, servers);
  if (found !== undefined) replaced(found.entries, proxy, servers);
}
