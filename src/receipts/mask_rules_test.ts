import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { maskArguments, maskText } from "./mask_rules.ts";

/** Each hides `hush…` somewhere and says what must remain. */
const masked: readonly (readonly [text: string, left: string])[] = [
  ['curl -H "Authorization: Bearer hush12345"', 'curl -H "Authorization: Bearer [secret]"'],
  ["Authorization: Basic aHVzaDpodXNo", "Authorization: Basic [secret]"],
  ["authorization: hush1234", "authorization: [secret]"],
  ["-H 'Authorization: token hushhush'", "-H 'Authorization: token [secret]'"],
  ["X-Api-Key: hush", "X-Api-Key: [secret]"],
  ["X-Auth-Token:hush1", "X-Auth-Token:[secret]"],
  ["Cookie: session=hush; other=hush2", "Cookie: [secret]"],
  ["postgres://demo:hush@db/demo", "postgres://demo:[secret]@db/demo"],
  ["postgres://demo:hu@sh@db/demo", "postgres://demo:[secret]@db/demo"],
  ["redis://:hush@cache:6379", "redis://:[secret]@cache:6379"],
  [
    "https://user:hush@host/x https://me:hush2@host",
    "https://user:[secret]@host/x https://me:[secret]@host",
  ],
  ["PGPASSWORD=hush psql", "PGPASSWORD=[secret] psql"],
  ["MYSQL_PWD=hush mysql", "MYSQL_PWD=[secret] mysql"],
  ["Server=db;Uid=me;Pwd=hush;", "Server=db;Uid=me;Pwd=[secret]"],
  ["AccountName=x;AccountKey=hush12==", "AccountName=x;AccountKey=[secret]"],
  ["aws_secret_access_key = hush/1", "aws_secret_access_key = [secret]"],
  ["AWS_SESSION_TOKEN=hush", "AWS_SESSION_TOKEN=[secret]"],
  ["client_secret=hush&grant_type=x", "client_secret=[secret]&grant_type=x"],
  ["passphrase: 'hush hush'", "passphrase: [secret]"],
  ['password="hush with blanks" next', "password=[secret] next"],
  ['password: "a\\"hush" next', "password: [secret] next"],
  ['{"password":"hush","user":"me"}', '{"password":[secret],"user":"me"}'],
  [String.raw`curl -d "{\"token\":\"hush\"}" x`, String.raw`curl -d "{\"token\":[secret]}" x`],
  ['password="hush', "password=[secret]"],
  ["--password hush next", "--password [secret] next"],
  ["--password='hush hush' next", "--password=[secret] next"],
  ['--token "hush hush" next', "--token [secret] next"],
  ["--client-secret hush", "--client-secret [secret]"],
  ["-passphrase hush", "-passphrase [secret]"],
  ["curl -s -u admin:hush https://host", "curl -s -u admin:[secret] https://host"],
  ["curl --user=admin:hush https://host", "curl --user=admin:[secret] https://host"],
  ["sshpass -p hush ssh host", "sshpass -p [secret] ssh host"],
  ["openssl rsa -passin pass:hush", "openssl rsa -passin pass:[secret]"],
  ["https://x/y?sv=1&sig=hush12345", "https://x/y?sv=1&sig=[secret]"],
  ["AKIAIOSFODNN7EXAMPLE", "[secret]"],
  [`ghp_${"a1".repeat(18)}`, "[secret]"],
  [`github_pat_${"a1_".repeat(9)}`, "[secret]"],
  [`sk-proj-${"a1".repeat(10)}`, "[secret]"],
  [`xoxb-${"1".repeat(20)}`, "[secret]"],
  [`npm_${"a1".repeat(18)}`, "[secret]"],
  [`tenuo_ct_${"a1".repeat(18)}`, "[secret]"],
  ["x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hush y", "x [secret] y"],
  [
    "a\n-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n-----END OPENSSH PRIVATE KEY-----\nb",
    "a\n[private key]\nb",
  ],
  ["-----BEGIN RSA PRIVATE KEY-----\nhush and no end", "[private key]"],
  ["-----BEGIN PGP PRIVATE KEY BLOCK-----\nhush", "[private key]"],
];

const kept: readonly string[] = [
  "",
  "ls -la sandbox && pwd",
  "git show 9c1185a5c5e9fc54612808977ee8f548b2258d31",
  "git log --grep 'basic authentication' --oneline",
  'git commit -m "Add token rotation and a secret santa"',
  "git clone git@github.com:owner/name.git",
  "cat src/auth/password.ts docs/token-rotation.md",
  "src/auth/token.ts:12:5",
  'grep -rn "token:" src/index.ts',
  "grep -rn 'basic authentication' docs",
  "cat .env.example ~/.ssh/config",
  "npm_config_user_agent npm run build",
  "node task-runner-with-a-long-name-2024.js",
  "docker run -u 1000:1000 --rm image:tag",
  "curl -s https://api.github.com/repos/owner/name?per_page=5#a:b@c",
  "http://localhost:4873/@scope/package",
  "docker login --password-stdin < file",
  "kubectl create secret generic name",
  "llm --max-tokens 4096 --max-tokens=4096",
  "secrets: inherit",
  "the secretary: Jane Doe",
  "PWD=/home/me ls",
  "6320e95b-0000-4000-8000-000000000000",
  "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "tar -xzf archive-1.2.3.tar.gz -C /opt/tools",
  "The bearer of this message knows basic arithmetic",
  "/Users/me/Library/Application Support/key/board.json",
];

Deno.test("Secrets are masked, and nothing beside them", () => {
  for (const [text, left] of masked) {
    deepEqual(maskText(text), { value: left, changed: true }, text);
  }
});

Deno.test("Ordinary commands, paths and commit hashes are kept", () => {
  for (const text of kept) deepEqual(maskText(text), { value: text, changed: false }, text);
});

Deno.test("What is masked once is not masked further", () => {
  for (const [, left] of masked) ok(!maskText(left).value.includes("hush"), left);
});

Deno.test("A secret is found wherever it stands in a command", () => {
  const word = fc.constantFrom(
    "ls",
    "-la",
    "x=1",
    "'quoted text'",
    "https://host/path",
    "&&",
    "a:b",
  );
  const words = fc.array(word, { maxLength: 6 });
  fc.assert(fc.property(words, fc.constantFrom(...masked), words, (before, [text], after) => {
    const { value, changed } = maskText([...before, text, ...after].join("\n"));
    ok(changed);
    ok(!/hush|aHVza|AKIAI|a1a1|1111/.test(value), value);
  }));
});

Deno.test("Long texts are cut, and a secret across the cut does not lead out", () => {
  const long = "x ".repeat(3000);
  const { value, changed } = maskText(long);
  equal(value, `${long.slice(0, 4096)}[cut]`);
  ok(changed);
  const across = `${"x ".repeat(2040)}ghp_${"a1".repeat(18)} y`.padEnd(5000, " ");
  ok(!maskText(across).value.includes("ghp_"));
  equal(maskText("🙂".repeat(2048)).changed, false);
  ok(maskText(`a${"🙂".repeat(2048)}`).value.isWellFormed());
});

Deno.test("Masking takes no longer on texts made to slow it down", () => {
  const seeds = [
    "a-",
    "token",
    "_pwd",
    "--a",
    '"\\',
    'password="\\',
    "://",
    "curl -u",
    "eyJ.",
    "key ",
    "-----BEGIN ",
  ];
  for (const seed of seeds) {
    const text = seed.repeat(10_000);
    const start = performance.now();
    for (let i = 0; i < 5; i++) maskText(text);
    ok(performance.now() - start < 500, seed);
  }
});

Deno.test("Arguments with a secret's name are masked whatever they hold", () => {
  const args = [
    ["password", "x"],
    ["apiKey", "y"],
    ["pin_token", 1234],
    ["api_key", ["z"]],
    [
      "credentials",
      { user: "me" },
    ],
    ["auth-token", null],
    ["secret", true],
  ] as const;
  deepEqual(maskArguments(args), {
    value: {
      "password": "[secret]",
      "apiKey": "[secret]",
      "pin_token": "[secret]",
      "api_key": "[secret]",
      "credentials": "[secret]",
      "auth-token": null,
      "secret": true,
    },
    changed: true,
  });
});

Deno.test("Scalars and text without secrets are kept as they are, and the proof stays checkable", () => {
  const args = { path: "/project/notes.txt", count: 3, deep: true, none: null, max_tokens: 5 };
  deepEqual(maskArguments(Object.entries(args)), { value: args, changed: false });
});

Deno.test("Structured arguments are written as JSON text, their secrets masked by name and by form", () => {
  const args = new Map<string, unknown>([
    [
      "headers",
      new Map<string, unknown>([["x-api-key", ["a b"]], ["accept", "*/*"], ["n", 2n ** 60n]]),
    ],
    ["list", [1, "--password hush", new Map([["token", "x"]])]],
  ]);
  deepEqual(maskArguments(args), {
    value: {
      headers: '{"x-api-key":[secret],"accept":"*/*","n":"1152921504606846976"}',
      list: '[1,"--password [secret]",{"token":[secret]}]',
    },
    changed: true,
  });
});
