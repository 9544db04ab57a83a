/** The tests of a JUnit report, without their steps. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** The names of the tests that were ignored. */
  readonly ignored: readonly string[];
}

const CASE = /<testcase name="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

function plain(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot)|#(\d+));/g,
    (_, name?: string, code?: string) =>
      name === undefined ? String.fromCodePoint(Number(code)) : ENTITIES[name] ?? "",
  );
}

/** Counts the tests of a report that `deno test --junit-path` wrote. */
export function readTestReport(xml: string): TestReport {
  const cases = [...xml.matchAll(CASE)].map(([, name = "", body = ""]) => ({ name, body }));
  const names = new Set(cases.map(({ name }) => name));
  // A step is reported as a test of its own, named "test > step".
  const isStep = (name: string) =>
    [...name.matchAll(/ &gt; /g)].some(({ index }) => names.has(name.slice(0, index)));
  const tests = cases.filter(({ name }) => !isStep(name));
  const failed = tests.filter(({ body }) => /<(?:failure|error)\b/.test(body));
  const ignored = tests.filter(({ body }) => body.includes("<skipped/>"));
  return {
    passed: tests.length - failed.length - ignored.length,
    failed: failed.length,
    ignored: ignored.map(({ name }) => plain(name)),
  };
}
