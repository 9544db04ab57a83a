import { equal, ok, throws } from "node:assert/strict";
import { isAtOrBelow, resolvePath } from "./resolve_path.ts";

/** Runs `body` in a fresh directory free of links, which is removed afterwards. */
function inTree(body: (root: string) => void): void {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "paths_" }));
  try {
    body(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function refuses(cwd: string, path: unknown, about: RegExp): void {
  throws(() => resolvePath(cwd, path), { name: "ArgumentUnusable", code: 9013, message: about });
}

Deno.test("Text that names a file in one way is resolved", () => {
  inTree((root) => {
    Deno.mkdirSync(`${root}/sub`);
    Deno.writeTextFileSync(`${root}/sub/a.txt`, "");
    const rows: readonly [path: string, expected: string][] = [
      ["sub/a.txt", "sub/a.txt"],
      ["./sub/./a.txt", "sub/a.txt"],
      ["sub//a.txt", "sub/a.txt"],
      ["sub/a.txt/", "sub/a.txt"],
      ["sub/", "sub"],
      ["sub/../sub/a.txt", "sub/a.txt"],
      ["missing", "missing"],
      ["missing/deeper/file", "missing/deeper/file"],
      ["missing/../sub/a.txt", "sub/a.txt"],
      ["~user/x", "~user/x"],
      ["a~", "a~"],
      ["a b.txt", "a b.txt"],
      ["$HOME/x", "$HOME/x"],
      ["*", "*"],
      ["sub\\a.txt", "sub\\a.txt"],
      ["...", "..."],
      ["..x", "..x"],
      ["-rf", "-rf"],
      ["%2e%2e/x", "%2e%2e/x"],
      ["é", "é"],
      ["e\u0301", "e\u0301"],
    ];
    for (const [path, expected] of rows) equal(resolvePath(root, path), `${root}/${expected}`);
    for (const [path, expected] of rows) {
      equal(resolvePath("/", `${root}/${path}`), `${root}/${expected}`);
    }
    equal(resolvePath(root, "/"), "/");
    equal(resolvePath("/", "."), "/");
    equal(resolvePath(root, "../../../../../../../../.."), "/");
  });
});

Deno.test("Values that name no one file are refused", () => {
  for (const value of [undefined, null, 1, true, {}, ["a"], { toString: () => "a" }]) {
    refuses("/", value, /not text/);
  }
  for (const value of ["", " ", "\t", "\u00a0", "\ufeff", "\u3000"]) refuses("/", value, /blank/);
  for (const value of ["a\0b", "a\nb", "a\x1b[2J", "a\x7f", "a\x9b", "\u0085a"]) {
    refuses("/", value, /control character/);
  }
  for (const value of ["a\ud800", "\udc00b", "a\udc00\ud800"]) refuses("/", value, /well-formed/);
  refuses("/", "x".repeat(4097), /longer than/);
  refuses("/", `/${"a/".repeat(3000)}`, /longer than/);
  refuses("/", "x".repeat(300), /Cannot resolve/);
});

Deno.test("What the client reads in another way is refused", () => {
  // Measured: the client trims a path and takes ~ for the home directory.
  for (
    const path of [" .state/k", ".state/k ", "\u00a0/etc/hosts", "/etc/hosts\u3000", "\ufeffa"]
  ) {
    refuses("/", path, /white space/);
  }
  for (const path of ["~", "~/.ssh/id_rsa", "~/"]) refuses("/", path, /starts with ~/);
});

Deno.test("Links are followed at every component", () => {
  inTree((root) => {
    Deno.mkdirSync(`${root}/real/sub`, { recursive: true });
    Deno.writeTextFileSync(`${root}/real/sub/file`, "");
    const links: readonly [name: string, to: string][] = [
      ["first", "real"],
      ["real/middle", "sub"],
      ["real/sub/last", "file"],
      ["absolute", `${root}/real`],
      ["twice", "first"],
      ["up", "real/../real/sub"],
      ["dangling", "nowhere/at/all"],
      ["dangling_out", "/etc/nowhere"],
      ["real/sub/out", "/etc/hosts"],
      ["dots", "./././real/./"],
      ["missing_then_up", "nothing/../real"],
    ];
    for (const [name, to] of links) Deno.symlinkSync(to, `${root}/${name}`);
    const rows: readonly [path: string, expected: string][] = [
      ["first/sub/file", "real/sub/file"],
      ["real/middle/file", "real/sub/file"],
      ["real/sub/last", "real/sub/file"],
      ["first/middle/last", "real/sub/file"],
      ["absolute/middle/last", "real/sub/file"],
      ["twice/sub", "real/sub"],
      ["up/file", "real/sub/file"],
      ["dots/sub", "real/sub"],
      ["dangling", "nowhere/at/all"],
      ["dangling/more", "nowhere/at/all/more"],
      ["first/new/file", "real/new/file"],
      ["missing_then_up/sub", "real/sub"],
    ];
    for (const [path, expected] of rows) equal(resolvePath(root, path), `${root}/${expected}`);
    equal(resolvePath(root, "dangling_out"), "/etc/nowhere");
    equal(resolvePath(root, "first/middle/out"), Deno.realPathSync("/etc/hosts"));
    equal(resolvePath(`${root}/first`, "sub/file"), `${root}/real/sub/file`);
  });
});

Deno.test("Loops and chains without end are refused", () => {
  inTree((root) => {
    Deno.symlinkSync("self", `${root}/self`);
    Deno.symlinkSync("b", `${root}/a`);
    Deno.symlinkSync("a", `${root}/b`);
    Deno.symlinkSync("grow/x", `${root}/grow`);
    for (let i = 0; i < 50; i++) Deno.symlinkSync(`chain${i + 1}`, `${root}/chain${i}`);
    for (const path of ["self", "self/x", "a", "b/x", "grow", "chain0"]) {
      refuses(root, path, /Too many links/);
    }
  });
});

Deno.test("Two dots behind a link are refused where text and system disagree", () => {
  inTree((root) => {
    Deno.mkdirSync(`${root}/box/inner`, { recursive: true });
    Deno.mkdirSync(`${root}/far/away`, { recursive: true });
    Deno.symlinkSync("../far/away", `${root}/box/link`);
    Deno.symlinkSync("inner", `${root}/box/near`);
    refuses(`${root}/box`, "link/../secret", /two different files/);
    refuses(`${root}/box/link`, "../secret", /two different files/);
    equal(resolvePath(`${root}/box`, "near/../x"), `${root}/box/x`);
    equal(resolvePath(`${root}/box`, "inner/../link/x"), `${root}/far/away/x`);
  });
});

Deno.test("Spellings that depend on the process that opens them are refused", () => {
  inTree((root) => {
    Deno.symlinkSync("/proc/self/cwd", `${root}/cwd`);
    Deno.symlinkSync("/proc/self/root", `${root}/root`);
    Deno.symlinkSync("/dev/fd/0", `${root}/descriptor`);
    Deno.symlinkSync("/proc", `${root}/proc`);
    const paths = [
      ...[
        "/proc/self/root/etc/hosts",
        "/proc/self/cwd/x",
        "/proc/1/root/etc",
        "/proc",
        "/dev/fd/3",
      ],
      ...["/dev/stdin", "/dev/stdout", "/dev/stderr", "//proc/self/cwd", "/x/../proc/self/cwd"],
      ...["/proc/self/task/1/cwd", "/proc/thread-self/root", "cwd/x", "root/etc/hosts"],
      ...["descriptor", "proc/self/cwd", "proc", "cwd", "root/proc"],
    ];
    if (Deno.build.os === "linux") {
      for (const path of paths) refuses(root, path, /not a plain file/);
    }
    equal(resolvePath("/", "/procedures/list"), "/procedures/list");
    equal(resolvePath("/", "/dev/fdx"), "/dev/fdx");
    equal(resolvePath("/", "/dev/null"), "/dev/null");
  });
});

Deno.test("A file is no directory", () => {
  inTree((root) => {
    Deno.writeTextFileSync(`${root}/file`, "");
    refuses(root, "file/x", /Cannot resolve/);
    equal(resolvePath(root, "file/../x"), `${root}/x`);
  });
});

Deno.test("A directory holds itself and what lies below, by whole components", () => {
  ok(isAtOrBelow("/a/b", "/a/b"));
  ok(isAtOrBelow("/a/b/c", "/a/b"));
  ok(isAtOrBelow("/a", "/"));
  ok(!isAtOrBelow("/a/bc", "/a/b"));
  ok(!isAtOrBelow("/a", "/a/b"));
  ok(!isAtOrBelow("/a/b-evil/c", "/a/b"));
});
