/** A running service for the tests of the app, and calls of it. */
import assert from "node:assert/strict";
import { type Address, ask, type Question } from "./service_client.ts";
import { freePort, type TestProject, withProject } from "./service_test_project.ts";

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks, and holds every answer to what all answers promise. */
export async function request(to: Address, path: string, question: Question = {}): Promise<Reply> {
  const { status, body } = await ask(to, path, { method: "POST", ...question });
  assert.ok(typeof body === "object" && body !== null);
  const members = body as Record<string, unknown>;
  if (status !== 200) {
    assert.equal(members.authorized, false);
    assert.equal(typeof members.error, "string");
    assert.ok(Number.isInteger(members.error_code));
    assert.equal(typeof members.message, "string");
    assert.match(String(members.request_id), /^req_[0-9a-f]{32}$/);
  }
  assert.doesNotMatch(JSON.stringify(body), /\bat .*\.(ts|js):\d+/);
  return { status, body: members };
}

/** Status, error and code: what refusals are told apart by. */
export function outcome({ status, body }: Reply): [number, unknown, unknown] {
  return [status, body.error, body.error_code];
}

/** Starts the service of a throw-away project, for both of its doors. */
export async function withService(
  body: (project: TestProject, tcp: Address & { transport: "tcp" }, unix: Address) => Promise<void>,
  policy?: string,
): Promise<void> {
  await withProject(async (project) => {
    const port = freePort();
    const { code, stderr } = project.run(["up", "--port", String(port)]);
    assert.equal(code, 0, stderr);
    const path = `${project.place.project}/.state/service.sock`;
    await body(project, { transport: "tcp", port }, { transport: "unix", path });
  }, policy === undefined ? {} : { policy });
}
