/** The policies that most tests of the hook use. */

/** The whole project is the sandbox, so that nothing but the built-in rules is in the way. */
export const wide = [
  "sandbox: .",
  "enforce:",
  ...["Read", "Write", "Edit", "Glob", "Grep"].map((tool) => `  ${tool}: subpath:{sandbox}`),
  '  Bash: "pattern:*"',
  '  WebFetch: { domains: ["api.github.com", "*.tenuo.ai"] }',
  "",
].join("\n");

/** As the stock policy: a sandbox below the project. */
export const narrow = [
  "sandbox: ./sandbox",
  "enforce:",
  ...["Read", "Write", "Edit", "Glob", "Grep"].map((tool) => `  ${tool}: subpath:{sandbox}`),
  '  Bash: "shlex:ls,cat,echo"',
  "",
].join("\n");
