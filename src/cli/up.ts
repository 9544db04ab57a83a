/** `up`: a warrant that holds and the service in the background. */
import { renew } from "../authorizer/mint.ts";
import { bringUp, ServiceError, type Started } from "../authorizer/service_control.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText, UnsafeFile } from "../state/read_file.ts";
import { type Command, UsageError, UserError, wholeNumber } from "./command.ts";
import { findProject } from "./find_project.ts";
import { localTime } from "./local_time.ts";
import { collectFacts } from "./status_facts.ts";
import { statusLines } from "./status_lines.ts";
import { version } from "./version.ts";

const usualPort = 9090;

/** The option, else TENUO_AUTHORIZER_PORT, else PORT, else 9090. @throws {UsageError} */
function wishedPort(option: string | boolean | undefined): number {
  const given = wholeNumber(option, "port", 1);
  if (given !== undefined && given > 65535) throw new UsageError("--port takes at most 65535");
  if (given !== undefined) return given;
  for (const name of ["TENUO_AUTHORIZER_PORT", "PORT"]) {
    const text = Deno.env.get(name) ?? "";
    if (text === "") continue;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port >= 1 && port <= 65535) return port;
    throw new UsageError(`${name} is ${JSON.stringify(text)}, which is no port`);
  }
  return usualPort;
}

function recordedRoot(project: string): string {
  try {
    return readRegularText(statePath(project, "issuerPublic"), 256);
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    throw new UserError(`${error.message}; run tenuo-claude init`);
  }
}

function renewed(project: string): ReturnType<typeof renew> {
  try {
    return renew(project);
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : "The warrant cannot be renewed");
  }
}

async function started(project: string, root: string, port: number): Promise<Started> {
  try {
    return await bringUp({ project, root, port, version });
  } catch (error) {
    if (error instanceof ServiceError) throw new UserError(error.message);
    throw error;
  }
}

function serviceLine({ isNew, record, status }: Started, wished: number, asked: boolean): string {
  const where = `pid ${status.pid}, 127.0.0.1:${record.port}`;
  if (isNew) {
    const why = record.port === wished ? "" : `; another project's service has ${wished}`;
    return `Service     : started (${where}${why})`;
  }
  const moved = asked && record.port !== wished
    ? `; to use port ${wished}, run tenuo-claude down first`
    : "";
  return `Service     : already running (${where}${moved})`;
}

export const command: Command = {
  name: "up",
  summary: "Start the authorizer service in the background",
  description: "Starts the service on a Unix socket in .state/ and on 127.0.0.1:9090, mints the\n" +
    "warrant anew when it has expired, and prints the status. Tool calls are decided without the\n" +
    "service: it is for other clients. When it runs already, up only says so.\n" +
    "When another project's service has the port, the next free one is used and shown.\n" +
    "The port is --port, else TENUO_AUTHORIZER_PORT, else PORT, else 9090.\n" +
    "Exit code 0 when the service runs; status tells whether calls are enforced.",
  options: { port: { help: "TCP port on 127.0.0.1", value: "N" } },
  run: async ({ options, terminal }) => {
    const port = wishedPort(options.port);
    const project = findProject();
    const root = recordedRoot(project);
    const warrant = renewed(project);
    terminal.print("Local mode (no Cloud).");
    if (warrant.renewed) {
      const until = localTime(warrant.expiresAt);
      terminal.print(`Renewed     : the warrant had expired; the new one expires ${until}`);
    }
    const service = await started(project, root, port);
    terminal.print(serviceLine(service, port, options.port !== undefined));
    terminal.print(...statusLines(await collectFacts(project), terminal));
    return 0;
  },
};
