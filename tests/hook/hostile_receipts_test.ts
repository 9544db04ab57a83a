/** Links, pipes, folders and huge files where receipts lie: never followed, and no hook hangs. */
import { equal, match, ok } from "node:assert/strict";
import { Project } from "./project.ts";

/** What stands in a file's place. */
const instead: { readonly [kind: string]: (path: string, nowhere: string) => void } = {
  pipe: (path) => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
  folder: (path) => Deno.mkdirSync(path),
  link: (path) => Deno.symlinkSync(`${path}.aside`, path),
  dangling: (path, nowhere) => Deno.symlinkSync(nowhere, path),
  endless: (path) => Deno.symlinkSync("/dev/zero", path),
  huge: (path) => {
    Deno.writeTextFileSync(path, "");
    Deno.truncateSync(path, 20 * 2 ** 30);
  },
};

const log = ["receipts.jsonl", "receipts.000001.jsonl"];
const beside = ["receipts.checkpoint", "evidence", "receipt_pub.hex"];

/** The project with something else in the file's place. */
function replaced(project: Project, name: string, kind: string): void {
  const path = project.path(`.state/${name}`);
  // A segment counts where the file that is written to is still empty.
  if (name === "receipts.000001.jsonl") Deno.writeTextFileSync(project.state("receipts"), "");
  try {
    Deno.renameSync(path, `${path}.aside`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  instead[kind]?.(path, project.outside("nowhere"));
}

for (const name of [...log, ...beside]) {
  Deno.test(`Whatever stands in place of ${name}, calls are answered and outcomes disturb nobody`, async () => {
    await using project = await Project.create();
    const call = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
    const end = { session_id: "session-1", hook_event_name: "SessionEnd", reason: "other" };
    equal((await project.hook(call)).decision, "allow");
    const whole = project.outside("whole");
    new Deno.Command("cp", { args: ["-a", project.path(".state"), whole] }).outputSync();
    for (const kind of Object.keys(instead)) {
      replaced(project, name, kind);
      const under = ["timeout", "20"];
      const { decision, reason } = await project.hook(call, { under });
      equal(decision, log.includes(name) ? "deny" : "allow", kind);
      if (decision === "deny") match(reason, /not a regular file|put back what was there/);
      const told = { ...call, hook_event_name: "PostToolUse", tool_response: "x" };
      const post = await project.post(told, { under });
      equal(`${post.code} ${post.stdout}${post.stderr}`, "0 ", kind);
      const ended = await project.post(end, { under, line: project.wired("SessionEnd") });
      equal(`${ended.code} ${ended.stdout}${ended.stderr}`, "0 ", kind);
      ok(![...Deno.readDirSync(project.outside(""))].some(({ name }) => name === "nowhere"), kind);
      Deno.removeSync(project.path(".state"), { recursive: true });
      new Deno.Command("cp", { args: ["-a", whole, project.path(".state")] }).outputSync();
    }
    equal((await project.hook(call)).decision, "allow");
  });
}
