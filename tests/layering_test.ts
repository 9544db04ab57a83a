/** The rooms of `src/` import downward only; the hook and the MCP proxy start without any package. */
import { deepEqual, ok } from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Module, moduleGraph, staticClosure } from "../scripts/graph.ts";
import { root } from "../scripts/workspace.ts";

// From the top down. Rooms of one level do not import each other; commands stand above all doors.
const LEVELS: readonly (readonly string[])[] = [
  ["cli"],
  ["hook", "mcp", "cloud", "controlplane"],
  ["authorizer"],
  ["policy", "receipts"],
  ["constraints"],
  ["protocol", "shell"],
];
const LEAVES = ["state", "claude"];
const PURE = ["constraints", "protocol", "shell"];
// The folders of the MCP proxy, likewise. Of the files beside them they import the table of methods.
const PROXY_LEVELS: readonly (readonly string[])[] = [
  ["session"],
  ["gate"],
  ["pins"],
  ["connection", "wires", "programs"],
  ["framing"],
];
// Modules through which a pure room would reach the system around it.
const SYSTEM = /^node:(fs|os|process|child_process|net|dns|https?|worker_threads)\b/;

function levelOf(room: string): number {
  return LEVELS.findIndex((rooms) => rooms.includes(room));
}

function name(address: string): string {
  return address.startsWith("file:") ? relative(root, fileURLToPath(address)) : address;
}

/** The room of a file: `cbor.ts` in `src/protocol/` lies in `protocol`. */
function roomOf(address: string): string | undefined {
  const [top, room, ...rest] = name(address).split("/");
  if (top !== "src") return undefined;
  return rest.length === 0 ? "" : room;
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (LEAVES.includes(from)) return false;
  if (LEAVES.includes(to)) return !PURE.includes(from);
  return levelOf(to) > levelOf(from);
}

/** Every import that breaks the order of the rooms, and every file that lies in no room. */
function findUpward(graph: readonly Module[]): string[] {
  return graph.flatMap(({ address, imports }) => {
    const from = roomOf(address);
    if (from === undefined) return [];
    if (levelOf(from) < 0 && !LEAVES.includes(from)) return [`${name(address)} lies in no room`];
    return imports.flatMap(({ to }) => {
      const room = roomOf(to);
      const system = PURE.includes(from) && SYSTEM.test(to);
      const allowed = room === undefined ? !system : mayImport(from, room);
      const above = name(to) === "main.ts" || name(to).startsWith("scripts/");
      return allowed && !above ? [] : [`${name(address)} imports ${name(to)}`];
    });
  });
}

/** Every import of a folder of the MCP proxy from one that stands beside or above it. */
function findUpwardInProxy(graph: readonly Module[]): string[] {
  const folderOf = (address: string) => /^src\/mcp\/(.+)\//.exec(name(address))?.[1];
  const level = (folder: string) => PROXY_LEVELS.findIndex((folders) => folders.includes(folder));
  return graph.flatMap(({ address, imports }) => {
    const from = folderOf(address);
    if (from === undefined) return [];
    if (level(from) < 0) return [`${name(address)} lies in no folder of the proxy's`];
    return imports.filter(({ to }) => {
      const folder = folderOf(to);
      if (folder === undefined) {
        return name(to).startsWith("src/mcp/") && name(to) !== "src/mcp/methods.ts";
      }
      // How a program is started says which variables it gets.
      const isPair = from === "wires" && folder === "programs";
      return folder !== from && !isPair && level(folder) <= level(from);
    }).map(({ to }) => `${name(address)} imports ${name(to)}`);
  });
}

/** The packages that start together with `entry`. */
function findPackages(graph: readonly Module[], entry: string): string[] {
  return [...staticClosure(graph, entry)].filter((address) => /^(npm|jsr|https?):/.test(address));
}

function mentionsDeno(text: string): boolean {
  return /\bDeno\s*(\?\.|\.|\[)/.test(text);
}

function sources(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sources(path);
    return name.endsWith(".ts") && !name.endsWith("_test.ts") ? [path] : [];
  });
}

/** The graph of every source file, whether `main.ts` reaches it or not. */
async function wholeGraph(entry: string): Promise<Module[]> {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    const all = `${folder}/all.ts`;
    const imports = [entry, ...sources(`${root}/src`)].map((path) => pathToFileURL(path).href);
    Deno.writeTextFileSync(all, imports.map((address) => `import "${address}";\n`).join(""));
    return await moduleGraph(all, ["--config", `${root}/deno.json`]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function made(path: string, imports: readonly string[], kind = {}): Module {
  const address = (it: string) => it.includes(":") ? it : pathToFileURL(`${root}/${it}`).href;
  const edges = imports.map((to) => ({
    specifier: to,
    to: address(to),
    dynamic: false,
    typeOnly: false,
    ...kind,
  }));
  return { address: address(path), size: 1, imports: edges };
}

Deno.test("A made-up graph with upward imports is reported", () => {
  const bad = [
    made("src/protocol/cbor.ts", ["src/state/layout.ts", "node:fs", "node:crypto"]),
    made("src/constraints/regex.ts", ["src/policy/snapshot.ts"], { typeOnly: true }),
    made("src/policy/load.ts", ["src/receipts/record.ts", "src/state/layout.ts", "npm:/yaml@1"]),
    made("src/authorizer/app.ts", ["src/cli/up.ts", "src/policy/load.ts"], { dynamic: true }),
    made("src/state/layout.ts", ["src/protocol/cbor.ts"]),
    made("src/cli/up.ts", ["src/hook/answer.ts", "main.ts"]),
    made("src/stray.ts", []),
  ];
  deepEqual(findUpward(bad), [
    "src/protocol/cbor.ts imports src/state/layout.ts",
    "src/protocol/cbor.ts imports node:fs",
    "src/constraints/regex.ts imports src/policy/snapshot.ts",
    "src/policy/load.ts imports src/receipts/record.ts",
    "src/authorizer/app.ts imports src/cli/up.ts",
    "src/state/layout.ts imports src/protocol/cbor.ts",
    "src/cli/up.ts imports main.ts",
    "src/stray.ts lies in no room",
  ]);
});

Deno.test("A made-up graph with upward imports in the MCP proxy is reported", () => {
  const bad = [
    made("src/mcp/gate/tool_gate.ts", ["src/mcp/session/refusal.ts", "src/mcp/methods.ts"]),
    made("src/mcp/wires/server_process.ts", ["src/mcp/connection/back_off.ts"], { typeOnly: true }),
    made("src/mcp/framing/wire.ts", ["src/mcp/proxy.ts", "src/policy/snapshot.ts"]),
    made("src/mcp/proxy.ts", ["src/mcp/session/refusal.ts"]),
    made("src/mcp/stray/file.ts", []),
  ];
  deepEqual(findUpwardInProxy(bad), [
    "src/mcp/gate/tool_gate.ts imports src/mcp/session/refusal.ts",
    "src/mcp/wires/server_process.ts imports src/mcp/connection/back_off.ts",
    "src/mcp/framing/wire.ts imports src/mcp/proxy.ts",
    "src/mcp/stray/file.ts lies in no folder of the proxy's",
  ]);
});

Deno.test("A made-up package in the static closure of the entry is reported", () => {
  const graph = [
    made("main.ts", ["src/hook/answer.ts"]),
    made("src/hook/answer.ts", ["src/protocol/cbor.ts"]),
    made("src/protocol/cbor.ts", ["npm:/cborg@4.0.0"]),
    made("src/cli/up.ts", ["npm:/hono@4.0.0"]),
  ];
  const entry = pathToFileURL(`${root}/main.ts`).href;
  deepEqual(findPackages(graph, entry), ["npm:/cborg@4.0.0"]);
  ok(mentionsDeno("const x = Deno.args;") && !mentionsDeno("the Deno runtime"));
});

Deno.test("Imports point downward, and the hook's entry loads no package", async () => {
  const entry = `${root}/main.ts`;
  const graph = await wholeGraph(entry);
  ok(graph.length > sources(`${root}/src`).length, "the graph holds every source file");
  deepEqual(findUpward(graph), []);
  deepEqual(findUpwardInProxy(graph), []);
  deepEqual(findPackages(graph, pathToFileURL(entry).href), []);
});

Deno.test("The MCP proxy starts without any package, and one file speaks through the SDK", async () => {
  const graph = await moduleGraph(`${root}/main.ts`);
  const proxy = pathToFileURL(`${root}/src/cli/mcp_proxy.ts`).href;
  ok(staticClosure(graph, proxy).size > 20, "the graph holds the proxy");
  deepEqual(findPackages(graph, proxy), []);
  const speakers = graph.filter(({ address, imports }) =>
    address.startsWith("file:") && imports.some(({ to }) => to.includes("@modelcontextprotocol/"))
  );
  deepEqual(speakers.map(({ address }) => name(address)), ["src/mcp/wires/server_http.ts"]);
});

Deno.test("The pure rooms use no Deno API", () => {
  const files = PURE.flatMap((room) => sources(`${root}/src/${room}`));
  ok(files.length > 0);
  const guilty = files.filter((path) => mentionsDeno(Deno.readTextFileSync(path)));
  deepEqual(guilty.map((path) => relative(root, path)), []);
});
