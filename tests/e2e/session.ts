import { type CallOutcome, MessagesApi, type Turn } from "./messages_api.ts";
import { OutboundProxy } from "./outbound_proxy.ts";
import { StreamLog } from "./stream_log.ts";

/** What a session of the client is to do. */
export interface SessionPlan {
  /** The turns of the main thread. */
  readonly turns: readonly Turn[];
  /** Turns of subagents, by a text that stands in their prompt. */
  readonly agents?: Readonly<Record<string, readonly Turn[]>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** False leaves out `--dangerously-skip-permissions`. */
  readonly skipPermissions?: boolean;
  readonly limitSeconds?: number;
}

/** What the session came to. */
export interface Session {
  readonly id: string;
  /** The calls of the main thread. */
  readonly calls: readonly CallOutcome[];
  /** The calls of subagents. */
  readonly agentCalls: readonly CallOutcome[];
  readonly log: StreamLog;
  /** The tools announced to the model in the main thread. */
  readonly announced: readonly string[];
  /** Hosts that the client tried to reach. */
  readonly outbound: readonly string[];
  readonly stderr: string;
  readonly exitCode: number;
}

/** Where a session runs. */
export interface Place {
  readonly client: string;
  readonly project: string;
  readonly home: string;
  /** Ends the client early. */
  readonly signal: AbortSignal;
}

const PROMPT = "Play the script of this end-to-end test.";

/** Everything the client gets from its environment: nothing of the caller's own. */
function environment(home: string, api: string, proxy: string): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "C.UTF-8",
    TERM: "dumb",
    SHELL: "/bin/bash",
    HOME: home,
    TMPDIR: `${home}/tmp`,
    CLAUDE_CONFIG_DIR: `${home}/.claude`,
    ANTHROPIC_BASE_URL: api,
    ANTHROPIC_API_KEY: "scripted",
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: "127.0.0.1,localhost",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_TELEMETRY: "1",
    // Lets root skip permissions, which the client refuses otherwise.
    IS_SANDBOX: "1",
  };
}

async function gather(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (piece: string) => void,
) {
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) take(piece);
}

/** Runs the client in print mode against the scripted model until it ends or the limit passes. */
export async function playSession(place: Place, plan: SessionPlan): Promise<Session> {
  const id = crypto.randomUUID();
  const log = new StreamLog();
  const agents = Object.entries(plan.agents ?? {}).map(([when, turns]) => ({ when, turns }));
  await using api = new MessagesApi([{ when: PROMPT, turns: plan.turns }, ...agents]);
  using proxy = new OutboundProxy();
  await Deno.mkdir(`${place.home}/tmp`, { recursive: true });
  const child = new Deno.Command(place.client, {
    args: [
      ...["-p", PROMPT, "--session-id", id, "--verbose"],
      ...["--output-format", "stream-json", "--include-hook-events"],
      ...(plan.skipPermissions === false ? [] : ["--dangerously-skip-permissions"]),
      ...(plan.args ?? []),
    ],
    cwd: place.project,
    signal: place.signal,
    env: { ...environment(place.home, api.url, proxy.url), ...plan.env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stderr = "";
  const limit = plan.limitSeconds ?? 60;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    late.reject(new Error(`Claude Code did not end within ${limit} s\n${stderr}${log.raw}`));
  }, limit * 1000);
  // Not only the child is waited for: what it left behind may hold its output open.
  const ended = Promise.all([
    child.status,
    gather(child.stdout, (piece) => log.feed(piece)),
    gather(child.stderr, (piece) => stderr += piece),
  ]);
  const [{ code }] = await Promise.race([ended, late.promise]).finally(() => clearTimeout(timer));
  if (api.troubles.length > 0) throw api.troubles[0];
  return {
    id,
    calls: api.outcomes.filter(({ script }) => script === 0),
    agentCalls: api.outcomes.filter(({ script }) => script > 0),
    log,
    announced: api.announced.get(0) ?? [],
    outbound: proxy.targets,
    stderr,
    exitCode: code,
  };
}
