/** Random constraint texts of the grammar of the Python program, old and new. */
import type { Chance } from "../interop/samples.ts";

/** What a constraint text is about. */
export type Subject = "path" | "command" | "url" | "value";

const texts: Readonly<Record<string, Readonly<Partial<Record<Subject, readonly string[]>>>>> = {
  subpath: {
    path: [
      "{sandbox}",
      "{sandbox}",
      "{sandbox}",
      "{sandbox}/sub",
      "{sandbox}/",
      "{project}",
      "/etc",
    ],
  },
  shlex: {
    command: [
      "ls,pwd,echo,date",
      "ls",
      "git,ls,cat,grep",
      "ls , pwd,",
      "npm,git",
      "env,ls",
      "./ls",
    ],
  },
  pattern: {
    path: [
      "{sandbox}/*",
      "*.txt",
      "{sandbox}/*.txt",
      "{sandbox}/?otes.txt",
      "{sandbox}/[a-n]*",
      "*",
    ],
    command: ["npm run *", "ls*", "git log *", "*", "echo ?ello*", "ls"],
    url: ["https://example.com/*", "https://*.githubusercontent.com/*", "*"],
    value: ["tenuo*", "*", "acme/*", "[a-s]*", "?", "10.*"],
  },
  oneof: {
    path: ["{sandbox}/notes.txt,{sandbox}/sub/a.txt", "{sandbox}/notes.txt , notes.txt"],
    command: ["ls,pwd", "npm test , npm run build"],
    url: ["https://example.com/,https://tenuo.ai/"],
    value: ["staging,dev", "5,a", "staging , prod", "staging,"],
  },
  exact: {
    path: ["{sandbox}/notes.txt", "notes.txt"],
    command: ["npm test", "ls -la", " ls"],
    url: ["https://example.com/"],
    value: ["staging", "5", " staging", "a"],
  },
  regex: {
    path: ["^{sandbox}/[^/]+$", "\\.txt$", "^/"],
    command: ["^npm (test|run build)$", "^ls", "^git (status|log)"],
    url: ["^https://example\\.com/", "github"],
    value: ["^tenuo", "^[a-z]+$", "\\d", "^(staging|dev)$", "(?i)PROD"],
  },
  notoneof: {
    path: ["{sandbox}/notes.txt,/etc/passwd"],
    command: ["rm -rf sub,ls"],
    url: ["https://example.com/"],
    value: ["prod,password", "5"],
  },
  range: {
    value: ["1,100", "0,", ",5", "0.5,1.5", " 1 , 1e2", "-1,1"],
  },
  urlpattern: {
    url: [
      "https://example.com/*",
      "https://example.com/v1/*",
      "https://*.example.com/*",
      "*://example.com/*",
      "https://api.github.com",
    ],
    value: ["https://example.com/*"],
  },
  cidr: {
    value: ["10.1.0.0/16", "10.0.0.0/8", "fd00::/8", "192.168.1.1/32"],
  },
};

const oldKinds = ["subpath", "shlex", "regex", "pattern", "oneof", "exact"];
const newKinds = [...oldKinds, "notoneof", "range", "urlpattern", "cidr"];
const usual: Readonly<Record<Subject, readonly string[]>> = {
  path: ["subpath", "subpath", "subpath", "pattern", "oneof", "exact", "regex", "notoneof"],
  command: ["shlex", "shlex", "shlex", "pattern", "oneof", "exact", "regex", "notoneof"],
  url: ["urlpattern", "urlpattern", "urlpattern", "pattern", "oneof", "exact", "regex", "notoneof"],
  value: [...newKinds, "range", "cidr", "urlpattern"],
};

/** A constraint text of the grammar of 0.1, or of the newest one. */
export function constraint(chance: Chance, subject: Subject, isOld: boolean): string {
  const known = isOld ? oldKinds : newKinds;
  const kind = chance.pick(
    usual[subject].filter((kind) => known.includes(kind) && texts[kind]?.[subject] !== undefined),
  );
  return `${kind}:${chance.pick(texts[kind]?.[subject] ?? [])}`;
}
