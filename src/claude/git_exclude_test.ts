import { deepEqual, equal, ok } from "node:assert/strict";
import { keepOutOfGit, standingOf } from "./git_exclude.ts";
import { write } from "./test_settings.ts";

const name = ".mcp.json";

function git(folder: string, ...args: string[]): string {
  const { code, stdout, stderr } = new Deno.Command("git", {
    args: ["-c", "user.name=a", "-c", "user.email=a@example.test", "-C", folder, ...args],
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  }).outputSync();
  equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function inFolder(use: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "exclude_" }));
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function put(path: string, text = "{}\n"): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

function keep(folder: string) {
  return keepOutOfGit(folder, name, write);
}

/** What `git status` shows of the work tree. */
function shown(folder: string): string {
  return git(folder, "status", "--porcelain", "--untracked-files=all");
}

Deno.test("Outside of a repository nothing is written", () =>
  inFolder(async (folder) => {
    equal(await keep(folder), "unknown");
    deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("A new file is excluded once, after what was excluded, and for this place alone", () =>
  inFolder(async (folder) => {
    git(folder, "init", "-q");
    put(`${folder}/${name}`);
    put(`${folder}/inner/${name}`);
    put(`${folder}/.git/info/exclude`, "# mine\n*.tmp");
    equal(await keep(folder), "ignored");
    equal(await keep(folder), "ignored");
    const text = Deno.readTextFileSync(`${folder}/.git/info/exclude`);
    equal(text, "# mine\n*.tmp\n/.mcp.json\n");
    equal(shown(folder), `?? inner/${name}\n`);
  }));

Deno.test("Exclusions that are no UTF-8, or no file that can be read, stay as they are", () =>
  inFolder(async (folder) => {
    git(folder, "init", "-q");
    put(`${folder}/${name}`);
    const path = `${folder}/.git/info/exclude`;
    const bytes = Uint8Array.of(0x2f, 0xe9, 0x0a);
    Deno.writeFileSync(path, bytes);
    equal(await keep(folder), "neither");
    deepEqual(Deno.readFileSync(path), bytes);
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    equal(await keep(folder), "unknown");
    equal(Deno.statSync(path).isDirectory, true);
  }));

Deno.test("A project below the top is excluded by its path, whatever characters that has", () =>
  inFolder(async (folder) => {
    git(folder, "init", "-q");
    for (const inner of ["a b", "#x", "!y", "[z]*?", "back\\slash", "é"]) {
      put(`${folder}/${inner}/${name}`);
      equal(await keep(`${folder}/${inner}`), "ignored", inner);
      equal(await standingOf(`${folder}/${inner}`, name), "ignored", inner);
      equal(shown(folder), "", inner);
    }
    put(`${folder}/line\nbreak/${name}`);
    equal(await keep(`${folder}/line\nbreak`), "unknown");
  }));

Deno.test("A tracked file stays tracked, and one that is ignored already needs no line", () =>
  inFolder(async (folder) => {
    git(folder, "init", "-q");
    put(`${folder}/${name}`);
    const path = `${folder}/.git/info/exclude`;
    const before = Deno.readTextFileSync(path);
    git(folder, "add", name);
    equal(await keep(folder), "tracked");
    git(folder, "rm", "-q", "--cached", name);
    put(`${folder}/.gitignore`, "*.json\n");
    equal(await keep(folder), "ignored");
    equal(Deno.readTextFileSync(path), before);
    equal(Deno.readTextFileSync(`${folder}/.gitignore`), "*.json\n");
  }));

Deno.test("Worktrees use the repository's exclusions, submodules their own", () =>
  inFolder(async (folder) => {
    const [main, other, sub] = ["main", "other", "sub"].map((one) => `${folder}/${one}`);
    ok(main !== undefined && other !== undefined && sub !== undefined);
    for (const one of [main, sub]) {
      Deno.mkdirSync(one);
      git(one, "init", "-q");
      git(one, "commit", "-q", "--allow-empty", "-m", "first");
    }
    git(main, "worktree", "add", "-q", other);
    put(`${other}/${name}`);
    equal(await keep(other), "ignored");
    equal(shown(other), "");
    ok(Deno.readTextFileSync(`${main}/.git/info/exclude`).endsWith("\n/.mcp.json\n"));
    git(main, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", sub, "part");
    put(`${main}/part/${name}`);
    equal(await keep(`${main}/part`), "ignored");
    equal(shown(`${main}/part`), "");
    ok(Deno.readTextFileSync(`${main}/.git/modules/part/info/exclude`).endsWith("/.mcp.json\n"));
  }));

Deno.test("Without git the line is written all the same; what cannot be written is no error", () =>
  inFolder(async (folder) => {
    const path = Deno.env.get("PATH") ?? "";
    put(`${folder}/.git/HEAD`, "ref: refs/heads/main\n");
    Deno.env.set("PATH", "/nowhere");
    try {
      equal(await keep(folder), "ignored");
      equal(Deno.readTextFileSync(`${folder}/.git/info/exclude`), "/.mcp.json\n");
      const refuse = () => {
        throw new Deno.errors.PermissionDenied("no");
      };
      Deno.removeSync(`${folder}/.git/info/exclude`);
      equal(await keepOutOfGit(folder, name, refuse), "unknown");
      put(`${folder}/inner/.git`, "gitdir: /nowhere\n");
      equal(await keep(`${folder}/inner`), "ignored", "A broken link to a repository is passed by");
    } finally {
      Deno.env.set("PATH", path);
    }
  }));

Deno.test("Nothing that a repository configures is run", () =>
  inFolder(async (folder) => {
    git(folder, "init", "-q");
    put(`${folder}/${name}`);
    put(`${folder}/monitor.sh`, `#!/bin/sh\ntouch "${folder}/ran"\n`);
    Deno.chmodSync(`${folder}/monitor.sh`, 0o755);
    git(folder, "config", "core.fsmonitor", `${folder}/monitor.sh`);
    git(folder, "status");
    ok(Deno.statSync(`${folder}/ran`).isFile, "The monitor works");
    Deno.removeSync(`${folder}/ran`);
    equal(await keep(folder), "ignored");
    deepEqual([...Deno.readDirSync(folder)].filter((one) => one.name === "ran"), []);
  }));

Deno.test("What a repository lacks is not fetched, by a program that it configures", () =>
  inFolder(async (folder) => {
    git(folder, "init", "-q");
    for (const file of ["a/x", "b/y", "top"]) put(`${folder}/${file}`, file);
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "x");
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "a");
    const tree = git(folder, "rev-parse", "HEAD:b").trim();
    Deno.removeSync(`${folder}/.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`);
    const configured = {
      "remote.o.url": folder,
      "remote.o.promisor": "true",
      "remote.o.uploadpack": `touch ${folder}/ran; false`,
      "extensions.partialClone": "o",
    };
    for (const [key, value] of Object.entries(configured)) git(folder, "config", key, value);
    await keep(folder);
    ok(![...Deno.readDirSync(folder)].some((entry) => entry.name === "ran"));
  }));
