/** `receipts export` through the real command line, and what a stranger makes of the bundle. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { Project } from "../../tests/hook/project.ts";
import { seal } from "../receipts/segments.ts";

async function ask(project: Project, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) {
    const { decision } = await project.ask("Read", {
      file_path: project.path("sandbox/notes.txt"),
    });
    equal(decision, "allow");
  }
}

/** Exports to a file beside the project, unpacks it there and returns the folder. */
async function exported(project: Project, ...more: readonly string[]): Promise<string> {
  const place = project.outside(crypto.randomUUID());
  Deno.mkdirSync(place);
  const { code, stderr } = await project.command(
    ...["receipts", "export", "--bundle", `${place}/bundle.tar.gz`, ...more],
  );
  deepEqual([code, stderr], [0, ""]);
  const args = ["-xzf", `${place}/bundle.tar.gz`, "-C", place];
  ok(new Deno.Command("tar", { args }).outputSync().success);
  return `${place}/receipts`;
}

Deno.test("The unpacked bundle verifies, whole and in part, with the keys given", async () => {
  await using project = await Project.create();
  const log = project.state("receipts");
  await ask(project, 2);
  ok(seal(log));
  await project.must("refresh");
  await ask(project);
  ok(seal(log));
  await ask(project);
  const key = Deno.readTextFileSync(project.state("receiptPublic")).trim();
  for (
    const [more, count] of [
      [[], 5],
      [["--segment", "2"], 3],
      [["--segment", "3"], 1],
      [["--since", "2020-01-01"], 5],
    ] as const
  ) {
    const folder = await exported(project, ...more);
    const keys = ["--key", key, "--root", project.pinned];
    const { code, stdout } = await project.command("receipts", "verify", folder, ...keys, "--json");
    equal(code, 0, stdout);
    equal(JSON.parse(stdout).counts.receipts, count);
    equal((await project.command("receipts", "verify", folder)).code, 0);
    const other = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";
    equal((await project.command("receipts", "verify", folder, "--key", other)).code, 1);
  }
});

Deno.test("No private key is in it, in any form", async () => {
  await using project = await Project.create();
  await ask(project, 2);
  const folder = await exported(project);
  const names = new Deno.Command("find", { args: [".", "-type", "f"], cwd: folder }).outputSync();
  const found = new TextDecoder().decode(names.stdout).trim().split("\n").sort();
  deepEqual(found.filter((name) => !name.startsWith("./evidence/")), [
    "./MANIFEST.sha256",
    "./README.txt",
    "./issuer_pub.hex",
    "./receipt_pub.hex",
    "./receipts.checkpoint",
    "./receipts.jsonl",
  ]);
  equal(found.length, 8);
  const bytes = gunzipSync(Deno.readFileSync(`${folder}/../bundle.tar.gz`));
  const receiptKey = Deno.readTextFileSync(project.state("receiptPublic")).trim();
  ok(bytes.includes(Buffer.from(receiptKey)), "What is there is found");
  for (const file of ["issuerKey", "holderKey", "receiptKey"] as const) {
    const seed = Buffer.from(Deno.readTextFileSync(project.state(file)).trim(), "base64");
    equal(seed.length, 32);
    for (const form of ["base64", "base64url", "hex"] as const) {
      equal(bytes.includes(Buffer.from(seed.toString(form))), false, `${file} in ${form}`);
    }
    equal(bytes.includes(seed), false, file);
  }
});

Deno.test("What it prints, as lines and as JSON", async () => {
  await using project = await Project.create();
  await ask(project, 2);
  const key = Deno.readTextFileSync(project.state("receiptPublic")).trim();
  const stdout = await project.must("receipts", "export", "--bundle", "a.tar");
  const size = Deno.statSync(project.path("a.tar")).size;
  deepEqual(stdout.trimEnd().split("\n").slice(0, 4), [
    `Bundle      : ${project.path("a.tar")} (${size} bytes)`,
    "Receipts    : 1 to 2, 1 file",
    `Receipt key : ${key}`,
    `Root        : ${project.pinned}`,
  ]);
  const json = await project.must("receipts", "export", "--bundle", "a.tar", "--force", "--json");
  deepEqual(JSON.parse(json), {
    ok: true,
    file: project.path("a.tar"),
    bytes: size,
    files: ["receipts.jsonl"],
    first: 1,
    last: 2,
    publicKey: key,
    root: project.pinned,
    warnings: [],
  });
});

Deno.test("What is not written has exit code 2 and leaves nothing; a cut log has 1", async () => {
  await using project = await Project.create();
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.command("receipts", "export", ...args);
    return [code, stdout, stderr] as const;
  };
  const before = () => [...Deno.readDirSync(project.root)].map(({ name }) => name).sort();
  const names = before();
  const rows: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /takes --bundle FILE/],
    [["--bundle", "a.zip"], /ends in \.tar, \.tar\.gz or \.tgz, not a\.zip/],
    [["--bundle", ".state/issuer_key.b64", "--force"], /ends in \.tar/],
    [["--bundle", "a.tar"], /holds no receipts yet/],
    [["--bundle", "a.tar", "--segment", "0"], /--segment takes a whole number/],
    [["--bundle", "a.tar", "--segment", "1", "--since", "2h"], /exclude each other/],
    [["--bundle", "a.tar", "--since", "soon"], /--since takes .*, not soon/],
  ];
  for (const [args, message] of rows) {
    const [code, stdout, stderr] = await run(...args);
    deepEqual([code, stdout], [2, ""], args.join(" "));
    match(stderr, message);
  }
  await ask(project, 2);
  const later: typeof rows = [
    [
      ["--bundle", "a.tar", "--segment", "4"],
      /no receipts\.000004\.jsonl; there are receipts\.jsonl/,
    ],
    [["--bundle", "gone/a.tar"], /cannot be written: there is no folder .*\/gone$/m],
  ];
  for (const [args, message] of later) {
    const [code, stdout, stderr] = await run(...args);
    deepEqual([code, stdout], [2, ""], args.join(" "));
    match(stderr, message);
  }
  deepEqual(before(), names);
  project.write("a.tar", "kept");
  match((await run("--bundle", "a.tar"))[2], /a\.tar exists; .* --force/);
  equal(project.read("a.tar"), "kept");

  await project.must("receipts", "checkpoint");
  const [first] = project.read(".state/receipts.jsonl").split("\n");
  Deno.writeTextFileSync(project.state("receipts"), `${first}\n`);
  const [code, stdout, stderr] = await run("--bundle", "cut.tgz", "--json");
  equal(code, 1);
  equal(JSON.parse(stdout).ok, false);
  match(stderr, /^warning: Line 2 of the receipts is not what it was/);
});

Deno.test("Without the private key it is packed all the same", async () => {
  await using project = await Project.create();
  await ask(project);
  await project.must("receipts", "checkpoint");
  Deno.removeSync(project.state("receiptKey"));
  const { code, stderr } = await project.command("receipts", "export", "--bundle", "a.tar");
  equal(code, 0);
  equal(stderr, "warning: Without the receipt key there is no fresh checkpoint\n");
});
