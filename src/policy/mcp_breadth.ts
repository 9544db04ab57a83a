/** MCP servers that are given more, or trusted further, than it seems. */
import { whereOf } from "./mcp_routes.ts";
import type { McpLaunch, McpServer } from "./mcp_server.ts";
import type { Policy } from "./policy.ts";
import type { Place } from "./policy_error.ts";

/** Loopback by its names and addresses, as URL parsers spell them. */
const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/;

/** What tokens of common services begin with, and JSON Web Tokens. */
const token =
  /(?:^|[=\s:])(?:gh[opsur]_|github_pat_|glpat-|sk-|sk_live_|xox[abprs]-|AKIA[A-Z0-9]{12}|AIza|npm_|hf_|eyJ[\w-]{8,}\.)[\w.-]{8,}/;

/** A name that a secret goes by. */
const secretName =
  /(?:^|[_-])(?:pass(?:word|phrase|wd)?|pwd|secret|token|credentials?|(?:api|access|private|auth|account)[_-]?key|apikey)$/i;

/** True for text that may be a secret; paths, placeholders, words and numbers are none. */
function mayBeSecret(value: string): boolean {
  return value.length >= 8 && !/[\s/{}$]/.test(value) && !/^(?:[a-z]+|\d+)$/i.test(value);
}

function holdsSecret(name: string, value: string): boolean {
  return token.test(value) || (secretName.test(name) && mayBeSecret(value));
}

function secretMessages({ args, env }: Extract<McpLaunch, { command: string }>): string[] {
  const advice = "everyone who reads this file has it; hand it on by its name with pass_env";
  const variables = Object.entries(env).filter(([name, value]) => holdsSecret(name, value))
    .map(([name]) => `env ${name} looks like a secret, and ${advice}`);
  const found = args.some((text, index) => {
    const [, name, value] = /^--?([\w-]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return holdsSecret(name, value);
    return holdsSecret(/^--?([\w-]+)$/.exec(args[index - 1] ?? "")?.[1] ?? "", text);
  });
  return found ? [...variables, `args hold what looks like a secret, and ${advice}`] : variables;
}

/** Programs that fetch a package and run it, each with the options that take a value. */
const launchers: { readonly [program: string]: RegExp } = {
  npx: /^(?:-p|--package|-c|--call|--cache|--registry)$/,
  bunx: /^(?:-p|--package)$/,
  uvx: /^(?:--from|--with|-p|--python|--index-url|--index)$/,
};

/** The package that a launcher is asked for; undefined where it is a local path or no package. */
function launchedPackage({ command, args }: Extract<McpLaunch, { command: string }>) {
  const program = command.split("/").at(-1) ?? "";
  const valued = Object.hasOwn(launchers, program) ? launchers[program] : undefined;
  if (valued === undefined) return undefined;
  for (let at = 0; at < args.length; at++) {
    const text = args[at] ?? "";
    const named = /^(?:--package|--from)=(.*)$/s.exec(text)?.[1];
    if (named !== undefined) return { program, name: named };
    if (/^(?:-p|--package|--from)$/.test(text) && (program !== "uvx" || text !== "-p")) {
      return { program, name: args[at + 1] ?? "" };
    }
    if (valued.test(text)) at++;
    else if (!text.startsWith("-")) return { program, name: text };
  }
  return undefined;
}

function packageMessage(launch: Extract<McpLaunch, { command: string }>): string | undefined {
  const found = launchedPackage(launch);
  if (found === undefined || /^[./~{]/.test(found.name) || found.name === "") return undefined;
  const { program, name } = found;
  const exact = program === "uvx"
    ? /(?:==|@)\d[\w.!+-]*$/.test(name)
    : /.@\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(name);
  if (exact) return undefined;
  const separator = program === "uvx" ? "==" : "@";
  return `${program} runs whatever version of ${name} is newest; write ` +
    `${name.replace(/(?<=.)(?:@|==).*$/, "")}${separator}VERSION with an exact version`;
}

function plainHttp(url: string): string | undefined {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !loopback.test(hostname)
    ? `${url} is plain http: whoever is on the way reads and changes everything; write https`
    : undefined;
}

/** What .mcp.json fills in, as it is copied from there. A shell is given what looks the same. */
function variableMessages(launch: McpLaunch): string[] {
  if ("command" in launch && /(?:^|\/)(?:ba|da|z|fi)?sh$/.test(launch.command)) return [];
  const texts = "url" in launch
    ? [launch.url]
    : [launch.command, ...launch.args, ...Object.values(launch.env)];
  const found = texts.flatMap((text) => text.match(/\$\{\w+(?::-[^}]*)?\}/) ?? []);
  const way = "url" in launch ? "write it out" : "hand a variable on by its name with pass_env";
  return [...new Set(found)].map((text) => `${text} stays as it is written; ${way}`);
}

function launchMessages({ launch }: McpServer): string[] {
  if (launch === undefined) return [];
  const one = "url" in launch ? plainHttp(launch.url) : packageMessage(launch);
  const rest = [...("url" in launch ? [] : secretMessages(launch)), ...variableMessages(launch)];
  return one === undefined ? rest : [one, ...rest];
}

/** Where the warning stands, under which key, and its text. */
export function serverMessages(policy: Policy): [Place, string, string][] {
  return [...policy.mcp.servers.values()].flatMap((server): [Place, string, string][] => {
    const where = whereOf(server);
    const { resources } = server.grants;
    const all = resources !== undefined && resources.entries === undefined;
    return [
      ...launchMessages(server).map((text): [Place, string, string] => [server.place, where, text]),
      ...(all
        ? [
          [
            resources.place,
            `${where}.resources`,
            `"*" is every resource that ${server.name} has, now and later; write patterns of URIs`,
          ] satisfies [Place, string, string],
        ]
        : []),
    ];
  });
}
