import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { corpus, filled, leftOf } from "../../../tests/masking/forms.ts";
import { inOrder, prove } from "../../protocol/pop.ts";
import { fromJson } from "../../constraints/registry.ts";
import { sampleKey } from "../sample_log.ts";
import { maskMembers as maskArguments } from "./mask_values.ts";

const secret = "hush-4711-hush";

function masked(args: Record<string, unknown>): unknown {
  const { value, changed } = maskArguments(Object.entries(args));
  ok(changed, "Something is masked");
  return value;
}

Deno.test("Arguments with a secret's name are masked whatever they hold", () => {
  const names =
    "password apiKey pin_token api_key auth-token client_secret dbPassword PGPASSWORD " +
    "X-Api-Key Authorization cookie credentials private_key secret_id accessToken pass pwd passphrase2";
  for (const name of names.split(" ")) {
    for (const value of ["x", 1234, ["z"], { user: "me" }, new Map([["a", "b"]]), ""]) {
      deepEqual(masked({ [name]: value }), { [name]: "[secret]" }, name);
    }
  }
  const bare = { "auth-token": null, secret: true };
  deepEqual(maskArguments(Object.entries(bare)), { value: bare, changed: false });
});

Deno.test("Names that only speak of secrets leave their values alone", () => {
  const names =
    "max_tokens tokens token_count tokenCount token_type token_url password_policy passwordless " +
    "secret_name secretary next_token pageToken key keys keyboard monkey author authority " +
    "password_file api_key_id tokenizer compass bypass pwd_dir secrets_path";
  const args = Object.fromEntries(names.split(" ").map((name) => [name, "some value"]));
  deepEqual(maskArguments(Object.entries(args)), { value: args, changed: false });
});

Deno.test("Scalars and text without secrets are kept as they are", () => {
  const args = { path: "/project/notes.txt", count: 3, deep: true, none: null, ratio: 1e21, n: 0 };
  deepEqual(maskArguments(Object.entries(args)), { value: args, changed: false });
  // The proof covers -0, which JSON cannot tell from 0; and JSON has no bigint.
  deepEqual(maskArguments([["n", -0]]), { value: { n: -0 }, changed: true });
  deepEqual(maskArguments([["n", [1n]]]), { value: { n: ["1"] }, changed: true });
});

Deno.test("Lists and maps keep their form, and secrets in them are masked by name and by form", () => {
  const headers = new Map<string, unknown>([["x-api-key", ["a b"]], ["accept", "*/*"]]);
  deepEqual(
    masked({
      headers,
      list: [1, `--password ${secret}`, { token: secret, deep: [[`PGPASSWORD=${secret}`]] }],
      empty: [[], {}],
    }),
    {
      headers: { "x-api-key": "[secret]", accept: "*/*" },
      list: [1, "--password [secret]", { token: "[secret]", deep: [["PGPASSWORD=[secret]"]] }],
      empty: [[], {}],
    },
  );
});

Deno.test("A list's options, pairs and a map's name tell what stands beside them", () => {
  deepEqual(masked({ args: ["mysql", "--password", secret, "--host", "db"] }), {
    args: ["mysql", "--password", "[secret]", "--host", "db"],
  });
  deepEqual(masked({ headers: [["X-Api-Key", secret], ["Accept", "json"]] }), {
    headers: [["X-Api-Key", "[secret]"], ["Accept", "json"]],
  });
  deepEqual(masked({ env: [{ name: "DB_PASSWORD", value: secret }, { name: "A", value: "b" }] }), {
    env: [{ name: "DB_PASSWORD", value: "[secret]" }, { name: "A", value: "b" }],
  });
  for (const title of [{ id: "1", label: "password" }, { name: "db", key: "DB_PASSWORD" }]) {
    deepEqual(masked({ item: { ...title, value: secret } }), {
      item: { ...title, value: "[secret]" },
    });
  }
  const plain = {
    args: ["--password-stdin", "x", "--max-tokens", "5"],
    fields: ["password", "email", "name"],
    one: { name: "tokens", value: "3" },
  };
  deepEqual(maskArguments(Object.entries(plain)), { value: plain, changed: false });
});

Deno.test("Names of members are masked and bounded as texts are", () => {
  const token = `ghp_${"a1".repeat(18)}`;
  const value = masked({ map: { [token]: 1, [`password=${secret}`]: 2, ["n".repeat(500)]: 3 } });
  deepEqual(value, {
    map: { "[secret]": 1, "password=[secret]": "[secret]", [`${"n".repeat(128)}[cut]`]: 3 },
  });
  const map = JSON.parse('{"__proto__": {"token": "hush"}, "constructor": 1}');
  equal(
    JSON.stringify(masked({ map })),
    '{"map":{"__proto__":{"token":"[secret]"},"constructor":1}}',
  );
});

const json = fc.jsonValue({ maxDepth: 4 });

Deno.test("What is not masked proves the call: the arguments of the receipt sign to the same proof", () => {
  const args = fc.dictionary(fc.constantFrom("path", "list", "map", "n", "é"), json);
  let kept = 0;
  fc.assert(
    fc.property(args, (args) => {
      const sent = Object.entries(args).map(([name, value]) => [name, fromJson(value)] as const);
      const { value, changed } = maskArguments(sent);
      if (changed) return;
      kept++;
      const read = Object.entries(JSON.parse(JSON.stringify(value)) as object)
        .map(([name, value]) => [name, fromJson(value)] as const);
      const proof = (args: typeof sent) => prove(sampleKey, "00", "t", new Map(args), 0);
      deepEqual(proof(read), proof(sent));
      deepEqual(read.map(([, value]) => inOrder(value)), sent.map(([, value]) => inOrder(value)));
    }),
    { numRuns: 1000 },
  );
  ok(kept > 500, `${kept} of 1000`);
});

Deno.test("A secret is masked wherever it stands in lists and maps", () => {
  const one = fc.constantFrom(...corpus("secrets.txt"))
    .chain((line) => fc.tuple(fc.constant(line), filled(line)));
  const nest = fc.func(fc.nat(3));
  fc.assert(
    fc.property(one, nest, fc.nat(6), ([line, secret], choose, depth) => {
      let value: unknown = secret.text;
      for (let level = 0; level < depth; level++) {
        const wraps = [[value], ["x", value, 1], { inner: value }, new Map([["list", value]])];
        value = wraps[choose(level)];
      }
      const written = maskArguments([["v", value]]);
      ok(written.changed);
      equal(leftOf(secret, line, JSON.stringify(written.value)), undefined);
    }),
    { numRuns: 1000 },
  );
});

const most = 64 << 10;

Deno.test("All arguments together stay within their bound; the largest are cut and small ones kept", () => {
  const words = "word ".repeat(100);
  const args = {
    path: "/project/notes.txt",
    edits: Array.from({ length: 1000 }, (_, at) => ({ at, words })),
    tags: ["a", "b"],
    map: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`member ${at}`, at])),
  };
  const value = masked(args) as typeof args;
  ok(JSON.stringify(value).length <= most + 5000, `${JSON.stringify(value).length}`);
  deepEqual([value.path, value.tags], [args.path, args.tags]);
  deepEqual(value.edits[0], args.edits[0]);
  equal(value.edits.at(-1), "[cut]");
  equal((value.map as Record<string, unknown>)["[cut]"], true);
  ok(value.edits.length > 30 && Object.keys(value.map).length > 1000);
});

Deno.test("Arguments within the bound are kept whole", () => {
  const args = { list: Array.from({ length: 15 }, () => "w ".repeat(2000)) };
  ok(JSON.stringify(args).length > 60_000);
  deepEqual(maskArguments(Object.entries(args)), { value: args, changed: false });
  const sixty = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`a${at}`, "w ".repeat(500)]),
  );
  deepEqual(maskArguments(Object.entries(sixty)), { value: sixty, changed: false });
});

Deno.test("What is far too large takes no longer than what is kept", () => {
  const start = performance.now();
  masked({ list: Array.from({ length: 2_000_000 }, () => "token: x") });
  masked({ text: "password ".repeat(1_000_000) });
  let deep: unknown = "x";
  for (let level = 0; level < 256; level++) deep = [deep];
  deepEqual(maskArguments([["deep", deep]]), { value: { deep }, changed: false });
  for (let level = 0; level < 200_000; level++) deep = level % 2 === 0 ? [deep] : { deep };
  match(JSON.stringify(masked({ deep })), /\[cut\]/);
  deepEqual(masked({ password: deep }), { password: "[secret]" });
  ok(performance.now() - start < 2000);
});
