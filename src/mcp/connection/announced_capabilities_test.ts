import assert from "node:assert/strict";
import {
  capabilitiesForClient,
  capabilitiesForServer,
  selfNamed,
} from "./announced_capabilities.ts";
import type { Grant } from "../methods.ts";

const none = new Set<Grant>();
const all = new Set<Grant>(["resources", "prompts", "sampling", "elicitation"]);
const client = {
  roots: { listChanged: true },
  sampling: { tools: {} },
  elicitation: { form: {} },
  tasks: { list: {} },
  experimental: { x: {} },
  extensions: { "a/b": {} },
};
const server = {
  tools: {},
  logging: {},
  completions: {},
  resources: { subscribe: true },
  prompts: { listChanged: true },
  tasks: { list: {} },
  experimental: { x: {} },
};

Deno.test("Without a grant neither side hears of what is not granted", () => {
  assert.deepEqual(capabilitiesForServer(client, none), { roots: { listChanged: true } });
  assert.deepEqual(capabilitiesForClient(server, none), {
    tools: { listChanged: true },
    logging: {},
  });
});

Deno.test("What is granted is announced as it was, tasks, experiments and extensions never", () => {
  const { roots, sampling, elicitation } = client;
  assert.deepEqual(capabilitiesForServer(client, all), { roots, sampling, elicitation });
  const { logging, completions, resources, prompts } = server;
  assert.deepEqual(capabilitiesForClient(server, all), {
    ...{ tools: { listChanged: true }, logging, completions, resources, prompts },
  });
});

Deno.test("Of what a server says of itself only its name is handed on", () => {
  const named = { name: "a", title: "A", version: "1" };
  const more = { description: "Read this first", icons: [], websiteUrl: "https://a.example" };
  assert.deepEqual(selfNamed("s", { ...named, ...more }), named);
  for (const odd of [undefined, null, 1, [], { name: 1, version: {} }]) {
    assert.deepEqual(selfNamed("s", odd), { name: "s", version: "" });
  }
});

Deno.test("Capabilities that are no objects are none", () => {
  for (const odd of [undefined, null, 1, "x", [], [client]]) {
    assert.deepEqual(capabilitiesForServer(odd, all), {});
    assert.deepEqual(capabilitiesForClient(odd, all), { tools: { listChanged: true } });
  }
  assert.deepEqual(capabilitiesForServer({ roots: true, sampling: [] }, all), {});
  assert.deepEqual(capabilitiesForServer(Object.create({ roots: {} }), all), {}, "inherited");
});
