import { deepEqual, equal, match } from "node:assert/strict";
import { commandProblem } from "./judge_command.ts";
import { placeAt, refusal, verbsRule } from "./test_rules.ts";

Deno.test("Commands may be put together only in the ways granted", () => {
  const line = {
    pipe: "ls | cat",
    and: "ls && cat",
    or: "ls || cat",
    semicolon: "ls; cat",
    discard: "ls 2>&1",
  } as const;
  for (const [composition, text] of Object.entries(line)) {
    const one = verbsRule("ls cat", {}, [composition as keyof typeof line]);
    for (const [other, it] of Object.entries(line)) {
      if (other === composition) equal(refusal(it, one), undefined, text);
      else {match(
          refusal(it, one) ?? "granted",
          new RegExp(`needs "${other}" in compose, which lists ${composition};`),
        );}
    }
    match(
      refusal(text, verbsRule("ls cat", {}, [])) ?? "granted",
      /in compose, which lists nothing;/,
    );
  }
  equal(refusal('echo "a; b" \'c | d\' "e && f"', verbsRule("echo", {}, [])), undefined);
  equal(refusal("ls;", verbsRule("ls", {}, [])), undefined);
});

Deno.test("Every part is judged by the rule of its own program", () => {
  const rule = verbsRule("ls cat grep");
  equal(refusal("ls | grep a && cat b", rule), undefined);
  match(refusal("ls | id", rule) ?? "", /"id" is not granted; the rule lists ls, cat, grep/);
  match(refusal("ls && cat x | /bin/cat", rule) ?? "", /"\/bin\/cat" is not granted/);
  match(refusal("ls; 'cat' x", rule) ?? "", /"cat" is written with quotes/);
  match(refusal("constructor", rule) ?? "", /"constructor" is not granted/);
  match(refusal("__proto__ x", rule) ?? "", /"__proto__" is not granted/);
  match(refusal("ls", verbsRule("ls", {}, [])) ?? "granted", /granted/);
  match(
    refusal("ls", { form: "verbs", verbs: {}, compose: [] }) ?? "",
    /the rule lists no program/,
  );
});

Deno.test("A refusal names the rule of the program and its line", () => {
  const rule = verbsRule("ls cat", { paths: ["/srv/sandbox"] });
  const problem = commandProblem("ls sandbox | cat x", rule, placeAt("/srv"));
  deepEqual(problem?.reference, { rule: "cat: {}", line: 11 });
  equal(commandProblem("id", rule, placeAt("/srv"))?.reference, undefined);
  equal(commandProblem("ls sandbox", rule, placeAt("/srv")), undefined);
});

Deno.test("What changes the shell is not put together, and wrappers are refused", () => {
  const rule = verbsRule("cd pushd ls export eval sudo time env alias read xargs if");
  equal(refusal("cd x", rule), undefined);
  for (const line of ["cd x && ls", "ls; cd x", "pushd x | ls"]) {
    match(refusal(line, rule) ?? "granted", /changes where the rest of the line runs/, line);
  }
  for (const line of ["cd", "cd -", "cd a b"]) {
    match(refusal(line, rule) ?? "granted", /needs one folder/, line);
  }
  for (const line of ["export A=b", "alias a=b", "read x"]) {
    match(refusal(line, rule) ?? "granted", /changes the shell or evaluates its words/, line);
  }
  for (const line of ["eval 'rm x'", "sudo ls", "time ls", "env ls", "ls | xargs rm"]) {
    match(refusal(line, rule) ?? "granted", /would run what its words name/, line);
  }
  for (const line of ["env", "time", "ls && env"]) equal(refusal(line, rule), undefined, line);
  match(refusal("if ls", rule) ?? "granted", /word of the shell's own language/);
});

Deno.test("Subcommands come first, with nothing between", () => {
  const rule = verbsRule("git npm", { subcommands: [["status"], ["diff"], ["run", "build"]] });
  for (const line of ["git status", "git status -s", "git 'diff' a", "npm run build -- --x"]) {
    equal(refusal(line, rule), undefined, line);
  }
  match(
    refusal("git push", rule) ?? "",
    /"git push" is not granted; the rule lists git status, git diff, git run build, with nothing between/,
  );
  for (
    const line of ["git", "git --no-pager status", "git -C x status", "npm run", "npm run -s build"]
  ) {
    match(refusal(line, rule) ?? "granted", /is not granted; the rule lists/, line);
  }
  const confined = verbsRule("npm", { subcommands: [["run", "build"]], paths: ["/srv/sandbox"] });
  equal(refusal("npm run build sandbox/a", confined), undefined);
  match(refusal("npm run build a", confined) ?? "", /"a" of "npm" is \/srv\/a/);
});

Deno.test("A message stays on one line and bearable", () => {
  const message = refusal(`cat '${"x\n".repeat(2000)}'`, verbsRule("cat", { paths: ["/srv"] })) ??
    "";
  equal(message.includes("\n"), false);
  equal(message.length < 700, true);
});
