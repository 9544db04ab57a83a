/** Programs and builtins that run whatever their words name: granting one by itself grants all. */
import type { LineWord } from "./shell_line.ts";

const wrappers = new Set(
  ("env xargs sudo doas su runuser nohup nice ionice time timeout gtimeout command builtin exec stdbuf " +
    "setsid eval source . trap fc compgen complete emulate jobs sched chroot unshare nsenter setpriv prlimit " +
    "taskset chrt flock script watch entr parallel strace ltrace gdb valgrind perf faketime fakeroot proot " +
    "busybox toybox systemd-run dbus-run-session at batch caffeinate arch setarch pkexec sg chronic torsocks proxychains run-parts unbuffer rlwrap screen tmux expect")
    .split(" "),
);

/** The program's name without its folder. */
export function baseName(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/**
 * Why a wrapper is refused with these words; undefined when the program is none, or runs nothing.
 *
 * @param named how many of the words the rule itself spells out; the program that a wrapper runs may
 *   be among them
 */
export function wrapperProblem(words: readonly LineWord[], named: number): string | undefined {
  const [program = "", first, second] = words.map(({ text }) => text);
  if (!wrappers.has(baseName(program)) || first === undefined) return undefined;
  if (second === undefined && /^--(?:help|version)$/.test(first)) return undefined;
  if (program === "command" && /^-[vV]$/.test(first) && words.length === 3) return undefined;
  // An option, a variable or a number is not yet the program.
  if (named > 1 && /^[A-Za-z_./][^=]*$/.test(first)) return undefined;
  return `"${program}" would run what its words name; write that command without "${program}"`;
}
