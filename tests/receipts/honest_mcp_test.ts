/** Calls at the proxy's door, whatever they are given: each receipt is proven, masked or refused. */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { fileUri } from "../../src/policy/file_uri.ts";
import { inHonest } from "./honest_project.ts";

const policy = `mcp:
  servers:
    files:
      command: node
      args: [server.js]
      enforce:
        read: subpath:{sandbox}
        any: { args: { a: any, b: any } }
      allow: [free]
      resources: ["file://{sandbox}/*", "note://public/*"]
      prompts: [review]
    web:
      url: https://mcp.example.com/
      resources: "*"
allow: [mcp__other__free]
`;

const tool = (name: string) => `mcp__files__${name}`;

Deno.test("Without rules the proof covers every argument as it was sent", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const ask = async (name: string, input: Record<string, unknown>, change = {}) => {
      const event = JSON.stringify({
        hook_event_name: "PreToolUse",
        session_id: "s",
        tool_use_id: "t",
        cwd: project.project,
        tool_name: name,
        tool_input: input,
      });
      const answer = await project.raw(event, { door: "mcp", ...change });
      return [
        answer.verdict,
        answer.trace.finding.args && Object.fromEntries(answer.trace.finding.args),
      ];
    };
    const inputs = [
      {},
      { a: 1.5, b: -0.25, c: 1e300, d: 5, e: null, f: true },
      { "": "x", "é": [1, [2.5, { z: [] }]], "10": 1, "9": 2 },
      { a: "password=hunter22hunter22" },
      { path: "outside.txt", deep: { a: { b: { c: "x".repeat(5000) } } } },
      { long: Array.from({ length: 9000 }, (_, i) => `item ${i}`) },
    ];
    for (const input of inputs) {
      for (const name of [tool("free"), "mcp__other__free"]) {
        equal((await ask(name, input))[0], "allow", JSON.stringify(input).slice(0, 100));
      }
    }
    const [, args] = await ask(tool("free"), { a: 1.5, b: ["x"] });
    deepEqual(args, { a: 1.5, b: ["x"] });
    // The hook leaves them to the proxy.
    deepEqual(await ask(tool("free"), { a: 1.5 }, { door: "hook" }), ["allow", {}]);
    equal((await ask(tool("free"), { path: ".state/issuer_key.b64" }))[0], "deny");
    equal((await ask(tool("free"), { uri: `file://${project.project}/.state/x` }))[0], "deny");
    const { counts } = await project.requireProven();
    equal(counts.masked, 6);
    equal(counts.proven, 8);
  }));

Deno.test("Paths, resources and prompts under rules verify, granted and refused", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    Deno.symlinkSync("../outside.txt", `${project.project}/sandbox/out`);
    const sandbox = `${project.project}/sandbox`;
    const asked = { hook_event_name: "PreToolUse", cwd: "/" };
    const rows: readonly (readonly [string, Record<string, unknown>, string])[] = [
      [tool("read"), { path: "sandbox/notes.txt" }, "allow"],
      [tool("read"), { path: `${sandbox}/sub/../notes.txt` }, "allow"],
      [tool("read"), { path: "outside.txt" }, "deny"],
      [tool("read"), { path: "sandbox/notes.txt", more: 1 }, "deny"],
      [
        tool("any"),
        { a: { b: [1.5] }, b: "token: ghp_abcdefghijklmnopqrstuvwxyz0123456789" },
        "allow",
      ],
      [tool("any"), { a: 1 }, "allow"],
      [tool("resources/read"), { uri: fileUri(`${sandbox}/notes.txt`) }, "allow"],
      [tool("resources/read"), { uri: fileUri(`${sandbox}/out`) }, "deny"],
      [tool("resources/read"), { uri: "note://public/a" }, "allow"],
      [tool("resources/read"), { uri: "note://private/a" }, "deny"],
      [tool("resources/read"), { uri: "note://public/../private" }, "deny"],
      [tool("resources/read"), {}, "deny"],
      [tool("resources/read"), { uri: "note://public/a", more: 1 }, "deny"],
      [tool("prompts/get"), { name: "review", arguments: { a: "b" } }, "allow"],
      [tool("prompts/get"), { name: "review" }, "allow"],
      [tool("prompts/get"), { name: "other" }, "deny"],
      ["mcp__web__resources/read", { uri: "anything:1" }, "allow"],
      ["mcp__web__resources/read", { uri: 5 }, "deny"],
      ["mcp__web__prompts/get", { name: "review" }, "deny"],
      [tool("unknown"), {}, "deny"],
    ];
    for (const [name, input, expected] of rows) {
      const event = { ...asked, tool_name: name, tool_input: input };
      const change = { door: "mcp", cwd: project.project } as const;
      const { verdict } = await project.raw(JSON.stringify(event), change);
      equal(verdict, expected, `${name} ${JSON.stringify(input)}`);
    }
    // Relative paths begin where the server was started, whichever door is asked and from where.
    for (const door of ["hook", "mcp"] as const) {
      const event = {
        ...asked,
        tool_name: tool("read"),
        tool_input: { path: "sandbox/notes.txt" },
      };
      const { trace } = await project.raw(JSON.stringify(event), { door, cwd: sandbox });
      equal(trace.permit?.args.get("path"), `${sandbox}/notes.txt`);
    }
    const reads: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ server: "files", uri: "note://public/a" }, "allow"],
      [{ server: "web", uri: "else:1" }, "allow"],
      [{ server: "foreign", uri: "note://public/a" }, "deny"],
      [{ server: "files", uri: `file://${project.project}/.state/issuer_key.b64` }, "deny"],
      [{ uri: "note://public/a" }, "deny"],
    ];
    for (const [input, expected] of reads) {
      equal(
        (await project.ask("ReadMcpResourceTool", input)).verdict,
        expected,
        JSON.stringify(input),
      );
    }
    equal((await project.ask("ListMcpResourcesTool", {})).verdict, "allow");
    equal((await project.ask("ListMcpResourcesTool", { server: "web" })).verdict, "allow");
    equal((await project.ask("ListMcpResourcesTool", { server: "foreign" })).verdict, "deny");
    await project.requireProven();
  }));

Deno.test("Any arguments at the proxy's door", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const name = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.constantFrom("__proto__", "a"),
    );
    const input = fc.dictionary(name, fc.jsonValue({ maxDepth: 4 }), { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("free", "any", "read"), input, async (asked, given) => {
        const event = `{"hook_event_name":"PreToolUse","cwd":${JSON.stringify(project.project)},` +
          `"tool_name":"${tool(asked)}","tool_input":${JSON.stringify(given)}}`;
        const { verdict } = await project.raw(event, { door: "mcp" });
        if (asked === "free") equal(verdict, "allow", JSON.stringify(given));
      }),
      { numRuns: 200 },
    );
    const { counts } = await project.requireProven();
    ok(counts.proven > 40 && counts.notReplayable > 20, JSON.stringify(counts));
  }));
