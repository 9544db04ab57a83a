/** The files of the tour: the shipped policy and sandbox, laid out as a project of their own. */

/** The same from source and in the compiled file, whose code lies as deep. */
const shipped = new URL("../../", import.meta.url);
const folders = ["policy", "sandbox"];

function copyFolder(from: URL, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    const source = new URL(name, from);
    if (isDirectory) copyFolder(new URL(`${name}/`, from), `${to}/${name}`);
    else Deno.writeFileSync(`${to}/${name}`, Deno.readFileSync(source));
  }
}

/** Lays out the project in an empty folder. A link in its sandbox leads out of it. */
export function layTourFiles(project: string): void {
  for (const folder of folders) {
    copyFolder(new URL(`${folder}/`, shipped), `${project}/${folder}`);
  }
  Deno.renameSync(`${project}/policy/tenuo.yaml`, `${project}/tenuo.yaml`);
  Deno.symlinkSync("/etc/hosts", `${project}/sandbox/shortcut`);
}
