/** `warrant verify` over the published vectors and over whatever else it may be handed. */
import { Buffer } from "node:buffer";
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { caseOf, type WarrantCase, warrants } from "../../tests/conformance/vectors.ts";
import {
  childPayload,
  holder,
  issuedAt,
  minted,
  payloadOf,
  root,
} from "../../tests/conformance/minted.ts";
import { toBase64, toFile, toPem } from "../protocol/armor.ts";
import { decode, encode } from "../protocol/cbor.ts";
import { signWarrant } from "../protocol/warrant.ts";
import { judge, type Question } from "./warrant_judge.ts";
import { inFolder, type Ran, runProgram, unhex, within } from "./warrant_test_shell.ts";
import { command } from "./warrant_verify.ts";

const text = (value: string) => new TextEncoder().encode(value);
const controlPlane = warrants.public_keys_hex.control_plane;

function stackOf({ chain }: WarrantCase): Uint8Array {
  const envelopes = chain.map(unhex);
  const [only] = envelopes;
  return envelopes.length === 1 && only !== undefined ? only : encode(envelopes.map(decode));
}

/** The same warrant or stack in every form. */
function forms(one: WarrantCase): Uint8Array[] {
  const bytes = stackOf(one);
  const hex = Buffer.from(bytes).toString("hex");
  const parts = one.chain.map((part) => toPem(unhex(part))).join("\n");
  return [
    bytes,
    toFile(bytes),
    text(hex),
    text(`${hex.toUpperCase().replace(/(.{60})/g, "$1\r\n")}\n`),
    text(toBase64(bytes)),
    text(Buffer.from(bytes).toString("base64").replace(/(.{76})/g, "$1\n")),
    text(toPem(bytes)),
    text(parts),
  ];
}

function questionOf(one: WarrantCase, change: Partial<Question> = {}): Question {
  const { trusted_roots: roots, now: at, tool, args = {} } = one;
  const call = tool === undefined ? {} : { call: { tool, args: new Map(Object.entries(args)) } };
  return {
    roots,
    at,
    strict: false,
    allowSelfDelegation: false,
    ...call as Partial<Question>,
    ...change,
  };
}

for (const one of warrants.cases) {
  Deno.test(`${one.id}: ${one.expect} in every form`, async () => {
    for (const form of forms(one)) {
      const verdict = await judge(form, questionOf(one));
      equal(verdict.valid, one.expect === "valid", verdict.refusal?.message);
      const authorize = one.authorize === undefined ? undefined : one.authorize === "allow";
      equal(verdict.authorized, authorize);
    }
  });
}

Deno.test("Every case through the command: its exit code, its JSON and its words", async () => {
  await inFolder(async (folder) => {
    for (const [at, one] of warrants.cases.entries()) {
      const path = `${folder}/${at}`;
      Deno.writeFileSync(path, forms(one)[at % 8] as Uint8Array);
      const args = [path, "--root", one.trusted_roots[0].toUpperCase(), "--at", String(one.now)];
      if (one.tool !== undefined) {
        args.push("--tool", one.tool, "--args", JSON.stringify(one.args));
      }
      const yes = one.expect === "valid" && one.authorize !== "deny";
      const json = await within(command, [...args, "--json"]);
      equal(json.code, yes ? 0 : 1, one.id);
      const verdict = JSON.parse(json.stdout);
      const members = ["valid", "authorized", "error_code", "error", "warrant_id", "tools"];
      deepEqual(Object.keys(verdict), members);
      equal(verdict.valid, one.expect === "valid", one.id);
      equal(yes, verdict.error_code === null && verdict.error === null);
      if (verdict.valid) match(verdict.warrant_id, /^tnu_wrt_[0-9a-f]{32}$/);
      const words = await within(command, args);
      equal(words.code, json.code);
      match(words.stdout, verdict.valid ? /^Valid\n/ : /^Invalid\n[^]*\w+ \(\d{4}\): /);
    }
  });
});

Deno.test("Cut or changed at any byte, a warrant is invalid and has a code", async () => {
  const one = caseOf("A.3");
  const bytes = stackOf(one);
  const question = questionOf(one, { allowSelfDelegation: true });
  ok((await judge(bytes, question)).valid);
  const refused = async (broken: Uint8Array, what: string) => {
    const { valid, authorized, refusal } = await judge(broken, question);
    equal(valid, false, what);
    equal(authorized, false, what);
    ok((refusal?.code ?? 0) >= 1000, what);
  };
  for (let at = 0; at < bytes.length; at++) {
    await refused(bytes.subarray(0, at), `cut at ${at}`);
    await refused(bytes.with(at, (bytes[at] as number) ^ (1 << at % 8)), `changed at ${at}`);
  }
  const hex = Buffer.from(bytes).toString("hex");
  for (let at = 0; at < hex.length; at += 7) await refused(text(hex.slice(0, at)), `hex ${at}`);
  const pem = toPem(bytes);
  for (let at = 0; at < pem.trimEnd().length; at += 5) {
    await refused(text(pem.slice(0, at)), `PEM ${at}`);
  }
});

Deno.test("Random bytes are invalid and never an error of the platform", async () => {
  for (let size = 0; size < 400; size++) {
    const bytes = crypto.getRandomValues(new Uint8Array(size));
    equal((await judge(bytes, questionOf(caseOf("A.1")))).valid, false);
  }
});

/** The verdict of the command on A.22, with this list and these roots. */
async function listed(list: Uint8Array | string, roots = [controlPlane]): Promise<Ran> {
  let ran: Ran | undefined;
  await inFolder(async (folder) => {
    const one = caseOf("A.22");
    Deno.writeFileSync(`${folder}/warrant`, stackOf(one));
    Deno.writeFileSync(`${folder}/list`, typeof list === "string" ? text(list) : list);
    const given = roots.flatMap((root) => ["--root", root]);
    const args = [`${folder}/warrant`, ...given, "--at", String(one.now), "--json"];
    ran = await within(command, [...args, "--srl", `${folder}/list`]);
  });
  return ran as Ran;
}

Deno.test("A.22: a revocation list in any form, of one of the roots or of none", async () => {
  const hex = warrants.signed_revocation_list.complete_signedrevocationlist_hex;
  const { worker, attacker } = warrants.public_keys_hex;
  for (const list of [unhex(hex), hex, toBase64(unhex(hex))]) {
    for (const roots of [[controlPlane], [worker, controlPlane], [controlPlane, attacker]]) {
      const { code, stdout } = await listed(list, roots);
      equal(code, 1);
      equal(JSON.parse(stdout).error_code, 1800);
    }
  }
  for (const broken of ["", "00", hex.slice(2), hex.replace(/.$/, "0"), "not a list"]) {
    const { code, stdout } = await listed(broken);
    equal(code, 1, broken);
    deepEqual([JSON.parse(stdout).error_code, JSON.parse(stdout).valid], [1801, false]);
  }
});

Deno.test("Roots: one of several is enough, and none means invalid", async () => {
  const one = caseOf("A.1");
  const { worker, attacker } = warrants.public_keys_hex;
  const verdict = async (roots: string[]) => {
    const { valid, refusal } = await judge(stackOf(one), questionOf(one, { roots }));
    return valid ? "valid" : refusal?.name;
  };
  equal(await verdict([attacker, controlPlane, worker]), "valid");
  equal(await verdict([attacker, worker]), "UntrustedRoot");
  equal(await verdict([]), "UntrustedRoot");
});

Deno.test("A.16 and A.23 hold or not as they are asked for", async () => {
  const self = caseOf("A.16");
  equal((await judge(stackOf(self), questionOf(self))).refusal?.name, "InvalidIssuer");
  const allowed = questionOf(self, { allowSelfDelegation: true });
  equal((await judge(stackOf(self), allowed)).valid, true);
  const session = new Map([["tenuo.session_id", text("one")]]);
  const first = minted({ extensions: session });
  for (const extensions of [session, new Map(), new Map([["tenuo.session_id", text("two")]])]) {
    const child = signWarrant(childPayload(first, { extensions }), holder);
    const stack = encode(
      [signWarrant(payloadOf({ extensions: session }), root), child].map(decode),
    );
    const question = { ...questionOf(self), roots: [root.publicKey], at: issuedAt };
    equal((await judge(stack, question)).valid, true);
    const strict = await judge(stack, { ...question, strict: true });
    equal(strict.refusal?.name, extensions === session ? undefined : "ChainBroken");
  }
});

Deno.test("A.20.1 and A.6: proofs through the command, in hex and base64", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/warrant`;
    const asked = async (one: WarrantCase, at: number, args: object, pop: string) => {
      Deno.writeFileSync(path, stackOf(one));
      const call = ["--tool", "read_file", "--args", JSON.stringify(args), `--pop=${pop}`];
      const root = ["--root", controlPlane, "--at", String(at), "--json"];
      const { code, stdout } = await within(command, [path, ...root, ...call]);
      return [code, JSON.parse(stdout).error_code];
    };
    const one = caseOf("A.20.1");
    const [good = "", bad = ""] = [one.pop_valid_hex, one.pop_invalid_hex];
    const args = { path: "/data/test.txt" };
    deepEqual(await asked(one, 1704067200, args, good), [0, null]);
    deepEqual(await asked(one, 1704067200, args, toBase64(unhex(good))), [0, null]);
    deepEqual(await asked(one, 1704067200, args, bad), [1, 1600]);
    deepEqual(await asked(one, 1704067200, args, good.slice(2)), [1, 1600]);
    deepEqual(await asked(one, 1704067290, args, good), [1, 1600]);
    const { pop } = caseOf("A.6");
    const report = { path: "/data/report.pdf" };
    deepEqual(await asked(caseOf("A.6"), 1704067260, report, pop?.signature_hex ?? ""), [0, null]);
    deepEqual(await asked(caseOf("A.6"), 1704067260, {}, pop?.signature_hex ?? ""), [1, 1501]);
  });
});

Deno.test("The real program: exit codes 0, 1 and 2", async () => {
  const one = caseOf("A.1");
  const hex = one.chain[0] as string;
  const told = ["--root", controlPlane, "--at", String(one.now)];
  const code = async (args: string[], stdin: Uint8Array | string = hex) =>
    (await runProgram(["warrant", "verify", ...args], stdin)).code;
  const tool = ["--tool", "read_file"];
  const codes = await Promise.all([
    code(["-", ...told]),
    code([...told, ...tool, "--args", `{"path":1}`], toFile(unhex(hex))),
    code([...told, ...tool]),
    code([...told, "--tool", "other"]),
    code(["--at", String(one.now)]),
    code(told, ""),
    code(told, "\0\0\0"),
    code(told, new Uint8Array(10 << 20).fill(0x83)),
    code(["/nowhere/warrant", ...told]),
    code(["/tmp", ...told]),
    code([...told, ...tool, "--args", "{"]),
    code([...told, ...tool, "--args", "[1]"]),
    code([...told, "--args", "{}"]),
    code([...told, "--root", "beef"]),
    code([...told, "--at", "soon"]),
    code([...told, "--srl", "/nowhere/list"]),
    code([...told, "--srl", "-"]),
    code([...told, "--pop", "?", ...tool]),
    code([...told, "--no-such-option"]),
    code(["a", "b", ...told]),
  ]);
  deepEqual(codes, [0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
});
