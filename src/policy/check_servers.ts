/** What the schema cannot see of MCP servers: their names, and those of what they grant. */
import { entriesOf, findingAt, nodeAt, type SourcePath, textsAt, valueAt } from "./findings.ts";
import { singleMcpServer } from "./mcp_server.ts";
import { describePlace, type Finding } from "./policy_error.ts";
import { mcpToolName } from "./tools.ts";
import { uriPatternProblem } from "./uri_pattern.ts";
import type { SourceMap } from "./yaml_source.ts";

function toolFinding(root: SourceMap, path: SourcePath, tool: string): Finding[] {
  const where = path.slice(0, -1).join(".");
  const finding = { ...nodeAt(root, path).place, where, text: tool, phase: "load" as const };
  if (tool.startsWith("mcp__")) {
    return [{ ...finding, expected: "the tool's name at its server, without mcp__ and server" }];
  }
  if (/^[A-Za-z0-9_./-]{1,128}$/.test(tool)) return [];
  return [{ ...finding, expected: "a tool name of letters, digits and _ - . /" }];
}

/** The rules and grants of the server at `path`. */
function checkServer(root: SourceMap, path: SourcePath): Finding[] {
  const findings: Finding[] = [];
  const tools: [SourcePath, string][] = [
    ...textsAt(root, [...path, "allow"]),
    ...entriesOf(root, [...path, "enforce"]).map(([at]): [SourcePath, string] => [
      at,
      String(at.at(-1)),
    ]),
  ];
  for (const [at, tool] of tools) findings.push(...toolFinding(root, at, tool));
  for (const [at, pattern] of textsAt(root, [...path, "resources"])) {
    const filled = pattern.replace(/\{(?:sandbox|project)\}/g, "/folder");
    const expected = pattern === "*" ? undefined : uriPatternProblem(filled);
    if (expected !== undefined) findings.push(findingAt(root, at, { expected }));
  }
  for (const [at, name] of textsAt(root, [...path, "prompts"])) {
    // deno-lint-ignore no-control-regex
    const isName = name.trim() !== "" && name.length <= 256 && !/[\x00-\x1f\x7f]/.test(name) &&
      name.isWellFormed();
    const expected = !isName
      ? "the name of a prompt"
      : name !== "*" && name.includes("*")
      ? 'the exact name of a prompt, or "*" for all'
      : undefined;
    if (expected !== undefined) findings.push(findingAt(root, at, { expected }));
  }
  return findings;
}

/** Findings about servers, by their names first. */
export function checkServers(root: SourceMap): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  const single = valueAt(root, ["mcp", "enforce"]) ?? valueAt(root, ["mcp", "downstream"]);
  if (single !== undefined) {
    seen.set(mcpToolName(singleMcpServer, ""), `mcp.enforce, which is ${singleMcpServer}`);
  }
  const servers = entriesOf(root, ["mcp", "servers"]).map(([path]) => path);
  for (const path of servers) {
    const name = String(path.at(-1));
    const { place } = nodeAt(root, path);
    const finding = { ...place, where: "mcp.servers", text: name, phase: "load" as const };
    if (!/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$/.test(name)) {
      findings.push({ ...finding, expected: "a server name of letters, digits, blanks and _ - ." });
    }
    const client = mcpToolName(name, "");
    const other = seen.get(client);
    if (other !== undefined) {
      findings.push({ ...finding, expected: `a name of its own: the client calls it as ${other}` });
    }
    seen.set(client, `${name} at ${describePlace(place)}`);
  }
  return [...findings, ...[["mcp"], ...servers].flatMap((path) => checkServer(root, path))];
}
