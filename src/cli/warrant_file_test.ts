/** What commands are handed as files: pipes, folders, too much and nothing. */
import { match, strictEqual as equal, throws } from "node:assert/strict";
import { caseOf, warrants } from "../../tests/conformance/vectors.ts";
import { UsageError } from "./command.ts";
import { readInput } from "./warrant_file.ts";
import { inFolder, shell } from "./warrant_test_shell.ts";

const hex = caseOf("A.1").chain[0] as string;
const told = `--root ${warrants.public_keys_hex.control_plane} --at 1704067260`;

Deno.test("A regular file is read as far as the limit and one byte", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/file`, new Uint8Array(200_000), { mode: 0o640 });
    equal(readInput(`${folder}/file`, 300_000).bytes.length, 200_000);
    equal(readInput(`${folder}/file`, 100).bytes.length, 101);
    equal(readInput(`${folder}/file`, 200_000).mode, 0o640);
    return Promise.resolve();
  });
});

Deno.test("A folder, a device, a pipe that nobody writes and a missing file are refused", async () => {
  await inFolder(async (folder) => {
    equal((await shell("mkfifo pipe", folder)).code, 0);
    for (const path of [folder, "/dev/zero", `${folder}/pipe`, `${folder}/none`, "a\0b"]) {
      throws(() => readInput(path, 10), UsageError);
    }
  });
});

Deno.test("A pipe that the shell opened is read", async () => {
  await inFolder(async (folder) => {
    const script = `tenuo-claude warrant verify <(echo ${hex}) ${told}`;
    const { code, stdout } = await shell(script, folder);
    equal(code, 0);
    match(stdout, /^Valid/);
  });
});

Deno.test("The exit code is the verdict where nobody reads the words", async () => {
  await inFolder(async (folder) => {
    const verify = (warrant: string) =>
      `{ sleep 0.1; echo ${warrant}; } | tenuo-claude warrant verify - ${told}`;
    equal((await shell(`${verify(hex.replace(/.$/, "1"))} | true`, folder)).code, 1);
    equal((await shell(`${verify(hex)} | true`, folder)).code, 0);
    equal((await shell(`${verify(hex.replace(/.$/, "1"))} >&-`, folder)).code, 1);
  });
});
