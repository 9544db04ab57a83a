/** What tests of the documents share: their code blocks, and throw-away projects to run them in. */

export const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const readme = Deno.readTextFileSync(`${root}/README.md`);

/** The program as bash runs it: a function that is called like it. */
export function asFunction(): string {
  const words = [Deno.execPath(), "run", "-A", "--config", `${root}/deno.json`, `${root}/main.ts`];
  return `tenuo-claude() { ${words.map((word) => `'${word}'`).join(" ")} "$@"; }`;
}

export function blocks(text: string, language: string): string[] {
  const fence = new RegExp("^```" + language + "\n([^]*?)^```$", "gm");
  return [...text.matchAll(fence)].map(([, body]) => body as string);
}

export function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(args: readonly string[], place: Place, stdin = ""): Promise<Ran> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", `${root}/deno.json`, `${root}/main.ts`, ...args],
    cwd: place.project,
    clearEnv: true,
    env: place.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

export interface Place {
  readonly project: string;
  readonly env: Record<string, string>;
}

export async function withPlace(body: (place: Place) => Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-docs-" }));
  const { DENO_DIR, HOME, PATH } = Deno.env.toObject();
  const env: Record<string, string> = {
    HOME: `${folder}/home`,
    PATH: PATH ?? "",
    NO_COLOR: "1",
    DENO_DIR: DENO_DIR ?? `${HOME}/.cache/deno`,
  };
  const place = { project: `${folder}/my-project`, env };
  Deno.mkdirSync(`${place.project}/sandbox`, { recursive: true });
  Deno.mkdirSync(`${folder}/home`);
  try {
    Deno.writeTextFileSync(`${place.project}/tenuo.yaml`, blocks(readme, "yaml")[0] ?? "");
    await body(place);
  } finally {
    await run(["down"], place);
    Deno.removeSync(folder, { recursive: true });
  }
}
