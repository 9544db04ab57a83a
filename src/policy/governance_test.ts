import assert from "node:assert/strict";
import { join } from "node:path";
import { governanceOf } from "./governance.ts";
import { withProject } from "./test_project.ts";

Deno.test("state and approver keys are sealed, what governs is read-only", () =>
  withProject({ "home/x": "", "project/x": "", "bin/tenuo-claude": "" }, ({ root }) => {
    const { sealed, readonly } = governanceOf({
      project: join(root, "project"),
      home: join(root, "home"),
      stateDir: join(root, "project/.state"),
      binary: join(root, "bin/tenuo-claude"),
      sources: [join(root, "source")],
    });
    assert.deepEqual(sealed, [`${root}/project/.state`, `${root}/home/.tenuo`]);
    assert.deepEqual(readonly, [
      `${root}/project/tenuo.yaml`,
      `${root}/project/tenuo.cloud.yaml`,
      `${root}/project/tenuo.advanced.yaml`,
      `${root}/project/mcp.lock`,
      `${root}/project/.claude`,
      `${root}/project/.mcp.json`,
      `${root}/home/.claude*`,
      `${root}/bin/tenuo-claude`,
      `${root}/source`,
    ]);
  }));

Deno.test("files behind links are protected where they are", () =>
  withProject({ "home/x": "", "project/x": "", "dotfiles/claude/x": "" }, ({ root }) => {
    Deno.symlinkSync("../dotfiles/claude", join(root, "home/.claude"));
    Deno.symlinkSync("../dotfiles/claude.json", join(root, "home/.claude.json"));
    Deno.symlinkSync("../dotfiles/project", join(root, "project/.claude"));
    Deno.symlinkSync("../dotfiles/keys", join(root, "home/.tenuo"));
    const { sealed, readonly } = governanceOf({
      project: join(root, "project"),
      home: join(root, "home"),
      stateDir: join(root, "project/.state"),
      binary: "/bin/tenuo-claude",
      sources: [],
    });
    assert.ok(sealed.includes(`${root}/dotfiles/keys`));
    for (const path of ["dotfiles/claude", "dotfiles/claude.json", "dotfiles/project"]) {
      assert.ok(readonly.includes(join(root, path)), path);
    }
    assert.ok(readonly.includes(`${root}/project/.claude`));
    assert.equal(new Set(readonly).size, readonly.length);
  }));

Deno.test("an installation's link and the release it leads to are both protected", () =>
  withProject({ "home/x": "", "releases/1/tenuo-claude": "" }, ({ root }) => {
    Deno.symlinkSync("releases/1/tenuo-claude", join(root, "tenuo-claude"));
    const { readonly } = governanceOf({
      project: join(root, "project"),
      home: join(root, "home"),
      stateDir: join(root, "project/.state"),
      binary: join(root, "tenuo-claude"),
      sources: [],
    });
    assert.ok(readonly.includes(`${root}/tenuo-claude`));
    assert.ok(readonly.includes(`${root}/releases/1/tenuo-claude`));
  }));

Deno.test("a home that is not absolute is a fault of the caller", () => {
  const places = { project: "/", stateDir: "/.state", binary: "/b", sources: [] };
  assert.throws(() => governanceOf({ ...places, home: "" }), TypeError);
});
