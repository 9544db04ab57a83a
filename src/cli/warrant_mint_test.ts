/** `warrant mint`, `attenuate` and `inspect`: what is made is what a verifier accepts. */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert/strict";
import { signingKey } from "../protocol/keys.ts";
import { UsageError, UserError } from "./command.ts";
import { keyText } from "./key_file.ts";
import { command as attenuate } from "./warrant_attenuate.ts";
import { command as inspect } from "./warrant_inspect.ts";
import { command as mint } from "./warrant_mint.ts";
import { inFolder, type Ran, shell, within } from "./warrant_test_shell.ts";
import { command as verify } from "./warrant_verify.ts";

const roles = ["root", "holder", "worker"] as const;
const keys = Object.fromEntries(
  roles.map((role, at) => [role, signingKey(new Uint8Array(32).fill(at + 1))]),
) as Record<(typeof roles)[number], ReturnType<typeof signingKey>>;

interface Place {
  readonly folder: string;
  /** Mints for the holder, with the root's key. */
  readonly mint: (...args: string[]) => Promise<Ran>;
  /** Hands a warrant on from the holder to the worker. */
  readonly narrow: (warrant: string, ...args: string[]) => Promise<Ran>;
  /** The verdict under the root, as JSON. */
  readonly judge: (warrant: string, ...args: string[]) => Promise<Record<string, unknown>>;
}

async function inPlace(body: (place: Place) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    for (const role of roles) {
      const path = `${folder}/${role}.b64`;
      Deno.writeTextFileSync(path, keyText(keys[role].seed, "base64"), { mode: 0o600 });
    }
    const file = (text: string) => {
      const path = `${folder}/${crypto.randomUUID()}`;
      Deno.writeTextFileSync(path, text);
      return path;
    };
    const by = (
      issuer: string,
      holder: "holder" | "worker",
    ) => ["--key", `${folder}/${issuer}.b64`, "--holder", keys[holder].publicKey];
    await body({
      folder,
      mint: (...args) => within(mint, [...by("root", "holder"), ...args]),
      narrow: (warrant, ...args) =>
        within(attenuate, [file(warrant), ...by("holder", "worker"), ...args]),
      judge: async (warrant, ...args) => {
        const told = [file(warrant), "--root", keys.root.publicKey, "--json", ...args];
        return JSON.parse((await within(verify, told)).stdout);
      },
    });
  });
}

/** For `rejects`: a refusal with exit code 1 that starts with this code's name. */
function refused(name: string) {
  return (error: unknown) =>
    error instanceof UserError && !(error instanceof UsageError) && error.message.startsWith(name);
}

Deno.test("A shell pipeline mints, narrows, verifies and proves", async () => {
  await inFolder(async (folder) => {
    const script = `
      tenuo-claude key generate --out root.b64 > root.hex
      tenuo-claude key generate --out holder.pem --pem > holder.hex
      tenuo-claude key generate --out worker.b64 > worker.hex
      tenuo-claude warrant mint --key root.b64 --holder $(cat holder.hex) --max-depth 1 \\
        --tool read_file --constraint path=subpath:/data --tool ping |
      tenuo-claude warrant attenuate - --key holder.pem --holder $(cat worker.hex) \\
        --tool read_file --constraint path=subpath:/data/reports --pem > leaf.pem || exit 9
      call=(--tool read_file --args '{"path":"/data/reports/a"}')
      pop=$(tenuo-claude warrant pop leaf.pem --key worker.b64 "\${call[@]}") || exit 8
      cat leaf.pem | tenuo-claude warrant verify --root $(cat root.hex) "\${call[@]}" --pop $pop --json`;
    const { code, stdout, stderr } = await shell(script, folder);
    equal(stderr, "");
    equal(code, 0);
    const verdict = JSON.parse(stdout);
    deepEqual([verdict.valid, verdict.authorized, verdict.tools], [true, true, ["read_file"]]);
  });
});

Deno.test("Every form that is printed is one that is read", async () => {
  await inPlace(async ({ mint, judge }) => {
    const grant = ["--tool", "ping"];
    const plain = await mint(...grant);
    match(plain.stdout, /^[A-Za-z0-9_-]+$/);
    const pem = await mint(...grant, "--pem");
    match(pem.stdout, /^-----BEGIN TENUO WARRANT-----\n[^]*-----END TENUO WARRANT-----$/);
    const json = JSON.parse((await mint(...grant, "--json")).stdout);
    deepEqual([json.issuer, json.holder], [keys.root.publicKey, keys.holder.publicKey]);
    for (const text of [plain.stdout, pem.stdout, json.warrant]) {
      equal((await judge(text, "--tool", "ping")).authorized, true);
    }
    equal((await judge(json.warrant)).warrant_id, json.warrant_id);
    await rejects(mint(...grant, "--json", "--pem"), UsageError);
  });
});

Deno.test("Every kind of constraint binds the argument it is given for", async () => {
  const kinds: readonly (readonly [string, unknown, unknown])[] = [
    ["subpath:/data", "/data/a", "/etc/a"],
    ["pattern:/data/*.csv", "/data/a.csv", "/data/a.txt"],
    ["exact:a=b", "a=b", "a"],
    ["oneof:a,b", "b", "c"],
    ["notoneof:a,b", "c", "a"],
    ["range:1,10", 10, 11],
    ["regex:^a+$", "aaa", "b"],
    ["cidr:10.0.0.0/8", "10.1.1.1", "11.1.1.1"],
    ["urlpattern:https://*.example.com/*", "https://a.example.com/b", "https://b.example/"],
    ["shlex:ls,pwd", "ls -l", "ls; id"],
    [`wire:[1,{"value":5}]`, 5, 6],
    ["wire:[16,null]", "anything", undefined],
  ];
  await inPlace(async ({ mint, judge }) => {
    for (const [text, inside, outside] of kinds) {
      const grant = ["--tool", "t", "--constraint", `a=${text}`, "--tool", "free"];
      const { stdout } = await mint(...grant);
      const asked = async (tool: string, args: object) =>
        (await judge(stdout, "--tool", tool, "--args", JSON.stringify(args))).authorized;
      equal(await asked("t", { a: inside }), true, text);
      equal(await asked("t", { a: outside }), false, text);
      equal(await asked("t", { a: inside, b: 1 }), false, text);
      equal(await asked("t", {}), false, text);
      equal(await asked("free", { any: 1 }), true, text);
    }
  });
});

Deno.test("A child narrows or is refused with the code that a verifier would give", async () => {
  await inPlace(async ({ mint, narrow, judge }) => {
    const grant = ["--tool", "t", "--constraint", "a=subpath:/data", "--tool", "u"];
    const { stdout: root } = await mint(...grant, "--max-depth", "1", "--clearance", "5");
    const kept = JSON.parse((await narrow(root, "--json")).stdout);
    deepEqual([kept.tools, kept.depth], [["t", "u"], 1]);
    equal((await judge(kept.warrant, "--tool", "t", "--args", `{"a":"/data/x"}`)).authorized, true);
    const inherited = (await narrow(root, "--tool", "t")).stdout;
    equal((await judge(inherited, "--tool", "t", "--args", `{"a":"/x"}`)).authorized, false);
    const wide = [
      ["--tool", "v"],
      ["--tool", "t", "--constraint", "a=subpath:/"],
      ["--tool", "t", "--constraint", "b=exact:1"],
      ["--clearance", "6"],
    ];
    for (const args of wide) {
      await rejects(narrow(root, ...args), refused("CapabilityExpansion (1503)"));
    }
    await rejects(narrow(root, "--ttl", "7200"), refused("TTLExceeded (1303)"));
    await rejects(narrow(root, "--max-depth", "2"), refused("DepthExceeded (1402)"));
    await rejects(narrow(kept.warrant), refused("ChainBroken (1405)"));
    await rejects(narrow(root, "--holder", keys.holder.publicKey), refused("InvalidIssuer (1400)"));
    const self = ["--holder", keys.holder.publicKey, "--allow-self-delegation"];
    const own = (await narrow(root, ...self)).stdout;
    equal((await judge(own)).error_code, 1400);
    equal((await judge(own, "--allow-self-delegation")).valid, true);
    const terminal = (await mint("--tool", "t")).stdout;
    await rejects(narrow(terminal), refused("DepthExceeded (1402)"));
  });
});

Deno.test("Issuer warrants grant what is issuable, within their bounds", async () => {
  await inPlace(async ({ mint, narrow, judge }) => {
    const grant = ["--issuable", "t", "--issuable", "u", "--bound", "a=subpath:/data"];
    const { stdout: planner } = await mint(...grant, "--max-depth", "2");
    const answer = await judge(planner, "--tool", "t");
    deepEqual([answer.valid, answer.authorized, answer.error_code], [true, false, 1500]);
    const { stdout } = await narrow(planner, "--tool", "t");
    const asked = await judge(stdout, "--tool", "t", "--args", `{"a":"/data/x"}`);
    equal(asked.authorized, true);
    await rejects(narrow(planner, "--tool", "v"), refused("CapabilityExpansion"));
    const outside = ["--tool", "t", "--constraint", "a=subpath:/etc"];
    await rejects(narrow(planner, ...outside), refused("CapabilityExpansion"));
    await rejects(narrow(planner), UsageError);
    equal((await judge((await narrow(planner, "--issuable", "t")).stdout)).valid, true);
  });
});

Deno.test("Options that cannot be meant are usage errors", async () => {
  await inPlace(async ({ mint }) => {
    const wrong = [
      [],
      ["--constraint", "a=exact:1", "--tool", "t"],
      ["--tool", "t", "--tool", "t"],
      ["--tool", "t", "--issuable", "u"],
      ["--tool", "t", "--bound", "a=exact:1"],
      ["--tool", "t", "--holder", "beef"],
      ["--tool", "t", "--ttl", "0"],
      ["--tool", "t", "--max-depth", "-1"],
    ];
    for (const rule of ["a", "a=", "=exact:1", "a=exakt:1", "a=subpath:{sandbox}", "a=wire:[1]"]) {
      wrong.push(["--tool", "t", "--constraint", rule]);
    }
    wrong.push(["--tool", "t", "--constraint", "a=exact:1", "--constraint", "a=exact:2"]);
    for (const args of wrong) await rejects(mint(...args), UsageError, args.join(" "));
    await rejects(mint("--tool", "t", "--ttl", "7776001"), refused("TTLExceeded (1303)"));
    await rejects(mint("--tool", "tenuo:x"), refused("ReservedToolName (2100)"));
    await rejects(mint("--tool", "t", "--clearance", "256"), refused("InvalidPayloadStructure"));
  });
});

Deno.test("inspect shows what is said, forged or not, and says that it verifies no trust", async () => {
  await inPlace(async ({ folder, mint, narrow }) => {
    const grant = [
      "--tool",
      "t\u202e\x1b[2J",
      "--constraint",
      "a=subpath:/data",
      "--max-depth",
      "1",
    ];
    const stack = (await narrow((await mint(...grant)).stdout)).stdout;
    const look = async (text: string, ...args: string[]) => {
      Deno.writeTextFileSync(`${folder}/w`, text);
      return await within(inspect, [`${folder}/w`, ...args]);
    };
    const shown = await look(stack);
    equal(shown.code, 0);
    match(shown.stdout, /signature {2}verifies under the issuer it names/);
    match(shown.stdout, /a: subpath \{"root":"\/data"/);
    match(shown.stdout, /expires {4}\d{4}-\d\d-\d\d .*, in 60 min/);
    match(shown.stdout, /Not verified: .*warrant verify/);
    for (const hidden of ["\u202e", "\x1b"]) ok(!shown.stdout.includes(hidden));
    const { trust_verified, warrants } = JSON.parse((await look(stack, "--json")).stdout);
    equal(trust_verified, false);
    deepEqual(warrants.map((one: Record<string, unknown>) => [one.signature, one.linked]), [
      ["verifies", true],
      ["verifies", true],
    ]);
    const forged = `${stack.slice(0, -4)}AAAA`;
    const [, last] = JSON.parse((await look(forged, "--json")).stdout).warrants;
    deepEqual([last.signature, last.error_code], ["does not verify", 1100]);
    match((await look(forged)).stdout, /SignatureInvalid \(1100\)/);
    await rejects(look("nonsense!"), refused("InvalidEnvelopeStructure (1001)"));
    const json = await look("nonsense!", "--json");
    deepEqual([json.code, JSON.parse(json.stdout).error_code], [1, 1001]);
  });
});
