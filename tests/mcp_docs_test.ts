/** What docs/MCP.md shows is what the program does, and its table has every method there is. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { allMethods } from "../src/mcp/methods.ts";
import { frameLimits } from "../src/mcp/framing/read_frame.ts";
import { asFunction, blocks, exists, root, withPlace } from "./docs_place.ts";

const document = Deno.readTextFileSync(`${root}/docs/MCP.md`);

Deno.test("the commands of docs/MCP.md run as they stand, in their order", async () => {
  const lines = blocks(document, "sh").flatMap((block) => block.trim().split("\n"));
  deepEqual(lines, [
    "tenuo-claude init",
    "tenuo-claude mcp list",
    "tenuo-claude check",
    "tenuo-claude mcp diff",
    "tenuo-claude mcp approve tenuo-files --yes",
  ]);
  await withPlace(async (place) => {
    Deno.writeTextFileSync(`${place.project}/tenuo.yaml`, blocks(document, "yaml")[0] ?? "");
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", ["set -eu -o pipefail", asFunction(), ...lines].join("\n")],
      cwd: place.project,
      clearEnv: true,
      env: place.env,
    }).output();
    const text = new TextDecoder().decode(stdout);
    equal(code, 0, text + new TextDecoder().decode(stderr));
    match(text, /tenuo-files/);
    match(text, /read_file/);
    ok(exists(`${place.project}/mcp.lock`));
    const shown = JSON.parse(blocks(document, "json")[0] ?? "").mcpServers["tenuo-files"];
    const written = JSON.parse(Deno.readTextFileSync(`${place.project}/.mcp.json`))
      .mcpServers["tenuo-files"];
    const own = written.args.slice(written.args.indexOf("_mcp-proxy"));
    deepEqual(Object.keys(written), Object.keys(shown));
    deepEqual(
      own.map((word: string) => word.replace(place.project, "/home/me/my-project")).slice(0, -1),
      shown.args.slice(0, -1),
    );
  });
});

Deno.test("every method that passes stands in the table of docs/MCP.md", () => {
  const start = document.indexOf("## What passes besides tools");
  const table = document.slice(start, document.indexOf("## Pinning"));
  ok(start > 0);
  for (const { name, kind, handling } of allMethods()) {
    if (kind === "notification" || handling === "refuse" || name === "initialize") continue;
    ok(table.includes(`\`${name}\``), name);
  }
});

Deno.test("the limits that docs/MCP.md tells are the program's", () => {
  const limits = document.slice(document.indexOf("## Limits"));
  match(limits, new RegExp(`${frameLimits.bytes >> 20} MB from the client`));
  match(limits, new RegExp(`levels of lists and objects +\\| ${frameLimits.depth} `));
});
