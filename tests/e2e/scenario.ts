import { Project, type ProjectPlan } from "./project.ts";
import { playSession, type Session, type SessionPlan } from "./session.ts";

/** One promise of the product, tried with the real client. */
export interface Scenario {
  /** A sentence that is true when it passes. */
  readonly name: string;
  /** Why it cannot run on this machine. */
  readonly skip?: () => string | undefined;
  run(stage: Stage): Promise<void>;
}

/** What every stage of a run has in common. */
export interface Theatre {
  /** The path of Claude Code. */
  readonly client: string;
  /** The path of the product. */
  readonly binary: string;
  /** Ends what is going on. */
  readonly signal: AbortSignal;
}

/** What a scenario plays on: makes projects and sessions, keeps what happened, cleans up. */
export class Stage implements AsyncDisposable {
  readonly #theatre: Theatre;
  readonly #projects: Project[] = [];
  readonly #sessions: Session[] = [];

  constructor(theatre: Theatre) {
    this.#theatre = theatre;
  }

  /** A new governed project, removed when the scenario ends. */
  async project(plan: ProjectPlan): Promise<Project> {
    const project = await Project.create(this.#theatre.binary, plan);
    this.#projects.push(project);
    return project;
  }

  /** A session of the real client in the project. */
  async play(project: Project, plan: SessionPlan): Promise<Session> {
    const { client, signal } = this.#theatre;
    const place = { client, signal, project: project.root, home: project.home };
    const session = await playSession(place, plan);
    this.#sessions.push(session);
    return session;
  }

  /** What was seen, for the report of a failure. */
  account(): string {
    return this.#sessions.map(accountOf).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const project of this.#projects) await project[Symbol.asyncDispose]();
  }
}

function short(text: string, length = 400): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function accountOf(session: Session): string {
  const calls = [...session.calls, ...session.agentCalls].map(({ name, input, result }) =>
    `call ${name} ${short(JSON.stringify(input), 160)}\n` +
    (result === undefined
      ? "  no result came back"
      : `  ${result.isError ? "error" : "result"}: ${short(result.content)}`)
  );
  const talking = session.log.hooks.filter(({ exitCode, stderr }) =>
    exitCode !== 0 || stderr !== ""
  );
  const hooks = talking.map(({ name, exitCode, stdout, stderr }) =>
    `hook ${name} exit ${exitCode ?? "none"}\n  stdout: ${short(stdout)}\n  stderr: ${
      short(stderr)
    }`
  );
  const end = `client exit ${session.exitCode}, stderr: ${short(session.stderr)}`;
  return [...calls, ...hooks, end].join("\n");
}
