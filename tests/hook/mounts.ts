/** Programs under mounts that nobody else sees: disks that are small, full or read-only. */

/** False where mounts need rights that these tests do not have. */
export const canMount = (() => {
  try {
    const { success } = new Deno.Command("unshare", { args: ["-m", "true"], stderr: "null" })
      .outputSync();
    return success && Deno.uid() === 0;
  } catch {
    return false;
  }
})();

/** A command line that runs the rest of its words in a mount namespace of its own, after `setup`. */
export function mounted(setup: string, run = 'exec "$@"'): readonly string[] {
  return ["unshare", "-m", "sh", "-ec", `${setup}; ${run}`, "sh"];
}

/** The same with a path that is mounted over itself: it can be written, but not renamed. */
export function bound(path: string): readonly string[] {
  return mounted(bind(path));
}

/** The same with a path that is read-only. */
export function readOnly(path: string): readonly string[] {
  return mounted(`${bind(path)}; mount -o remount,ro,bind ${path}`);
}

function bind(path: string): string {
  return `mount --bind ${path} ${path}`;
}
