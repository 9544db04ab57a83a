import { deepEqual } from "node:assert/strict";
import { compared } from "./mcp_comparison.ts";
import type { PinnedPackage, PinnedProgram } from "../mcp/programs/program_pin.ts";
import { pinServer } from "../mcp/pins/pinning.ts";

const listed = { identity: { name: "demo", version: "1" }, tools: new Map() };

/** A package with two others beside it, as npx keeps it. */
function packaged(cache: string, version: string, other: string): PinnedProgram {
  const modules = `/home/me/.npm/_npx/${cache}/node_modules`;
  const pinned: PinnedPackage = {
    name: "@demo/server",
    version,
    folder: `${modules}/@demo/server`,
    sha256: version,
    dependencies: { [`${modules}/same`]: "5a3e", [`${modules}/other`]: other },
  };
  const args = [`${pinned.folder}/index.js`];
  return { launch: "", command: "/usr/bin/node", args, files: [], package: pinned };
}

Deno.test("Of a package in another folder only what differs of it is shown", () => {
  const before = pinServer({ program: packaged("aaaa", "1.0.0", "0a"), listed }, 1);
  const [found, ...rest] = compared(before, { program: packaged("bbbb", "1.1.0", "0b"), listed });
  deepEqual(rest, []);
  deepEqual(found?.lines, [
    "- package @demo/server 1.0.0",
    "+ package @demo/server 1.1.0",
    "- kept in /home/me/.npm/_npx/aaaa",
    "+ kept in /home/me/.npm/_npx/bbbb",
    "- starts /usr/bin/node /home/me/.npm/_npx/aaaa/node_modules/@demo/server/index.js",
    "+ starts /usr/bin/node /home/me/.npm/_npx/bbbb/node_modules/@demo/server/index.js",
    "- node_modules/@demo/server 1.0.0",
    "+ node_modules/@demo/server 1.1.0",
    "- node_modules/other 0a",
    "+ node_modules/other 0b",
  ]);
});

Deno.test("Of a server that nobody approved everything is new, and nothing is taken away", () => {
  const program: PinnedProgram = { launch: "", command: "/bin/true", args: ["a"], files: [] };
  const found = compared(undefined, { program, listed });
  deepEqual(found.map(({ about, change, lines }) => [about, change, lines]), [
    ["program", "new", ["+ starts /bin/true a"]],
    ["identity", "new", ["+ demo", "+ 1"]],
  ]);
});
