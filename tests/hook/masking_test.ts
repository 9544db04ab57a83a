/** Secrets that come in by the hook are in nothing that it leaves behind. */
import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { corpus, type Filled, filled } from "../masking/forms.ts";
import { Project } from "./project.ts";

const policy = `sandbox: .
enforce:
  Read: subpath:{sandbox}
  Bash: "pattern:*"
  WebFetch: { domains: [api.example.com] }
mcp:
  enforce:
    note: { args: { text: any, list: any, map: any, pin: any } }
receipts:
  sync: off
  mask:
    names: [pin]
    patterns: ['badge ([0-9]{4})', 'acme-[0-9a-f]{8}']
`;
const tool = "mcp__tenuo-files__note";

/** Everything below .state but keys, and what `audit` prints. */
async function leftBehind(project: Project): Promise<string> {
  const texts = [
    await project.must("audit"),
    await project.must("audit", "--json"),
    await project.must("audit", "show", String(project.last().seq)),
  ];
  for (const { name, isFile } of Deno.readDirSync(project.path(".state"))) {
    if (isFile) texts.push(project.read(`.state/${name}`));
  }
  return texts.join("\n");
}

Deno.test("Secrets of every form in a command, a URL, a path or a tool's arguments are masked", async () => {
  await using project = await Project.create({ policy });
  const lines = corpus("secrets.txt");
  const filling = new Map<string, Filled>();
  for (const line of lines) {
    const [one] = fc.sample(filled(line), 1);
    ok(one);
    filling.set(line, one);
  }
  const texts = [...filling.values()].map(({ text }) => text);
  const calls: readonly (readonly [tool: string, input: Record<string, unknown>])[] = [
    [tool, { text: texts[0], list: texts, map: { inner: Object.fromEntries(texts.entries()) } }],
    ["Bash", { command: texts.find((text) => text.startsWith("PGPASSWORD=")) }],
    ["Bash", { command: texts.find((text) => text.startsWith("mysql -u")) }],
    ["WebFetch", { url: texts.find((text) => text.startsWith("https://hooks")), prompt: "x" }],
    ["Read", { file_path: `/outside/${texts.find((text) => text.startsWith("ghp_"))}` }],
  ];
  const decisions: string[] = [];
  for (const [tool, input] of calls) {
    const { decision = "" } = await project.ask(tool, input);
    decisions.push(decision);
    equal(project.last().masked, true, JSON.stringify(project.last()));
  }
  equal(decisions.slice(0, 3).join(), "allow,allow,allow");
  equal(decisions.slice(3).join(), "deny,deny");
  const left = await leftBehind(project);
  for (const [line, { secrets }] of filling) {
    // Whole words of them: shorter pieces stand by chance in so much text.
    const words = secrets.flatMap((secret) => secret.split(/[\s.]/)).filter((word) =>
      word.length >= 10 && !line.includes(word)
    );
    for (const word of words) ok(!left.includes(word), `${word} of ${line}`);
  }
});

Deno.test("The reason of a refusal, unknown keys and names hold no secret either", async () => {
  await using project = await Project.create({
    policy: policy.replace('"pattern:*"', "shlex:ls,cat"),
  });
  const secret = "hush4711hush4712";
  const token = `ghp_${secret}${secret}`;
  const calls: readonly (readonly [tool: string, input: Record<string, unknown>])[] = [
    ["Bash", { command: `PGPASSWORD=${secret} psql` }],
    ["Bash", { command: `mysql -p${secret} db` }],
    ["Bash", { command: `ls --password ${secret} | cat` }],
    ["Bash", { command: `ls ${"x ".repeat(230)}--password ${secret}; id` }],
    ["Read", { file_path: `/etc/password=${secret}` }],
    ["Read", { file_path: `/outside/${token}` }],
    ["WebFetch", { url: `https://me:${secret}@api.example.com/`, prompt: "x" }],
    ["WebFetch", { url: `https://other.example.com/?access_token=${secret}`, prompt: "x" }],
    [tool, { text: "x", [token]: 1 }],
    [tool, { text: "x", [`${"n ".repeat(30)}${token}`]: 1 }],
    ["Read", {
      file_path: project.path("sandbox/notes.txt"),
      [token]: 1,
      [`password=${secret}`]: 2,
    }],
    [`mcp__x__${token}`, { text: secret, password: secret }],
    ["NoSuchTool", { password: secret }],
  ];
  for (const [tool, input] of calls) {
    const { code } = await project.ask(tool, input);
    const receipt = project.last();
    const written = JSON.stringify(receipt);
    ok(!/hush4711|ghp_/.test(written), `${code} ${written}`);
  }
  const agent = { agent_id: token, agent_type: `token=${secret}`, session_id: `Bearer ${secret}` };
  await project.raw({ ...project.event("Bash", { command: "ls" }), ...agent, tool_use_id: token });
  match(project.last().session ?? "", /^\[masked [0-9a-f]{16}\]$/);
  equal(project.last().call, project.last().agentId);
  ok(!/hush4711|ghp_/.test(await leftBehind(project)));
  // What cannot be recorded goes to hook.log, as do events that cannot be read.
  Deno.removeSync(project.state("receipts"));
  for (const [tool, input] of calls) equal((await project.ask(tool, input)).code, 2);
  const outcome = { hook_event_name: "PostToolUse", tool_name: [token], error: secret };
  await project.post({ ...project.event("Bash", { command: secret }), ...outcome });
  await project.post(`{"hook_event_name": "PostToolUse", ${secret}}`);
  const log = Deno.readTextFileSync(project.state("hookLog"));
  match(log, /receipt lost/);
  match(log, /outcome not recorded/);
  ok(!/hush4711|ghp_/.test(log), log);
});

Deno.test("What the policy masks is masked in arguments, reasons and outcomes", async () => {
  await using project = await Project.create({ policy });
  const input = {
    text: "badge 4711 and acme-0123abcd",
    list: ["badge 4712", { PIN: "hush" }],
    map: { pin: ["hush"] },
    pin: 4713,
  };
  await project.ask(tool, input);
  const { args, masked } = project.last();
  equal(
    JSON.stringify(args),
    JSON.stringify({
      text: "badge [secret] and [secret]",
      list: ["badge [secret]", { PIN: "[secret]" }],
      map: { pin: "[secret]" },
      pin: "[secret]",
    }),
  );
  equal(masked, true);
  await project.ask("Read", { file_path: "/outside/badge 4711" });
  equal(project.last().decision, "deny");
  await project.post({
    ...project.event(tool, input),
    hook_event_name: "PostToolUse",
    tool_response: { pin: "hush", said: "badge 4712", acme: "acme-0123abcd" },
  });
  equal(project.last().preview, '{"pin":"[secret]","said":"badge [secret]","acme":"[secret]"}');
  ok(!/hush|471[123]|0123abcd/.test(await leftBehind(project)));
});

Deno.test("Nothing is masked where there is no secret: lists and maps stay what they are", async () => {
  await using project = await Project.create({
    policy: policy.slice(0, policy.indexOf("receipts:")),
  });
  const input = {
    text: "git commit -m 'Rename the private key loader'",
    list: [1, "two", [], null],
    map: { "é": { deep: [true, { n: 1.5 }] } },
    pin: 1e21,
  };
  equal((await project.ask(tool, input)).decision, "allow");
  equal(project.last().masked, undefined);
  equal(JSON.stringify(project.last().args), JSON.stringify(input));
  equal((await project.ask(tool, { ...input, pin: "word ".repeat(2000) })).decision, "allow");
  equal(project.last().masked, true);
});
