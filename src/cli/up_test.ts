import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openKey, openWarrant } from "../authorizer/authority.ts";
import { freePort, withProject } from "../authorizer/service_test_project.ts";
import { readChain } from "../protocol/chain.ts";
import { signWarrant, type Warrant } from "../protocol/warrant.ts";

Deno.test("up renews an expired warrant, and says so once", async () => {
  await withProject(({ place, run }) => {
    const now = Math.floor(Date.now() / 1000);
    const own = readChain(openWarrant(place))[0] as Warrant;
    const times = { issuedAt: now - 3600, expiresAt: now - 60 };
    const expired = signWarrant({ ...own, ...times }, openKey(place, "issuerKey"));
    const text = Buffer.from(expired).toString("base64url");
    Deno.writeTextFileSync(`${place.project}/.state/warrant.b64`, text);
    assert.equal(run(["status"]).code, 1);
    const port = String(freePort());
    const { code, stdout, stderr } = run(["up", "--port", port]);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^Local mode \(no Cloud\)\.\nRenewed +: .* expires .*, in 60 min\nService +: /,
    );
    assert.equal(run(["status"]).code, 0);
    assert.doesNotMatch(run(["up", "--port", port]).stdout, /Renewed/);
  });
});

Deno.test("The environment names the port where no option does", async () => {
  await withProject(async ({ begin, run }) => {
    const [port, other] = [freePort(), freePort()];
    for (const [name, text] of [["PORT", "0"], ["TENUO_AUTHORIZER_PORT", "70000"]] as const) {
      const { code, stderr } = await begin(["up"], { [name]: text });
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`${name} is "${text}", which is no port`));
    }
    const env = { TENUO_AUTHORIZER_PORT: String(port), PORT: "0" };
    assert.match((await begin(["up"], env)).stdout, new RegExp(`127\\.0\\.0\\.1:${port}\\)`));
    run(["down"]);
    const option = await begin(["up", "--port", String(other)], env);
    assert.match(option.stdout, new RegExp(`127\\.0\\.0\\.1:${other}\\)`));
  });
});

Deno.test("up without anything to serve is a user error", async () => {
  await withProject(({ place, run }) => {
    Deno.removeSync(`${place.project}/.state`, { recursive: true });
    const { code, stderr } = run(["up"]);
    assert.equal(code, 1);
    assert.match(stderr, /^tenuo-claude: Missing .*; run tenuo-claude init\n$/);
    assert.equal(run(["down"]).code, 0);
  });
});

Deno.test("The hidden command checks its arguments", async () => {
  await withProject(({ place, run }) => {
    const { project, root } = place;
    const wrong = [
      ["_serve"],
      ["_serve", "--project", project],
      ["_serve", "--project", "here", "--root", root],
      ["_serve", "--project", project, "--root", "00"],
      ["_serve", "--project", project, "--root", root, "--port", "x"],
    ];
    for (const args of wrong) assert.equal(run(args).code, 2, args.join(" "));
    const { code, stderr } = run(["_serve", "--project", "/nowhere/at/all", "--root", root]);
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /\bat .*:\d+/);
  });
});
