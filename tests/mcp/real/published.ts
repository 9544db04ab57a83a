/** The published servers: how each is started, and the policy that grants all of it. */
import { environment, type Launch } from "../launch.ts";
import { Governed, type ServerPolicy } from "../governed.ts";
import { scriptOf } from "./servers.ts";

const DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E" +
  "rkJggg==";

/** Everything that the servers keep is put back to its beginning. */
export function resetFiles(root: string): void {
  const folder = `${root}/sandbox/files`;
  for (const path of [folder, `${root}/sandbox/memory.jsonl`]) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(`${folder}/notes.txt`, "one\ntwo\nthree\n");
  const bytes = Uint8Array.from(atob(DOT), (letter) => letter.charCodeAt(0));
  Deno.writeFileSync(`${folder}/dot.png`, bytes);
}

const everythingTools = [
  "echo",
  "get-annotated-message",
  "get-env",
  "get-resource-links",
  "get-resource-reference",
  "get-roots-list",
  "get-structured-content",
  "get-sum",
  "get-tiny-image",
  "gzip-file-as-resource",
  "trigger-long-running-operation",
  "toggle-simulated-logging",
  "toggle-subscriber-updates",
  "trigger-sampling-request",
  "trigger-elicitation-request",
  "trigger-url-elicitation",
];

const filesystemTools = [
  ...["read_file", "read_text_file", "read_media_file", "read_multiple_files", "write_file"],
  ...["edit_file", "create_directory", "list_directory", "list_directory_with_sizes"],
  ...["directory_tree", "move_file", "search_files", "get_file_info", "list_allowed_directories"],
];

const memoryTools = [
  ...["create_entities", "create_relations", "add_observations", "delete_entities"],
  ...["delete_observations", "delete_relations", "read_graph", "search_nodes", "open_nodes"],
];

/** Policies that grant everything, by the names the servers have in them. */
export const generous: Readonly<Record<"everything" | "filesystem" | "memory", ServerPolicy>> = {
  everything: {
    command: "node",
    args: [scriptOf("server-everything"), "stdio"],
    env: { GREETING: "hello" },
    allow: everythingTools,
    resources: "*",
    prompts: "*",
    sampling: true,
    elicitation: true,
  },
  filesystem: {
    command: "node",
    args: [scriptOf("server-filesystem"), "{sandbox}/files"],
    allow: filesystemTools,
  },
  memory: {
    command: "node",
    args: [scriptOf("server-memory")],
    env: { MEMORY_FILE_PATH: "{sandbox}/memory.jsonl" },
    allow: memoryTools,
  },
};

/** A project that governs all three. */
export function governPublished(
  servers: Readonly<Record<string, ServerPolicy>> = generous,
): Promise<Governed> {
  return Governed.create({
    servers,
    files: { "sandbox/files/notes.txt": "one\ntwo\nthree\n" },
  });
}

/** The same server started by hand, past the proxy. */
export function startedDirectly({ project }: Governed, policy: ServerPolicy): Launch {
  const filled = (text: string) => text.replaceAll("{sandbox}", `${project.root}/sandbox`);
  const entries = Object.entries(policy.env ?? {}).map(([name, value]) => [name, filled(value)]);
  return {
    command: policy.command ?? "",
    args: (policy.args ?? []).map(filled),
    env: { ...environment(project.home), ...Object.fromEntries(entries) },
    cwd: project.root,
  };
}
