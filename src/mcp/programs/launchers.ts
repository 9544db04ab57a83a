/** Programs that start others, and variables that make programs load more than their own files. */
import type { ServerLaunch } from "../../policy/snapshot.ts";

const launchers = new RegExp(
  "^(" + [
    "pnpm|pnpx|yarn|bunx|corepack|uv|uvx|pipx|poetry|pipenv|hatch|pdm|rye|pixi|bundle|gem|composer",
    "docker|podman|nix|nix-shell|conda|mamba|micromamba|mise|asdf|volta|fnm|direnv|flatpak|snap",
    "env|nice|ionice|nohup|timeout|time|stdbuf|setsid|sudo|doas|chroot|unshare|bwrap|firejail|ssh",
    "busybox|toybox|xvfb-run|systemd-run|dotenv|doppler|op|infisical|aws-vault|chamber",
    "go|cargo|make|just|task|mvn|gradle|gradlew",
  ].join("|") + ")$",
);

/** Variables that make programs load what no file of theirs names. */
const loading =
  /^(NODE_OPTIONS|NODE_PATH|PYTHON(PATH|HOME|STARTUP)|LD_(PRELOAD|LIBRARY_PATH|AUDIT)|DYLD_\w+|PERL5(LIB|OPT)|RUBY(LIB|OPT)|BASH_ENV|ENV|CLASSPATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|BUN_OPTIONS|LUA_\w*PATH)$/;

/** True for a program that finds, fetches or starts another one. */
export function isLauncher(name: string): boolean {
  return launchers.test(name);
}

/** What the variables of a launch may make it load, in a sentence. */
export function loadedBy(
  { env, passEnv }: Pick<Extract<ServerLaunch, { readonly kind: "command" }>, "env" | "passEnv">,
): string[] {
  const names = [...new Set([...Object.keys(env), ...passEnv])].filter((name) =>
    loading.test(name)
  );
  return names.length === 0
    ? []
    : [`What the variables ${names.sort().join(", ")} make it load is not pinned`];
}
