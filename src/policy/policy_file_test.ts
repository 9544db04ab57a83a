import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { PolicyError } from "./policy_error.ts";
import { maxPolicyBytes, readPolicyFile } from "./policy_file.ts";
import { withProject } from "./test_project.ts";

function refusal(project: string): string {
  try {
    readPolicyFile(project, "tenuo.yaml");
  } catch (error) {
    assert.ok(error instanceof PolicyError);
    return error.message;
  }
  return "";
}

Deno.test("the digest is of the bytes that gave the text", () =>
  withProject({ "tenuo.yaml": "\ufeffname: ä\n" }, ({ root }) => {
    const file = readPolicyFile(root, "tenuo.yaml");
    assert.equal(file?.text, "name: ä\n");
    const bytes = Deno.readFileSync(join(root, "tenuo.yaml"));
    assert.equal(file?.sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(readPolicyFile(root, "tenuo.cloud.yaml"), undefined);
  }));

Deno.test("links, directories, pipes and odd bytes are refused", () =>
  withProject({ "real.yaml": "name: x\n" }, async ({ root, write }) => {
    const path = join(root, "tenuo.yaml");
    Deno.symlinkSync("real.yaml", path);
    assert.equal(refusal(root), "tenuo.yaml: expected a regular file, not a link");
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    assert.equal(refusal(root), "tenuo.yaml: expected a regular file");
    Deno.removeSync(path);
    const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
    if (success) {
      assert.equal(refusal(root), "tenuo.yaml: expected a regular file");
      Deno.removeSync(path);
    }
    write("tenuo.yaml", Uint8Array.of(0x6e, 0xff, 0xfe));
    assert.equal(refusal(root), "tenuo.yaml: expected text in UTF-8");
  }));

Deno.test("a file may have 1 MB and not a byte more", () =>
  withProject({ "tenuo.yaml": "#".repeat(maxPolicyBytes) }, ({ root, write }) => {
    assert.equal(readPolicyFile(root, "tenuo.yaml")?.text.length, maxPolicyBytes);
    write("tenuo.yaml", "#".repeat(maxPolicyBytes + 1));
    assert.equal(refusal(root), "tenuo.yaml: expected at most 1 MB");
  }));

Deno.test("a file in a directory that is none is a readable error, not a stack trace", () =>
  withProject({ file: "" }, ({ root }) => {
    assert.match(
      refusal(join(root, "file")),
      /^tenuo\.yaml: expected a readable file \(ENOTDIR\)$/,
    );
  }));
