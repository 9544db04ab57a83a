import assert from "node:assert/strict";
import { join } from "node:path";
import { loadPolicy } from "./load.ts";
import { resolveSandbox } from "./sandbox.ts";
import { type TestProject, withProject } from "./test_project.ts";

async function resolved({ root, write }: TestProject, sandbox: string, create = false) {
  write("tenuo.yaml", `name: t\nsandbox: ${JSON.stringify(sandbox)}\n`);
  const policy = await loadPolicy(root);
  return resolveSandbox(policy, { project: root, stateDir: join(root, ".state"), create });
}

const refusal = (expected: RegExp) => ({ name: "PolicyError", phase: "mint", message: expected });

Deno.test("the sandbox is pinned free of links", () =>
  withProject({ "deep/work/x": "" }, async (project) => {
    Deno.symlinkSync("deep/work", join(project.root, "sandbox"));
    assert.equal(await resolved(project, "./sandbox"), join(project.root, "deep/work"));
    assert.equal(
      await resolved(project, join(project.root, "sandbox")),
      project.root + "/deep/work",
    );
    assert.equal(await resolved(project, "."), project.root);
    assert.equal(await resolved(project, "deep/../sandbox/"), project.root + "/deep/work");
  }));

Deno.test("/, places outside and the gateway's state are refused", () =>
  withProject({ ".state/keys/x": "" }, async (project) => {
    const { root } = project;
    Deno.symlinkSync("/etc", join(root, "etc"));
    Deno.symlinkSync("/", join(root, "top"));
    Deno.symlinkSync(root + "-evil", join(root, "dangling"));
    for (const path of ["/", "top"]) {
      await assert.rejects(resolved(project, path), refusal(/not the root of the file system$/));
    }
    for (
      const path of ["..", "/etc", "etc", "../" + root.split("/").at(-1) + "-evil", "dangling"]
    ) {
      await assert.rejects(
        resolved(project, path),
        refusal(/^tenuo\.yaml:2:1: sandbox: .* leads to/),
      );
      await assert.rejects(resolved(project, path, true), refusal(/leads to/), path);
    }
    await assert.rejects(resolved(project, ".state"), refusal(/the gateway's own state$/));
    await assert.rejects(resolved(project, ".state/keys"), refusal(/the gateway's own state$/));
  }));

Deno.test("init creates it; without that a missing one is said", () =>
  withProject({ file: "" }, async (project) => {
    await assert.rejects(resolved(project, "a/b"), refusal(/exists \(init creates it\)$/));
    assert.equal(await resolved(project, "a/b", true), join(project.root, "a/b"));
    assert.equal(await resolved(project, "a/b"), join(project.root, "a/b"));
    for (const create of [false, true]) {
      await assert.rejects(resolved(project, "file", create), refusal(/a directory$/));
      await assert.rejects(resolved(project, "file/x", create), refusal(/a directory/));
    }
  }));

Deno.test("a project reached through a link is the same project", () =>
  withProject({ "real/sandbox/x": "" }, async ({ root, write }) => {
    Deno.symlinkSync("real", join(root, "link"));
    write("real/tenuo.yaml", "{}");
    const policy = await loadPolicy(join(root, "link"));
    const places = { project: join(root, "link"), stateDir: join(root, "link/.state") };
    assert.equal(resolveSandbox(policy, places), join(root, "real/sandbox"));
  }));
