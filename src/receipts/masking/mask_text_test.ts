import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { corpus, filled, leftOf } from "../../../tests/masking/forms.ts";
import { maskOne as maskText } from "./mask_text.ts";

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

/** What each rule begins with, so that a text of many looks like many beginnings to it. */
const seeds = [
  ...'a- token _pwd --a "\\ password="\\ :// eyJ. eyJ- api- _pass cookie:a a5432: $( ${ " \' ` : = A1'
    .split(" "),
  ...["a://b:", "a://b:c@", "aaaa.", "a:5432:", "-----BEGIN ", "LS0tLS1CRUdJTi", "curl -u", "key "],
  ...["password: ", "password ", "name: ", "config set ", "mysql -p", "mysql '", "bearer  "],
  ...[
    "authorization: ",
    "<token ",
    "echo a|",
    "machine x login ",
    "'token',",
    "set -x ",
    "pass=|\n ",
  ],
];

Deno.test("Masking takes time in line with a text's length, whatever is in it", () => {
  for (const seed of seeds) {
    const text = seed.repeat(80_000);
    const taken = (length: number) => {
      const start = performance.now();
      maskText(text.slice(0, length), { longest: text.length });
      return performance.now() - start;
    };
    const least = (length: number) => Math.min(...[1, 2, 3].map(() => taken(length)));
    const [short, long] = [least(5_000), least(40_000)];
    // Eight times the length; what is quadratic takes 64 times as long.
    ok(long < 24 * Math.max(short, 0.5), `${seed}: ${short} ms, then ${long} ms`);
  }
});

Deno.test("No piece of a secret is left where a text is cut", () => {
  const forms = corpus("secrets.txt");
  const pad = fc.integer({ min: 0, max: 1400 });
  const one = fc.constantFrom(...forms).chain((line) => fc.tuple(fc.constant(line), filled(line)));
  fc.assert(
    fc.property(one, pad, fc.boolean(), ([line, secret], more, goes) => {
      const before = `${"x ".repeat(1900 + more / 2)}\n`;
      const text = `${before}${secret.text}${goes ? `\n${"y ".repeat(2000)}` : ""}`;
      const { value } = maskText(text);
      ok(value.length <= 4096 + "[cut]".length);
      equal(leftOf(secret, line, value), undefined);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("What is no longer than it may be is kept whole, and a cut is shown", () => {
  for (const longest of [1, 64, 240, 4096]) {
    const text = "a ".repeat(longest).slice(0, longest);
    deepEqual(maskText(text, { longest }), { value: text, changed: false });
    const more = maskText(`${text}b`, { longest });
    deepEqual(more, { value: `${text}[cut]`, changed: true });
  }
});

Deno.test("What was read and is no secret yet may be the beginning of one, so it is left out", () => {
  const lines = `${"Ab3/".repeat(16)}\n`.repeat(16);
  const key = `-----BEGIN PRIVATE KEY-----\n${lines}-----END PRIVATE KEY-----\n`;
  // 4096 and 1024 characters are read: the token's first ten among them.
  const before = `${key}${"x ".repeat(3000)}`.slice(0, 5110);
  const { value } = maskText(`${before}ghp_${"a1".repeat(18)} y`);
  ok(value.startsWith("[private key]\nx x") && /x ?\[cut\]$/.test(value), value.slice(-40));
  ok(!value.includes("ghp_"), value.slice(-40));
});

Deno.test("A secret longer than what is read is masked to its end, and what stands before it is kept", () => {
  const lines = `${"Ab3/".repeat(16)}\n`.repeat(200);
  const rows: readonly (readonly [text: string, left: string])[] = [
    [`cat > k <<E\n-----BEGIN PRIVATE KEY-----\n${lines}`, "cat > k <<E\n[private key][cut]"],
    [`password="${"hush hush ".repeat(900)}" next`, "password=[secret][cut]"],
    [`password='${"hush hush ".repeat(900)}`, "password=[secret][cut]"],
    [`PGPASSWORD=${"hush1".repeat(2000)} psql`, "PGPASSWORD=[secret][cut]"],
  ];
  for (const [text, left] of rows) deepEqual(maskText(text), { value: left, changed: true });
  const token = `eyJ${"hush1".repeat(300)}.${"hush2".repeat(2000)}.${"hush3".repeat(20)}`;
  ok(!maskText(`${"x ".repeat(1000)}${token}`).value.includes("hush"));
});
