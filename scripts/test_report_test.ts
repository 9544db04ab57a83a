import { deepEqual } from "node:assert/strict";
import { readTestReport } from "./test_report.ts";

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="2" errors="0" time="0.028">
    <testsuite name="./a_test.ts" tests="6" disabled="1" errors="0" failures="2">
        <testcase name="one &amp; &lt;two&gt;" classname="./a_test.ts" time="0.005" line="5" col="6">
        </testcase>
        <testcase name="needs &quot;python3&quot;" classname="./a_test.ts" time="0.000" line="6" col="6">
            <skipped/>
        </testcase>
        <testcase name="bad" classname="./a_test.ts" time="0.011" line="8" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="one &amp; &lt;two&gt; &gt; s1" classname="./a_test.ts" time="0.001">
        </testcase>
        <testcase name="bad &gt; s1" classname="./a_test.ts" time="0.001" line="8" col="45">
            <failure message="Uncaught Error: x">Error: x</failure>
        </testcase>
        <testcase name="a &gt; b holds" classname="./a_test.ts" time="0.001" line="9" col="6">
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("A report counts tests, not their steps", () => {
  deepEqual(readTestReport(report), { passed: 2, failed: 1, ignored: ['needs "python3"'] });
});

Deno.test("A report without tests counts none", () => {
  deepEqual(readTestReport("<testsuites/>"), { passed: 0, failed: 0, ignored: [] });
});
