/** Throw-away projects with settings, for the tests of this room. */
import type { Program } from "./program.ts";
import { isWired, settingsPath, unwire, wire } from "./settings.ts";

/** The program that is wired. */
export const program: Program = {
  kind: "compiled",
  command: "/opt/tenuo-claude",
  args: [],
  files: ["/opt/tenuo-claude"],
};
/** The pinned root. */
export const root = "ab".repeat(32);

export type Json = Record<string, unknown>;

export interface Place {
  readonly project: string;
  readonly path: string;
  put(text: string): void;
  text(): string;
  wire(): boolean;
  unwire(): boolean;
  wired(): boolean;
}

export function write(path: string, content: string, mode: number): void {
  Deno.writeTextFileSync(path, content);
  Deno.chmodSync(path, mode);
}

/** Runs `body` in a fresh project, which is removed afterwards. */
export function inProject(body: (place: Place) => void): void {
  const project = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "settings_" }));
  const path = settingsPath(project);
  try {
    body({
      project,
      path,
      put: (text) => {
        Deno.mkdirSync(`${project}/.claude`, { recursive: true });
        Deno.writeTextFileSync(path, text);
      },
      text: () => Deno.readTextFileSync(path),
      wire: () => wire(program, project, root, write),
      unwire: () => unwire(project, write),
      wired: () => isWired(path, project, root, program),
    });
  } finally {
    Deno.removeSync(project, { recursive: true });
  }
}
