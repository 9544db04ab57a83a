/** What the tests of the service ask of a project's service and its files. */
import assert from "node:assert/strict";
import { readRecord, type ServiceRecord } from "./service_record.ts";
import type { Outcome, TestProject } from "./service_test_project.ts";

/** Runs `up` on a port. */
export function up(project: TestProject, port: number): Outcome {
  return project.run(["up", "--port", String(port)]);
}

/** What is recorded of the running service. */
export function recordOf({ place }: TestProject): ServiceRecord {
  const record = readRecord(place.project);
  assert.ok(record !== undefined, "the service is recorded");
  return record;
}

/** The service's files in `.state`. */
export function serviceFiles({ place }: TestProject): string[] {
  return [...Deno.readDirSync(`${place.project}/.state`)].map(({ name }) => name)
    .filter((name) => name.startsWith("service")).sort();
}
